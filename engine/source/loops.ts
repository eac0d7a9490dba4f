// Finds the training loop and sends every iteration of it through the runtime. Knows no run.
import type { Edits } from './edits';
import { reader } from './holds';
import type { Analysis } from './scope';
import { declaredNames } from './declarations';
import { children, isFunction, isLoop, walkTree, type Node, type SourceFile } from './syntax';

/** A loop that the runtime is told of. */
export interface LoopSite {
  readonly id: number;
  readonly kind: 'step' | 'plain';
  readonly start: number;
  readonly end: number;
}

/** Names of functions and methods that call backward(), directly or through each other. */
export type TrainingNames = Set<string>;

/** Adds the functions of a file that lead to `.backward()` to the names known from other files. */
export function findTrainingNames(tree: Node, known: TrainingNames): void {
  const functions: { name: string; body: Node }[] = [];
  walkTree(tree, (node) => {
    if (node.type === 'FunctionDeclaration' && node.id)
      functions.push({ name: String((node.id as Node).name), body: node.body as Node });
    if (
      node.type === 'VariableDeclarator' &&
      node.init &&
      isFunction(node.init as Node) &&
      (node.id as Node).type === 'Identifier'
    ) {
      functions.push({
        name: String((node.id as Node).name),
        body: (node.init as Node).body as Node,
      });
    }
    if (
      node.type === 'MethodDefinition' &&
      (node.key as Node).type === 'Identifier' &&
      (node.value as Node).type === 'FunctionExpression'
    ) {
      functions.push({
        name: String((node.key as Node).name),
        body: (node.value as Node).body as Node,
      });
    }
  });
  for (let grown = true; grown;) {
    grown = false;
    for (const { name, body } of functions) {
      if (
        known.has(name) ||
        !callsAny(body, (called) => called === 'backward' || known.has(called))
      )
        continue;
      known.add(name);
      grown = true;
    }
  }
}

/** Whether a node calls a function or method by one of these names, outside functions defined within. */
function callsAny(node: Node, wanted: (name: string) => boolean): boolean {
  let found = false;
  walkTree(node, (inner) => {
    if (found || (inner !== node && isFunction(inner))) return false;
    if (inner.type === 'CallExpression') {
      const name = calledName(inner.callee as Node);
      if (name !== undefined && wanted(name)) found = true;
    }
    return undefined;
  });
  return found;
}

function calledName(callee: Node): string | undefined {
  if (callee.type === 'Identifier') return String(callee.name);
  if (callee.type === 'MemberExpression' && callee.computed !== true)
    return String((callee.property as Node).name);
  if (callee.type === 'TSNonNullExpression') return calledName(callee.expression as Node);
  return undefined;
}

/**
 * Rewrites the heads of loops. The training loop is the innermost one that computes gradients and
 * steps an optimizer, or failing that, the innermost that computes gradients. Other outermost loops
 * that call something are reported as `plain`, except in
 * functions that can be suspended: while they wait, others hold what was made since.
 */
export function rewriteLoops(
  file: SourceFile,
  analysis: Analysis,
  edits: Edits,
  training: TrainingNames,
): LoopSite[] {
  const sites: LoopSite[] = [];
  const stepLoop = findStepLoop(file.tree, training);
  const visit = (
    node: Node,
    parent: Node | undefined,
    inLoop: boolean,
    suspends: boolean,
    hasThis: boolean,
  ): void => {
    if (isLoop(node)) {
      const step = node === stepLoop;
      const around =
        stepLoop !== undefined && node.start <= stepLoop.start && stepLoop.end <= node.end;
      const tidies = !inLoop && (!suspends || around) && callsAny(node.body as Node, () => true);
      if (step || tidies) {
        const id = sites.length;
        sites.push({ id, kind: step ? 'step' : 'plain', start: node.start, end: node.end });
        rewrite(node, parent, id, step && !inLoop, hasThis);
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
    const scope = analysis.scopes.get(node)!;
    const names = scope.visibleAt(node.start).map(({ name }) => name);
    if (hasThis) names.push('this');
    const kind = sites[id].kind;
    const labelled = parent?.type === 'LabeledStatement' ? parent : node;
    const run = `$loop${id}`;
    // A block of its own keeps the run's name out of the user's way, and stands for one statement.
    edits.wrap(
      labelled,
      `{const ${run}=$r.loop($m,${id},${JSON.stringify(kind)},${String(once)},${JSON.stringify(names)},${reader(names)});`,
      `${run}.done()}`,
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
        ? declaredNames(head).map(({ name }) => name)
        : [];
    const tick = `${run}.next(${own.length > 0 ? reader(own) : ''})`;
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

function findStepLoop(tree: Node, training: TrainingNames): Node | undefined {
  const loops: Node[] = [];
  walkTree(tree, (node) => {
    if (isLoop(node)) loops.push(node);
  });
  const gradients = (name: string): boolean => name === 'backward' || training.has(name);
  const candidates = loops.filter((loop) => callsAny(loop.body as Node, gradients));
  const stepping = candidates.filter((loop) =>
    callsAny(loop.body as Node, (name) => name === 'step' || training.has(name)),
  );
  // Children come after their parents in the walk, so the last one is the innermost of the first nest.
  const list = stepping.length > 0 ? stepping : candidates;
  return list.find(
    (loop) =>
      !list.some((other) => other !== loop && other.start > loop.start && other.end <= loop.end),
  );
}
