// What a cursor sees around it: the frames, and in each the variables as they were. Knows no view.
import type { SourceRange } from '../protocol';
import { countBelow } from './frame-events';
import { counts } from './iterations';
import { pathTo, type Moment } from './moments';
import { Known } from './recorder';
import type { Trace } from './trace';
import { updateAt, updateVariables } from './updates';

export interface VisibleFrame {
  readonly frame: number;
  /** The function's name; empty for a file. */
  readonly name: string;
  readonly self: unknown;
  /** Where it stands: the statement, or the one that called the frame above it. */
  readonly range: SourceRange | undefined;
  /** Iterations of the loops around that statement, outermost first. */
  readonly iterations: readonly number[];
  /** Whether backward walks it in reverse. */
  readonly mirrored: boolean;
  /** Events of this frame before this one can be seen. */
  readonly until: number;
  /** The update that this frame stands for, at the line that made the parameter; −1 for a call. */
  readonly updates: number;
}

/**
 * The calls around a moment, innermost first; in backward the mirrored ones, then the real ones. An
 * update stands in a frame of its own, named after the parameter, above the call of `step()`.
 */
export function framesAt(trace: Trace, moment: Moment): VisibleFrame[] {
  const { frame, statement, event, mirrors, row } = moment;
  if (frame < 0) return [];
  if (mirrors >= 0) {
    // A mirrored statement has run: what it made can be seen.
    const until = trace.statementAfter(frame, statement);
    const caller = trace.statementBefore(mirrors, event);
    return [
      ...stackOf(trace, frame, statement, until, true),
      ...stackOf(trace, mirrors, caller, event, false),
    ];
  }
  const stack = stackOf(trace, frame, statement, event, false);
  const update = moment.grain === 'both' ? updateAt(trace, row) : undefined;
  if (update === undefined) return stack;
  const { path: name, range, parameter: self } = update;
  return [{ ...stack[0], name, self, range: range ?? stack[0].range, updates: row }, ...stack];
}

/** The text in which a moment stands: that of its innermost frame. */
export function rangeAt(trace: Trace, moment: Moment): SourceRange | undefined {
  const { statement, grain, row } = moment;
  const update = grain === 'both' ? updateAt(trace, row) : undefined;
  if (update?.range) return update.range;
  return statement < 0 ? undefined : trace.sites.range(trace.events.site[statement]);
}

/**
 * Whether a moment stands where a breakpoint is. `wanted` is asked once for each place, so that a
 * search through a long step costs no more than its moments.
 */
export function breakpointsAt(
  trace: Trace,
  wanted: (range: SourceRange) => boolean,
): (moment: Moment) => boolean {
  const { events, sites } = trace;
  /** By site: 0 not asked yet, 1 no, 2 yes. */
  const known = new Uint8Array(sites.count);
  const ask = (moment: Moment): boolean => {
    const range = rangeAt(trace, moment);
    return range !== undefined && wanted(range);
  };
  return (moment) => {
    const { grain, statement } = moment;
    if (grain === 'both') return ask(moment);
    if (statement < 0) return false;
    const site = events.site[statement];
    if (known[site] === 0) known[site] = ask(moment) ? 2 : 1;
    return known[site] === 2;
  };
}

function stackOf(
  trace: Trace,
  frame: number,
  statement: number,
  until: number,
  mirrored: boolean,
): VisibleFrame[] {
  const path = pathTo(trace, frame).reverse();
  return path.map((each, i) => {
    const inner = trace.frames[path[i - 1]];
    const at = i === 0 ? statement : trace.statementBefore(each, inner.entered);
    return {
      frame: each,
      name: trace.sites.get(trace.frames[each].site).name,
      self: selfOf(trace, each),
      range: at < 0 ? undefined : trace.sites.range(trace.events.site[at]),
      iterations: at < 0 ? [] : counts(trace.iterationAt(at)),
      mirrored,
      until:
        i === 0
          ? until
          : Math.min(until, mirrored ? trace.statementAfter(each, at) : inner.entered),
      updates: -1,
    };
  });
}

/** `this` in a frame; an arrow has that of the function in whose text it stands. */
function selfOf(trace: Trace, frame: number): unknown {
  const { self, lexicalParent } = trace.frames[frame];
  return self ?? (lexicalParent < 0 ? undefined : selfOf(trace, lexicalParent));
}

/** The variables of a frame as they were before an event, in the order in which they got their values. */
export function localsAt(
  trace: Trace,
  { frame, until, updates }: Pick<VisibleFrame, 'frame' | 'until' | 'updates'>,
): Map<string, unknown> {
  if (updates >= 0) return updateVariables(trace, updates, until);
  const { events, frameEvents } = trace;
  const found: { name: string; at: number }[] = [];
  for (const [name, given] of frameEvents.variablesOf(frame)) {
    const count = countBelow(given, until);
    if (count > 0) found.push({ name, at: given[count - 1] });
  }
  found.sort((a, b) => a.at - b.at);
  return new Map(
    found.map(({ name, at }) => {
      const value = events.value(at);
      return [name, value instanceof Known ? value.value : value];
    }),
  );
}
