// Finds the loops in which a program trains. Knows no rewriting.
import { isFunction, isLoop, walkTree, type Node } from './syntax';

/** What is known of functions and methods, by name, in all files that have been looked at. */
export interface TrainingNames {
  /** Those that call backward(), directly or through each other. */
  readonly gradients: Set<string>;
  /** Those that hold a training loop, or call one that does. */
  readonly loops: Set<string>;
}

export interface TrainingLoops {
  /** Every iteration is a training step. */
  readonly steps: ReadonlySet<Node>;
  /** Epochs and the like: a step loop runs inside, here or in a function that is called. */
  readonly around: ReadonlySet<Node>;
}

/** Adds what a file's functions do to what is known from other files. */
export function findTrainingNames(tree: Node, { gradients, loops }: TrainingNames): void {
  const functions = namedFunctions(tree);
  spread(functions, gradients, (body) =>
    callsAny(body, (called) => called === 'backward' || gradients.has(called)),
  );
  const training = trainingLoops(tree, gradients, false);
  spread(
    functions,
    loops,
    (body) =>
      training.some((loop) => standsIn(loop, body)) || callsAny(body, (name) => loops.has(name)),
  );
}

/**
 * A step loop computes gradients and steps an optimizer, or failing that, computes gradients; and it
 * holds no other such loop, be it in a function that it calls. With `unfinished`, one that computes
 * gradients by itself, as no part of another's step, counts as well: its optimizer.step() is still to be typed.
 */
export function findTrainingLoops(
  tree: Node,
  { gradients, loops }: TrainingNames,
  unfinished: boolean,
): TrainingLoops {
  const training = trainingLoops(tree, gradients, unfinished);
  const holdsAnother = (loop: Node): boolean =>
    training.some((other) => other !== loop && liesIn(other, loop)) ||
    callsAny(loop.body as Node, (name) => loops.has(name));
  const steps = new Set(training.filter((loop) => !holdsAnother(loop)));
  return { steps, around: new Set(training.filter((loop) => !steps.has(loop))) };
}

function trainingLoops(
  tree: Node,
  gradients: ReadonlySet<string>,
  unfinished: boolean,
): readonly Node[] {
  const loops: Node[] = [];
  walkTree(tree, (node) => {
    if (isLoop(node)) loops.push(node);
  });
  const candidates = loops.filter((loop) =>
    callsAny(loop.body as Node, (name) => name === 'backward' || gradients.has(name)),
  );
  const stepping = candidates.filter((loop) =>
    callsAny(loop.body as Node, (name) => name === 'step' || gradients.has(name)),
  );
  if (stepping.length === 0) return candidates;
  if (!unfinished) return stepping;
  const innermost = stepping.filter(
    (loop) => !stepping.some((other) => other !== loop && liesIn(other, loop)),
  );
  const taken = reachedFrom(innermost, namedFunctions(tree));
  return candidates.filter(
    (loop) => stepping.includes(loop) || !taken.some((node) => liesIn(loop, node)),
  );
}

const liesIn = (inner: Node, outer: Node): boolean =>
  inner.start >= outer.start && inner.end <= outer.end;

/** These nodes, and the bodies of the functions that they call, directly or through each other. */
function reachedFrom(
  nodes: readonly Node[],
  functions: readonly { name: string; body: Node }[],
): readonly Node[] {
  const reached = [...nodes];
  // Grows while it is walked.
  for (const node of reached)
    for (const { name, body } of functions)
      if (!reached.includes(body) && callsAny(node, (called) => called === name))
        reached.push(body);
  return reached;
}

/** Adds names of functions of which something holds, until no more are found. */
function spread(
  functions: readonly { name: string; body: Node }[],
  known: Set<string>,
  holds: (body: Node) => boolean,
): void {
  for (let grown = true; grown;) {
    grown = false;
    for (const { name, body } of functions) {
      if (known.has(name) || !holds(body)) continue;
      known.add(name);
      grown = true;
    }
  }
}

function namedFunctions(tree: Node): { name: string; body: Node }[] {
  const found: { name: string; body: Node }[] = [];
  walkTree(tree, (node) => {
    const [key, value] =
      node.type === 'FunctionDeclaration'
        ? [node.id, node]
        : node.type === 'VariableDeclarator'
          ? [node.id, node.init]
          : node.type === 'MethodDefinition' ||
              node.type === 'Property' ||
              node.type === 'PropertyDefinition'
            ? [node.key, node.value]
            : [];
    if (!key || !value || !isFunction(value as Node)) return;
    if ((key as Node).type === 'Identifier')
      found.push({ name: String((key as Node).name), body: (value as Node).body as Node });
  });
  return found;
}

/** Whether a loop belongs to a function's body, and not to one that is defined within. */
function standsIn(loop: Node, body: Node): boolean {
  let found = false;
  walkTree(body, (inner) => {
    if (found || (inner !== body && isFunction(inner))) return false;
    if (inner === loop) found = true;
    return undefined;
  });
  return found;
}

/** Whether a node calls a function or method by one of these names, outside functions defined within. */
export function callsAny(node: Node, wanted: (name: string) => boolean): boolean {
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
  if (callee.type === 'TSNonNullExpression') return calledName(callee.expression as Node);
  if (callee.type !== 'MemberExpression' || callee.computed === true) return undefined;
  const name = String((callee.property as Node).name);
  // model.train() switches a module to training, whatever the file's own train() does.
  return name === 'train' ? undefined : name;
}
