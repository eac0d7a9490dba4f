// Finds the loops in which a program trains. Knows no rewriting.
import { liesIn, type Calls, type NamedFunction } from './calls';
import type { Node } from './syntax';

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
export function findTrainingNames(calls: Calls, { gradients, loops }: TrainingNames): void {
  spread(calls.functions, gradients, (body) =>
    calls.any(body, (called) => called === 'backward' || gradients.has(called)),
  );
  const training = trainingLoops(calls, gradients, false);
  spread(
    calls.functions,
    loops,
    (body) =>
      training.some((loop) => calls.holds(body, loop)) ||
      calls.any(body, (name) => loops.has(name)),
  );
}

/**
 * A step loop computes gradients and steps an optimizer, or failing that, computes gradients; and it
 * holds no other such loop, be it in a function that it calls. With `unfinished`, one that computes
 * gradients by itself, as no part of another's step, counts as well: its optimizer.step() is still to be typed.
 */
export function findTrainingLoops(
  calls: Calls,
  { gradients, loops }: TrainingNames,
  unfinished: boolean,
): TrainingLoops {
  const training = trainingLoops(calls, gradients, unfinished);
  const holdsAnother = (loop: Node): boolean =>
    training.some((other) => other !== loop && liesIn(other, loop)) ||
    calls.any(loop.body as Node, (name) => loops.has(name));
  const steps = new Set(training.filter((loop) => !holdsAnother(loop)));
  return { steps, around: new Set(training.filter((loop) => !steps.has(loop))) };
}

function trainingLoops(
  calls: Calls,
  gradients: ReadonlySet<string>,
  unfinished: boolean,
): readonly Node[] {
  const candidates = calls.loops.filter((loop) =>
    calls.any(loop.body as Node, (name) => name === 'backward' || gradients.has(name)),
  );
  const stepping = candidates.filter((loop) =>
    calls.any(loop.body as Node, (name) => name === 'step' || gradients.has(name)),
  );
  if (stepping.length === 0) return candidates;
  if (!unfinished) return stepping;
  const innermost = stepping.filter(
    (loop) => !stepping.some((other) => other !== loop && liesIn(other, loop)),
  );
  const taken = reachedFrom(innermost, calls);
  return candidates.filter(
    (loop) => stepping.includes(loop) || !taken.some((node) => liesIn(loop, node)),
  );
}

/** These nodes, and the bodies of the functions that they call, directly or through each other. */
function reachedFrom(nodes: readonly Node[], calls: Calls): readonly Node[] {
  const reached = [...nodes];
  // Grows while it is walked.
  for (const node of reached) {
    const called = calls.namesIn(node);
    for (const { name, body } of calls.functions)
      if (called.has(name) && !reached.includes(body)) reached.push(body);
  }
  return reached;
}

/** Adds names of functions of which something holds, until no more are found. */
function spread(
  functions: readonly NamedFunction[],
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
