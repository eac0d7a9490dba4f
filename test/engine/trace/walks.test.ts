// Whole walks through recorded steps, forward and back, against golden texts and exact numbers.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { into, next, step } from '../../../engine/trace/cursor';
import { printMoment, printRow } from '../../../engine/trace/print';
import type { Tensor } from '../../../engine/tensor/tensor';
import { gradientAt, valueAt } from '../../../engine/trace/values';
import { goldenPath, recordGolden, type Recorded } from './record';

const sides = { forward: 1, back: -1 } as const;

/** Every statement in turn, each with the rows that run until the next. */
function walkInto({ trace, moments }: Recorded, direction: 1 | -1): string[] {
  const lines: string[] = [];
  let at = direction === 1 ? 0 : moments.length - 1;
  for (;;) {
    lines.push(printMoment(trace, moments[at]));
    if (direction === 1) lines.push(...rowsFrom({ trace, moments }, at));
    const to = step(moments, at, into('statement', direction));
    if (to === at) return lines;
    at = to;
  }
}

function rowsFrom({ trace, moments }: Omit<Recorded, 'error'>, at: number): string[] {
  const to = step(moments, at, into('statement', 1));
  return moments
    .slice(at + 1, to)
    .filter(({ row }) => row >= 0)
    .map(({ row, depth }) => `${'  '.repeat(depth + 1)}· ${printRow(trace, row)}`);
}

/** The outermost statements alone. */
function walkOver({ trace, moments }: Recorded, direction: 1 | -1): string[] {
  const lines: string[] = [];
  let at = direction === 1 ? 0 : moments.length - 1;
  for (;;) {
    lines.push(printMoment(trace, moments[at]));
    const to = step(moments, at, next(moments, at, 'statement', direction));
    if (to === at) return lines;
    at = to;
  }
}

/** A number to the six digits of the lecture's figures. */
const exact = (tensor: Tensor): string => {
  const values = Array.from(tensor.toTypedArray(), (value) => String(Number(value.toPrecision(6))));
  return tensor.rank === 0 ? values[0] : `[${values.join(', ')}]`;
};

/** Every row in turn, with what it makes to six digits, and the gradients that are there by then. */
function walkRows({ trace, moments }: Recorded, direction: 1 | -1): string[] {
  const lines: string[] = [];
  for (let at = direction === 1 ? 0 : moments.length - 1; ;) {
    const to = step(moments, at, into('row', direction));
    if (to === at) return lines;
    at = to;
    const { row, event } = moments[at];
    if (row < 0) continue;
    const { definition, outputs, changes, of } = trace.rows[row];
    const made = outputs.map((output) => exact(valueAt(trace, output, event + 1)));
    const changed = (changes ?? []).map(
      ({ tensor, before, after }) =>
        `${exact(before)} − lr · ${exact(gradientAt(trace, tensor, event)!)} = ${exact(after)}`,
    );
    const served = trace.numberOf(of);
    const [result] = served < 0 ? [] : trace.rows[served].outputs;
    const gradient = result && gradientAt(trace, result, event);
    const note = gradient ? `  (of ${served}, whose gradient is ${exact(gradient)})` : '';
    lines.push(`row ${row} ${definition.name} = ${[...made, ...changed].join('; ')}${note}`);
  }
}

describe('A walk through a recorded step', () => {
  for (const name of ['r1', 'r5', 'c4', 'a1']) {
    it(`is as it was before: ${name}`, async () => {
      const recorded = await recordGolden(name);
      const parts = Object.entries(sides).flatMap(([side, direction]) => [
        `# into, ${side}`,
        ...walkInto(recorded, direction),
        `# next, ${side}`,
        ...walkOver(recorded, direction),
        `# by rows, ${side}`,
        ...walkRows(recorded, direction),
      ]);
      const text = `${parts.join('\n')}\n`;
      const rows = walkRows(recorded, 1);
      assert.deepEqual(walkRows(recorded, -1).reverse(), rows);
      const path = goldenPath(name);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
      assert.equal(text, readFileSync(path, 'utf8'));
    });
  }
});
