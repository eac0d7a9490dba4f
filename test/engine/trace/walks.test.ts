// Whole walks through recorded steps, forward and back, against golden texts and exact numbers.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { into, next, step } from '../../../engine/trace/cursor';
import { printMoment, printRow } from '../../../engine/trace/print';
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

describe('A walk through a recorded step', () => {
  for (const name of ['r1', 'r5', 'c4', 'a1']) {
    it(`is as it was before: ${name}`, async () => {
      const recorded = await recordGolden(name);
      const parts = Object.entries(sides).flatMap(([side, direction]) => [
        `# into, ${side}`,
        ...walkInto(recorded, direction),
        `# next, ${side}`,
        ...walkOver(recorded, direction),
      ]);
      const text = `${parts.join('\n')}\n`;
      const path = goldenPath(name);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
      assert.equal(text, readFileSync(path, 'utf8'));
    });
  }
});
