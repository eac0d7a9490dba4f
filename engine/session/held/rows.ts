// Requests about the tape itself: its rows as lines, and where to stand at one. Knows no port and no debugger.
import type { HeldRequests, RowLine } from '../../protocol';
import type { Handlers } from '../../rpc';
import { formatNumber, formatType } from '../../tensor/format';
import { valueAt } from '../../trace/values';
import type { HeldStep } from './step';
import { normOf } from './values';

const mostRows = 1000;

export const rowRequests = (
  held: HeldStep,
): Pick<Handlers<HeldRequests>, 'rows' | 'positionsOfLine'> => ({
  rows: ({ start, count }) => {
    const { rows } = held.trace;
    const from = Math.max(start, 0);
    const to = Math.min(rows.length, start + Math.min(count, mostRows));
    return Array.from({ length: Math.max(to - from, 0) }, (_, i) => lineOf(held, from + i));
  },
  positionsOfLine: ({ file, line }) => positionsOfLine(held, file, line),
});

function lineOf({ trace }: HeldStep, number: number): RowLine {
  const { definition, inputs, outputs, phase, changes } = trace.rows[number];
  const after = trace.eventOfRow[number] + 1;
  const made = changes?.map(({ tensor }) => tensor) ?? outputs;
  const results = made.map((tensor) => {
    const norm = normOf(valueAt(trace, tensor, after));
    return `${formatType(tensor)} ‖${formatNumber(norm)}‖`;
  });
  const mark = { forward: '', backward: '∂ ', update: 'Δ ' }[phase];
  const place = trace.rangeOf(number);
  return {
    row: number,
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
