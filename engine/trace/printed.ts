// What the program printed in a step: each line with its place, and where the cursor finds it. Knows no terminal.
import type { SourceRange } from '../protocol';
import { kindOf } from './events';
import { countBelow } from './frame-events';
import type { Moment } from './moments';
import type { Printed } from './recorder';
import type { Trace } from './trace';

export interface PrintedLine extends Printed {
  readonly event: number;
  /** The statement that printed it. */
  readonly range: SourceRange | undefined;
}

/** All lines of a step, in order. */
export function printedLines(trace: Trace): PrintedLine[] {
  const { events, sites } = trace;
  const lines: PrintedLine[] = [];
  for (let event = 0; event < events.count; event++) {
    if (events.kind[event] !== kindOf.log) continue;
    const statement = events.frame[event] < 0 ? -1 : trace.statementOf[event];
    const range = statement < 0 ? undefined : sites.range(events.site[statement]);
    lines.push({ ...(events.value(event) as Printed), event, range });
  }
  return lines;
}

/** How many of the lines had been printed at a moment. */
export function printedBefore(lines: readonly PrintedLine[], moment: Moment): number {
  return countBelow(
    lines.map(({ event }) => event),
    moment.event,
  );
}

/** The position of the statement that printed a line: the last one that began before it. */
export function positionOf(moments: readonly Moment[], line: PrintedLine): number {
  let low = 0;
  let high = moments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (moments[middle].event <= line.event) low = middle;
    else high = middle - 1;
  }
  // Rows of the statement come behind it.
  while (low > 0 && moments[low].grain === 'row') low--;
  return low;
}
