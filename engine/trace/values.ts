// Gradients and values of a step at a moment of it. Knows no cursor and no view.
import { Tensor } from '../tensor/tensor';
import type { Trace } from './trace';

/** The gradient of a tensor as far as it has arrived before an event; undefined when none has. */
export function gradientAt(
  trace: Trace,
  tensor: Tensor,
  before = trace.events.count,
): Tensor | undefined {
  return trace.arrivals.of(tensor).findLast(({ event }) => event < before)?.gradient;
}

/** A tensor, or a view into one, with the elements that it had before an event, whatever updates made of them. */
export function valueAt(trace: Trace, tensor: Tensor, before: number): Tensor {
  const changes = tensor.storage === null ? undefined : trace.changes.get(tensor.storage);
  if (changes === undefined) return tensor;
  const next = changes.find(({ event }) => event >= before);
  const { change } = next ?? changes.at(-1)!;
  const copy = next ? change.before : change.after;
  const { shape, dtype, strides, offset } = tensor;
  return new Tensor(copy.storage, shape, dtype, strides, offset - change.tensor.offset);
}
