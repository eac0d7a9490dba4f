// Where parameters were made: a stack for each, taken once and read only when somebody asks. Knows no source.
import type { Tensor } from '../tensor/tensor';
import { tape } from './tape';

/** Layers lie inside layers; the user's own line must still be among the frames. */
const deepest = 100;

/** Weak, so that this keeps nothing alive; V8 turns a stack into text when it is first read. */
const births = new WeakMap<Tensor, Error>();

/** Notes that a tensor is made by the call that is running; costs some microseconds, once. */
export function noteBirth(tensor: Tensor): void {
  // A shape run knows by other means where its tensors are made.
  if (tape.mode === 'meta' || births.has(tensor)) return;
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = deepest;
  births.set(tensor, new Error('born here'));
  Error.stackTraceLimit = before;
}

/** A tensor takes the place of another, and counts as made where that one was. */
export function inheritBirth(from: Tensor, to: Tensor): void {
  const birth = births.get(from);
  if (birth) births.set(to, birth);
}

/** The stack under which a tensor was made, if that was noted. */
export function birthStack(tensor: Tensor): string | undefined {
  return births.get(tensor)?.stack;
}
