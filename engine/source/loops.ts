// Sends every iteration of the training loop, and of the loops around it, through the runtime. Knows no run.
import { reader, writer, type Bindings } from './bindings';
import type { Calls } from './calls';
import { declaredNames } from './declarations';
import type { Edits } from './edits';
import type { LoopKind } from './hooks';
import type { Analysis } from './scope';
import { children, isFunction, isLoop, type Node, type SourceFile } from './syntax';
import type { TrainingLoops } from './training';

/** A loop that the runtime is told of. */
export interface LoopSite {
  readonly id: number;
  readonly kind: LoopKind;
  readonly start: number;
  readonly end: number;
}

/**
 * Rewrites the heads of loops: the training loops, the loops around them, and other outermost loops that
 * call something, which are good moments to tidy up, except in functions that can be suspended: while
 * they wait, others hold what was made since.
 */
export function rewriteLoops(
  file: SourceFile,
  analysis: Analysis,
  bindings: Bindings,
  edits: Edits,
  calls: Calls,
  { steps, around }: TrainingLoops,
): LoopSite[] {
  const sites: LoopSite[] = [];
  const visit = (
    node: Node,
    parent: Node | undefined,
    inLoop: boolean,
    suspends: boolean,
    hasThis: boolean,
  ): void => {
    if (isLoop(node)) {
      const contains = around.has(node);
      const tidies = !inLoop && (!suspends || contains) && calls.any(node.body as Node, () => true);
      if (steps.has(node) || contains || tidies) {
        const kind = steps.has(node) ? 'step' : contains ? 'around' : 'plain';
        sites.push({ id: sites.length, kind, start: node.start, end: node.end });
        rewrite(node, parent, sites.length - 1, kind === 'step' && !inLoop, hasThis);
      }
    }
    const within = isFunction(node);
    const waits = within ? node.async === true || node.generator === true : suspends;
    const owns = hasThis || bindsThis(node);
    for (const child of children(node)) {
      visit(child, node, within ? false : inLoop || isLoop(node), waits, owns);
    }
  };
  visit(file.tree, undefined, false, false, false);
  return sites;

  function rewrite(
    node: Node,
    parent: Node | undefined,
    id: number,
    once: boolean,
    hasThis: boolean,
  ): void {
    const visible = analysis.scopes.get(node)!.visibleAt(node.start);
    const { kind } = sites[id];
    const assignable = new Set<string>();
    if (kind !== 'plain')
      for (const binding of visible)
        if (bindings.open(binding, edits)) assignable.add(binding.name);
    const names = visible.map(({ name }) => name);
    if (hasThis) names.push('this');
    const labelled = parent?.type === 'LabeledStatement' ? parent : node;
    const run = `$loop${id}`;
    const write = kind === 'plain' ? '' : `,${writer(names, (name) => assignable.has(name))}`;
    const [open, close] = kind === 'plain' ? ['', ''] : ['try{', `}finally{${run}.left()}`];
    // A block of its own keeps the run's name out of the user's way, and stands for one statement.
    edits.wrap(
      labelled,
      `{const ${run}=$r.loop($m,${id},${JSON.stringify(kind)},${String(once)},${JSON.stringify(names)},${reader(names)}${write});${open}`,
      `${close}${run}.done()}`,
    );
    if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') {
      const method =
        node.type === 'ForInStatement' ? 'keys' : node.await === true ? 'eachAsync' : 'each';
      edits.wrap(node.right as Node, `${run}.${method}(`, ')');
      return;
    }
    const head = node.type === 'ForStatement' && node.init ? (node.init as Node) : undefined;
    const own =
      head?.type === 'VariableDeclaration' && head.kind !== 'var'
        ? declaredNames(head).filter(({ mutable }) => mutable)
        : [];
    const ownNames = own.map(({ name }) => name);
    const tick = `${run}.next(${own.length > 0 ? `${JSON.stringify(ownNames)},${reader(ownNames)},${writer(ownNames, () => true)}` : ''})`;
    if (node.type === 'DoWhileStatement') {
      edits.wrap(node.body as Node, `{${run}.begin();`, '}');
      edits.wrap(node.test as Node, '(', `)&&${run}.more()`);
      return;
    }
    if (node.test) {
      edits.wrap(node.test as Node, '(', `)&&${tick}`);
      return;
    }
    // for (…;;…): the condition stands between the two semicolons.
    const after = head ? head.end : node.start + 'for'.length;
    edits.insert(secondSemicolon(file.text, after, head?.type === 'VariableDeclaration'), tick);
  }
}

/** Whether `this` means something inside a node of this kind. */
function bindsThis(node: Node): boolean {
  return (
    (isFunction(node) && node.type !== 'ArrowFunctionExpression') ||
    node.type === 'PropertyDefinition' ||
    node.type === 'StaticBlock'
  );
}

/** Where the condition of `for (init;;update)` would stand. */
function secondSemicolon(text: string, from: number, declared: boolean): number {
  // A declaration's range may or may not hold the first semicolon; comments hold none that count.
  const clean = text
    .slice(from)
    .replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, (comment) => ' '.repeat(comment.length));
  const first = declared && text[from - 1] === ';' ? -1 : clean.indexOf(';');
  return from + clean.indexOf(';', first + 1);
}
