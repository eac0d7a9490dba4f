// What a cursor sees around it: the frames, and in each the variables as they were. Knows no view.
import type { SourceRange } from '../protocol';
import { kindOf } from './events';
import { counts } from './iterations';
import { pathTo, type Moment } from './moments';
import { Known } from './recorder';
import type { Trace } from './trace';

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
}

/** The calls around a moment, innermost first; in backward the mirrored ones, then the real ones. */
export function framesAt(trace: Trace, moment: Moment): VisibleFrame[] {
  const { frame, statement, event, mirrors } = moment;
  if (frame < 0) return [];
  if (mirrors < 0) return stackOf(trace, frame, statement, event, false);
  // A mirrored statement has run: what it made can be seen.
  const seen = stackOf(trace, frame, statement, endOf(trace, frame, statement), true);
  return [...seen, ...stackOf(trace, mirrors, trace.statementBefore(mirrors, event), event, false)];
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
      until: i === 0 ? until : Math.min(until, mirrored ? endOf(trace, each, at) : inner.entered),
    };
  });
}

/** `this` in a frame; an arrow has that of the function in whose text it stands. */
function selfOf(trace: Trace, frame: number): unknown {
  const { self, lexicalParent } = trace.frames[frame];
  return self ?? (lexicalParent < 0 ? undefined : selfOf(trace, lexicalParent));
}

/** The event with which the statement after this one begins in the same frame. */
function endOf(trace: Trace, frame: number, statement: number): number {
  const { events } = trace;
  const list = trace.eventsOf[frame];
  for (let i = trace.countBefore(frame, statement + 1); i < list.length; i++)
    if (events.kind[list[i]] === kindOf.statement) return list[i];
  return events.count;
}

/** The variables of a frame as they were before an event, in the order in which they got their values. */
export function localsAt(trace: Trace, { frame, until }: VisibleFrame): Map<string, unknown> {
  const { events } = trace;
  const found: [string, unknown][] = [];
  const seen = new Set<string>();
  const list = trace.eventsOf[frame];
  for (let i = trace.countBefore(frame, until) - 1; i >= 0; i--) {
    const at = list[i];
    const kind = events.kind[at];
    if (kind !== kindOf.value && kind !== kindOf.binding) continue;
    const value = events.value(at);
    const name = value instanceof Known ? value.name : trace.sites.get(events.site[at]).name;
    if (name === '' || name.includes('.') || name === 'this' || seen.has(name)) continue;
    seen.add(name);
    found.push([name, value instanceof Known ? value.value : value]);
  }
  return new Map(found.reverse());
}
