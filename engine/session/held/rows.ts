// Requests about the tape itself: its rows as lines, and where to stand at one. Knows no port and no debugger.
import type { HeldRequests, RowLine, RowLines, RowPath } from '../../protocol';
import type { Handlers } from '../../rpc';
import { formatNumber, formatType } from '../../tensor/format';
import { valueAt } from '../../trace/values';
import { phaseOf, type HeldStep } from './step';
import { normOf } from './values';

const mostRows = 1000;

export const rowRequests = (
  held: HeldStep,
): Pick<Handlers<HeldRequests>, 'rows' | 'positionsOfLine'> => ({
  rows: ({ at, offset, count }) => {
    const first = indexOf(held, at) + offset;
    const total = sizeOf(held);
    const from = Math.max(first, 0);
    const to = Math.min(total, first + Math.min(count, mostRows));
    const lines = Array.from({ length: Math.max(to - from, 0) }, (_, i) => {
      const path = pathOf(held, from + i);
      return { index: from + i, path, ...lineOf(held, path) };
    });
    return { first, lines, total, rows: held.trace.rows.length } satisfies RowLines;
  },
  positionsOfLine: ({ file, line }) => positionsOfLine(held, file, line),
});

/** Rows whose insides are shown below them, in order. */
function opened({ insides }: HeldStep): (readonly [row: number, inside: HeldStep])[] {
  return [...insides].sort(([a], [b]) => a - b);
}

/** How many lines a step has. */
function sizeOf(held: HeldStep): number {
  return opened(held).reduce((sum, [, inside]) => sum + sizeOf(inside), held.trace.rows.length);
}

/** Which line a row is. */
function indexOf(held: HeldStep, [row, ...rest]: RowPath): number {
  const above = opened(held).filter(([other]) => other < row);
  const own = above.reduce((sum, [, inside]) => sum + sizeOf(inside), row);
  const inside = held.insides.get(row);
  return rest.length === 0 || inside === undefined ? own : own + 1 + indexOf(inside, rest);
}

/** Which row a line is. */
function pathOf(held: HeldStep, index: number): RowPath {
  let shift = 0;
  for (const [row, inside] of opened(held)) {
    if (index <= row + shift) break;
    const below = index - (row + shift) - 1;
    const size = sizeOf(inside);
    if (below < size) return [row, ...pathOf(inside, below)];
    shift += size;
  }
  return [index - shift];
}

function lineOf(held: HeldStep, path: RowPath): Omit<RowLine, 'index' | 'path'> {
  const [number, ...rest] = path;
  if (rest.length > 0) return lineOf(held.insides.get(number)!, rest);
  const { trace, outer } = held;
  const { definition, inputs, outputs, changes } = trace.rows[number];
  const phase = outer ? phaseOf(held, held.moment) : trace.rows[number].phase;
  const after = trace.eventOfRow[number] + 1;
  const made = changes?.map(({ tensor }) => tensor) ?? outputs;
  const results = made.map((tensor) => {
    const norm = normOf(valueAt(trace, tensor, after));
    return `${formatType(tensor)} ‖${formatNumber(norm)}‖`;
  });
  const mark = { forward: '', backward: '∂ ', update: 'Δ ' }[phase];
  const place = trace.rangeOf(number);
  return {
    text: `${mark}${definition.name} ${inputs.map(formatType).join(', ')} → ${results.join(', ')}`,
    phase,
    ...(place && { place }),
  };
}

/** Positions at a line, forward ones and mirrored ones, in the order of time. */
function positionsOfLine({ moments, trace }: HeldStep, file: string, line: number) {
  const found: { position: number; mirrored: boolean }[] = [];
  moments.forEach(({ grain, statement, mirrors }, position) => {
    if (grain !== 'statement' || statement < 0) return;
    const range = trace.sites.range(trace.events.site[statement]);
    if (range.line === line && range.file === file)
      found.push({ position, mirrored: mirrors >= 0 });
  });
  return found.slice(0, mostRows);
}
