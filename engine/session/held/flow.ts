// What flows where the cursor stands: named tensors beside the lines that made them. Knows no editor.
import type { FlowInfo, HeldRequests } from '../../protocol';
import type { Handlers } from '../../rpc';
import { formatType } from '../../tensor/format';
import { Tensor } from '../../tensor/tensor';
import { countBelow } from '../../trace/frame-events';
import { framesAt, type VisibleFrame } from '../../trace/scopes';
import { gradientAt, valueAt } from '../../trace/values';
import type { HeldStep } from './step';
import { normOf } from './values';

/** Beyond these many nobody reads them. */
const mostValues = 100;

export const flowRequests = (held: HeldStep): Pick<Handlers<HeldRequests>, 'flow'> => ({
  flow: () =>
    framesAt(held.trace, held.moment)
      .filter(({ updates }) => updates < 0)
      .flatMap((frame) => flowOf(held, frame))
      .slice(0, mostValues),
});

/** The latest first: what was just made is what one looks for. */
function flowOf(held: HeldStep, { frame, until }: VisibleFrame): FlowInfo[] {
  const { trace, seen } = held;
  const { events, sites, frameEvents } = trace;
  const given = [...frameEvents.variablesOf(frame)].flatMap(([name, all]) => {
    const count = countBelow(all, until);
    return count > 0 ? [{ name, at: all[count - 1] }] : [];
  });
  given.sort((a, b) => b.at - a.at);
  return given.flatMap(({ name, at }) => {
    const raw = events.value(at);
    if (!(raw instanceof Tensor) || events.site[at] < 0) return [];
    const tensor = valueAt(trace, raw, seen);
    const gradient = gradientAt(trace, raw, seen);
    return [
      {
        name,
        type: formatType(tensor),
        norm: normOf(tensor),
        ...(gradient && { gradient: normOf(gradient) }),
        place: sites.range(events.site[at]),
      },
    ];
  });
}
