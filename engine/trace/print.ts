// A step's moments and rows as text, one line each. Knows no cursor and no terminal.
import { formatNumber, formatType } from '../tensor/format';
import type { Tensor } from '../tensor/tensor';
import { normOf } from './graph';
import { counts } from './iterations';
import type { Moment } from './moments';
import { isCut } from './rows';
import type { Trace } from './trace';
import { updateAt } from './updates';
import { valueAt } from './values';

/** Larger tensors are shown by their norm. */
const mostNumbers = 9;

/** `[0.5, -1]`, or `norm 3.2` of many; a scalar as its number. */
export function printValues(tensor: Tensor): string {
  if (tensor.count > mostNumbers) return `norm ${formatNumber(normOf(tensor))}`;
  const numbers = Array.from(tensor.toTypedArray(), formatNumber);
  return tensor.rank === 0 ? numbers[0] : `[${numbers.join(', ')}]`;
}

/** `row 5 mul f32 [], f32 [] → f32 [] = 0.5  (of 3, contribution 2 of 4)`. */
export function printRow(trace: Trace, number: number): string {
  const row = trace.rows[number];
  const sum = trace.arrivals.partAt(number);
  const served = trace.numberOf(row.of);
  const notes = [
    ...(served >= 0 ? [`of ${served}`] : []),
    ...(sum ? [`contribution ${sum.number} of ${sum.of}`] : []),
    ...(trace.arrivals.isCarried(number) ? ['adds to an earlier gradient'] : []),
    ...(isCut(trace, number) ? ['cut'] : []),
  ];
  const inputs = row.inputs.map(formatType).join(', ');
  const end = notes.length > 0 ? `  (${notes.join(', ')})` : '';
  return `row ${number} ${row.definition.name} ${inputs} → ${effect(trace, number)}${end}`;
}

function effect(trace: Trace, number: number): string {
  const { changes, outputs } = trace.rows[number];
  if (changes)
    return changes
      .map(({ before, after }) => `${printValues(before)} becomes ${printValues(after)}`)
      .join(', ');
  const after = trace.eventOfRow[number] + 1;
  return outputs
    .map((output) => `${formatType(output)} = ${printValues(valueAt(trace, output, after))}`)
    .join(', ');
}

/**
 * `  ∂ forward:12 [3]  return h.mul(this.w);`: depth, function, line, iterations, the statement's first
 * line; `  Δ out.weight:7  out = new nn.Linear(3, 1);` for an update, with its row.
 */
export function printMoment(trace: Trace, moment: Moment): string {
  const { frame, statement, depth, mirrors, row } = moment;
  if (depth < 0) return moment.event === 0 ? 'begin' : 'end';
  const indent = '  '.repeat(depth);
  const updated = moment.grain === 'both' ? updateAt(trace, row) : undefined;
  if (updated) {
    const { path, range } = updated;
    const place = range ? `:${range.line}  ${trace.sites.lineOf(range)}` : '';
    return `${indent}Δ ${path}${place}  · ${printRow(trace, row)}`;
  }
  const mark = mirrors >= 0 ? '∂ ' : '';
  const name = trace.sites.get(trace.frames[frame].site).name;
  if (statement < 0) return `${indent}${mark}${name}`;
  const site = trace.events.site[statement];
  const iterations = counts(trace.iterationAt(statement));
  const [text] = trace.sites.text(site).split('\n');
  const loops = iterations.length > 0 ? ` [${iterations.join(', ')}]` : '';
  return `${indent}${mark}${name}:${trace.sites.range(site).line}${loops}  ${text}`;
}
