// What a step did to one parameter, and where a size first passed a limit in it. Knows no run and no view.
import type { SourceRange } from '../protocol';
import { Tensor } from '../tensor/tensor';
import { kindOf } from './events';
import { countBelow } from './frame-events';
import { normOf, numbers, type Graph } from './graph';
import type { Trace } from './trace';

/** One change of a parameter by an update. */
export interface ParameterChange {
  readonly row: number;
  /** The update rule, such as `sgd`. */
  readonly op: string;
  /** The statement that ran it, in the user's text. */
  readonly range: SourceRange | undefined;
  /** Norms of the change, and of the parameter before it. */
  readonly norm: number;
  readonly before: number;
  /** The element that was changed most, counted row by row, and its numbers. */
  readonly element: number;
  readonly from: number;
  readonly to: number;
}

/** The last change of a parameter before an event; undefined when this step has not changed it by then. */
export function lastChange(
  trace: Trace,
  parameter: Tensor,
  before = trace.events.count,
): ParameterChange | undefined {
  const changes = parameter.storage === null ? undefined : trace.changes.get(parameter.storage);
  const last = changes?.findLast(({ event }) => event < before);
  if (last === undefined) return undefined;
  const row = trace.events.index(last.event);
  const [old, now] = [numbers(last.change.before), numbers(last.change.after)];
  let [squares, element] = [0, 0];
  old.forEach((value, i) => {
    const change = now[i] - value;
    squares += change * change;
    // Of numbers and none of them, those that are none were changed most.
    const most = Math.abs(now[element] - old[element]);
    if (Math.abs(change) > most || (Number.isNaN(change) && !Number.isNaN(most))) element = i;
  });
  return {
    row,
    op: trace.rows[row].definition.name,
    range: statementOf(trace, row),
    norm: Math.sqrt(squares),
    before: normOf(last.change.before),
    element,
    from: old[element],
    to: now[element],
  };
}

/** The user's statement during which a row ran, whatever the row is for. */
export function statementOf(trace: Trace, row: number): SourceRange | undefined {
  const statement = trace.statementOf[trace.eventOfRow[row]];
  return statement < 0 ? undefined : trace.sites.range(trace.events.site[statement]);
}

/** Where a size passed a limit: a row, its place, and the size. */
export interface Excess {
  readonly row: number;
  readonly value: number;
  readonly range: SourceRange | undefined;
}

/** Whether a size has passed a limit; what is no number has passed every one. */
export function exceeds(value: number, limit: number): boolean {
  return !(value <= limit) || value === Infinity;
}

/** The first update that makes a parameter's norm pass a limit. */
export function parameterExcess(
  trace: Trace,
  parameter: Tensor,
  limit: number,
): Excess | undefined {
  const changes = parameter.storage === null ? undefined : trace.changes.get(parameter.storage);
  for (const { event, change } of changes ?? []) {
    const value = normOf(change.after);
    const row = trace.events.index(event);
    if (exceeds(value, limit)) return { row, value, range: statementOf(trace, row) };
  }
  return undefined;
}

/** The backward row that makes the norm of a tensor's gradient pass a limit. */
export function gradientExcess(trace: Trace, tensor: Tensor, limit: number): Excess | undefined {
  for (const { event, gradient } of trace.arrivals.of(tensor)) {
    const value = normOf(gradient);
    if (!exceeds(value, limit)) continue;
    const row = countBelow(trace.eventOfRow, event) - 1;
    return { row, value, range: row < 0 ? undefined : trace.rangeOf(row) };
  }
  return undefined;
}

/** The first time that a variable is given a tensor whose norm, or a number whose size, passes a limit. */
export function variableExcess(trace: Trace, name: string, limit: number): Excess | undefined {
  const { events, sites } = trace;
  for (let at = 0; at < events.count; at++) {
    const kind = events.kind[at];
    if ((kind !== kindOf.value && kind !== kindOf.binding) || events.site[at] < 0) continue;
    if (sites.get(events.site[at]).name !== name) continue;
    const given = events.value(at);
    if (typeof given !== 'number' && !(given instanceof Tensor)) continue;
    const value = typeof given === 'number' ? Math.abs(given) : normOf(given);
    const row = countBelow(trace.eventOfRow, at) - 1;
    if (exceeds(value, limit)) return { row, value, range: sites.range(events.site[at]) };
  }
  return undefined;
}

/** The row that made the loss, when that passes a limit. */
export function lossExcess(graph: Graph, limit: number): Excess | undefined {
  const { trace, roots } = graph;
  for (const root of roots) {
    const [value] = root.count === 1 ? numbers(root) : [];
    const row = graph.makerOf(root);
    if (value !== undefined && exceeds(value, limit))
      return { row, value, range: row < 0 ? undefined : trace.rangeOf(row) };
  }
  return undefined;
}
