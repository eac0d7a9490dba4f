// Gradients and values of a step at a moment of it. Knows no cursor and no view.
import type { Tensor } from '../tensor/tensor';
import { kindOf } from './events';
import type { Arrival } from './recorder';
import type { Trace } from './trace';

/** The gradient of a tensor as far as it has arrived before an event; undefined when none has. */
export function gradientAt(
  trace: Trace,
  tensor: Tensor,
  before = trace.events.count,
): Tensor | undefined {
  const { events } = trace;
  for (let at = before - 1; at >= 0; at--) {
    if (events.kind[at] !== kindOf.gradient) continue;
    const arrival = events.value(at) as Arrival;
    if (arrival.tensor === tensor) return arrival.gradient;
  }
  return undefined;
}

/** A tensor with the elements that it had before an event, whatever an update made of them later. */
export function valueAt(trace: Trace, tensor: Tensor, before: number): Tensor {
  let latest: Tensor | undefined;
  for (let row = 0; row < trace.rows.length; row++) {
    const change = trace.rows[row].changes?.find((each) => each.tensor === tensor);
    if (change === undefined) continue;
    if (trace.eventOfRow[row] >= before) return latest ?? change.before;
    latest = change.after;
  }
  return latest ?? tensor;
}
