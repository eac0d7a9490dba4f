// Puts parameters, buffers and gradients back to what they were at a moment, for as long as something runs. Knows no expression.
import { elements, forEachElement, type Tensor } from '../../tensor/tensor';
import type { Complete } from '../../trace/arrivals';
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

/** A change of `tensor.grad` within the step. */
interface Turn {
  readonly event: number;
  readonly before: Tensor | null;
  readonly after: Tensor | null;
}

/** What `tensor.grad` was before an event: backward adds to it, `zeroGrad` forgets it. */
export function gradientBefore(trace: Trace, tensor: Tensor, event: number): Tensor | null {
  const { arrivals } = trace;
  const forgotten = arrivals
    .forgottenOf(tensor)
    .map((turn): Turn => ({ event: turn.event, before: turn.gradient, after: null }));
  const turns = [...arrivals.of(tensor).map((turn) => turnOf(trace, tensor, turn)), ...forgotten];
  turns.sort((one, other) => one.event - other.event);
  if (turns.length === 0) return tensor.grad;
  const latest = turns.findLast((turn) => turn.event < event);
  return latest === undefined ? turns[0].before : latest.after;
}

/** Where a gradient comes to an older one, a row right behind its arrival adds the two. */
function turnOf(trace: Trace, tensor: Tensor, { event, gradient }: Complete): Turn {
  const sum = carriedAfter(trace, tensor, event);
  if (sum < 0) return { event, before: null, after: gradient };
  const { inputs, outputs } = trace.rows[sum];
  return { event, before: inputs[0], after: outputs[0] };
}

/** The row right behind an arrival that adds the gradient to an older one, or −1. */
function carriedAfter(trace: Trace, tensor: Tensor, event: number): number {
  const row = countBelow(trace.eventOfRow, event);
  return trace.rows[row]?.accumulates === tensor && trace.arrivals.isCarried(row) ? row : -1;
}
