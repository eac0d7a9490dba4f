// Puts parameters, buffers and gradients back to what they were at a moment, for as long as something runs. Knows no expression.
import { elements, forEachElement, type Tensor } from '../../tensor/tensor';
import { countBelow } from '../../trace/frame-events';
import { valueAt } from '../../trace/values';
import type { Trace } from '../../trace/trace';

/** Runs `body` with everything that updates change, and the gradients of `tensors`, as before an event. */
export function asOf<T>(trace: Trace, event: number, tensors: Iterable<Tensor>, body: () => T): T {
  const changed = [...trace.changes.values()].map(([{ change }]) => change.tensor);
  const now = changed.map((tensor) => tensor.toTypedArray());
  const then = changed.map((tensor) => valueAt(trace, tensor, event).toTypedArray());
  const gradients = new Map([...tensors].map((tensor) => [tensor, tensor.grad]));
  changed.forEach((tensor, i) => write(tensor, then[i]));
  for (const tensor of gradients.keys()) tensor.grad = gradientBefore(trace, tensor, event);
  try {
    return body();
  } finally {
    changed.forEach((tensor, i) => write(tensor, now[i]));
    for (const [tensor, gradient] of gradients) tensor.grad = gradient;
  }
}

/** Writes values row by row into a tensor's memory, past the tape: nobody may see that it was changed. */
function write(tensor: Tensor, values: ArrayLike<number>): void {
  const all = elements(tensor);
  let at = 0;
  forEachElement(tensor, (position) => {
    all[position] = values[at++];
  });
}

/** What `tensor.grad` was before an event: the latest backward's gradient, with what it was added to. */
export function gradientBefore(trace: Trace, tensor: Tensor, event: number): Tensor | null {
  const arrivals = trace.arrivals.of(tensor);
  const latest = arrivals.findLast((arrival) => arrival.event < event);
  // Before the first backward there is a gradient only if that backward adds to it.
  if (latest === undefined) {
    const sum = arrivals.length > 0 ? carriedAfter(trace, tensor, arrivals[0].event) : -1;
    return sum < 0 ? null : trace.rows[sum].inputs[0];
  }
  const sum = carriedAfter(trace, tensor, latest.event);
  return sum >= 0 && trace.eventOfRow[sum] < event ? trace.rows[sum].outputs[0] : latest.gradient;
}

/** The row right behind an arrival that adds the gradient to an older one, or −1. */
function carriedAfter(trace: Trace, tensor: Tensor, event: number): number {
  const row = countBelow(trace.eventOfRow, event);
  return trace.rows[row]?.accumulates === tensor && trace.arrivals.isCarried(row) ? row : -1;
}
