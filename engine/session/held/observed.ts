// What a place of the text was in the held step: how often, of what types, and one call of it in full. Knows no editor.
import type { HeldRequests, ObserveRequest, Observed, ObservedCall } from '../../protocol';
import type { Handlers } from '../../rpc';
import type { Site } from '../../source/sites';
import { formatType } from '../../tensor/format';
import { Tensor } from '../../tensor/tensor';
import { kindOf } from '../../trace/events';
import { countBelow } from '../../trace/frame-events';
import type { Iteration } from '../../trace/iterations';
import { heatMap } from '../../trace/summary';
import type { Trace } from '../../trace/trace';
import { gradientAt, valueAt } from '../../trace/values';
import { describeLoops } from './place';
import type { HeldStep } from './step';
import { normOf, tensorLine } from './values';

/** So many types are told one by one. */
const mostTypes = 3;

export const observedRequests = (held: HeldStep): Pick<Handlers<HeldRequests>, 'observed'> => {
  // The step is sealed: it is looked through once, and no earlier than somebody asks.
  let tensors: ReadonlyMap<number, readonly number[]> | undefined;
  return {
    observed: (request) => {
      const step = held.whole;
      tensors ??= tensorsBySite(step.trace);
      return observedAt(step, tensors, request) ?? null;
    },
  };
};

/** The events at which each site was a tensor. */
function tensorsBySite({ events }: Trace): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let at = 0; at < events.count; at++) {
    const kind = events.kind[at];
    if (kind !== kindOf.value && kind !== kindOf.binding && kind !== kindOf.leave) continue;
    const site = events.site[at];
    if (site < 0 || !(events.value(at) instanceof Tensor)) continue;
    const known = found.get(site);
    if (known) known.push(at);
    else found.set(site, [at]);
  }
  return found;
}

function observedAt(
  held: HeldStep,
  tensors: ReadonlyMap<number, readonly number[]>,
  { file, line, column, name }: ObserveRequest,
): Observed | undefined {
  const { trace } = held;
  const seen = [...tensors.keys()].map((id) => trace.sites.get(id));
  const sites = placeOf(trace, seen, file, line, column, name);
  if (sites.length === 0) return undefined;
  const calls = sites.flatMap(({ id }) => tensors.get(id)!).sort((a, b) => a - b);
  const shown = callAt(held, calls);
  const neighbours = [0, shown - 1, shown + 1, calls.length - 1].filter(
    (index, i, all) =>
      index >= 0 && index < calls.length && index !== shown && all.indexOf(index) === i,
  );
  const types = typesOf(trace, calls);
  const last = types[types.length - 1];
  return {
    run: held.run,
    step: trace.step,
    range: trace.sites.range(sites[0].id),
    calls: calls.length,
    types: types.length <= mostTypes ? types : [types[0], last],
    different: types.length,
    call: describeCall(held, calls, shown),
    others: neighbours.map((index) => titleOf(held, calls, index)),
  };
}

/** Where a name got its values, in the innermost function that has it; or else the smallest expression there. */
function placeOf(
  { sites }: Trace,
  seen: readonly Site[],
  file: string,
  line: number,
  column: number,
  name: string | undefined,
): Site[] {
  const here = seen.filter(({ lines }) => lines.path === file);
  if (here.length === 0) return [];
  const at = here[0].lines.offset(line, column);
  const smallest = here
    .filter(({ start, end }) => start <= at && at < end)
    .sort((a, b) => a.end - a.start - (b.end - b.start))[0] as Site | undefined;
  // Where it is bound or assigned, a name stands for what it gets there.
  if (smallest && smallest.name === name && at < smallest.start + smallest.name.length)
    return [smallest];
  const named = here.filter((site) => site.name === name);
  const owners = named
    .map(({ owner }) => sites.get(owner))
    .filter(({ start, end }) => end === 0 || (start <= at && at < end))
    .sort((a, b) => size(a) - size(b));
  if (owners.length > 0) return named.filter(({ owner }) => owner === owners[0].id);
  return smallest ? [smallest] : [];
}

/** A file surrounds all its functions. */
const size = ({ start, end }: Site): number => (end === 0 ? Infinity : end - start);

/** The call that the cursor's statement is about, or the last one before it; at the beginning, the first. */
function callAt(held: HeldStep, calls: readonly number[]): number {
  const { trace, moment } = held;
  const own = calls.findLastIndex((at) => trace.statementOf[at] === moment.statement);
  if (own >= 0 && moment.statement >= 0) return own;
  return Math.max(countBelow(calls, held.seen) - 1, 0);
}

function typesOf({ events }: Trace, calls: readonly number[]): Observed['types'] {
  const found = new Map<string, number>();
  for (const at of calls) {
    const type = formatType(events.value(at) as Tensor);
    found.set(type, (found.get(type) ?? 0) + 1);
  }
  return [...found].map(([type, count]) => ({ type, calls: count }));
}

function titleOf(
  held: HeldStep,
  calls: readonly number[],
  index: number,
): Omit<ObservedCall, 'value' | 'norm'> {
  const at = calls[index];
  return { index, title: loopsAt(held, at), position: positionOf(held, at) };
}

function describeCall(held: HeldStep, calls: readonly number[], index: number): ObservedCall {
  const { trace } = held;
  const at = calls[index];
  const raw = trace.events.value(at) as Tensor;
  const tensor = valueAt(trace, raw, at);
  const gradient = gradientAt(trace, raw);
  // What the step itself let go of has a type, and nothing else.
  if (tensor.storage?.released === true && !tensor.storage.evicted)
    return { ...titleOf(held, calls, index), value: tensorLine(tensor) };
  return {
    ...titleOf(held, calls, index),
    value: tensorLine(tensor),
    norm: normOf(tensor),
    ...(tensor.count > 1 && { picture: heatMap(tensor) }),
    ...(gradient && { gradient: normOf(gradient) }),
    ...(gradient && tensor.count > 1 && { gradientPicture: heatMap(gradient) }),
  };
}

/** `t=3`: the loops around an event, or else around the calls that led there. */
function loopsAt(held: HeldStep, at: number): string {
  const { trace } = held;
  let frame = trace.events.frame[at];
  let until = at;
  let iteration: Iteration | undefined = trace.iterationAt(at);
  while (iteration === undefined && frame >= 0) {
    const { entered, parent } = trace.frames[frame];
    if (entered < 0 || parent < 0) return '';
    frame = parent;
    until = entered;
    const last = trace.lastBefore(frame, until);
    iteration = last < 0 ? undefined : trace.iterationAt(last);
  }
  return iteration ? describeLoops(held, { frame, until, updates: -1 }, iteration).join(', ') : '';
}

/** Where one stands before the statement in which something happened. */
function positionOf({ trace, moments }: HeldStep, at: number): number {
  const frame = trace.events.frame[at];
  const own = trace.statementOf[at];
  // Parameters are bound before a function's first statement.
  const statement = own < 0 ? trace.statementAfter(frame, at) : own;
  const found = moments.findIndex(
    ({ grain, mirrors, event }) => grain === 'statement' && mirrors < 0 && event >= statement,
  );
  return found < 0 ? moments.length - 1 : found;
}
