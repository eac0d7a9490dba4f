// Models under edit, half-typed ones included: no crash, no hang, and what runs has the shapes of a real step.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { compareWithReal } from '../../../engine/shapes/compare';
import { reportShapes } from '../../../engine/shapes/report';
import { readFile } from '../../../engine/session/workspace';

/** RETROGRAD_EDITS=5000 for a long night. */
const edits = Number(process.env.RETROGRAD_EDITS ?? 25);
const limit = 5000;

const folder = resolve('extension/gallery');
const models = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name));

/** One edit: where, as a share of the text, and what. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('number', 'number', 'cut', 'delete', 'line', 'word', 'type'),
  by: fc.integer({ min: -2, max: 3 }),
});

/** The text after the edit, as a person might leave it for a moment. */
function edited(text: string, { at, kind, by }: { at: number; kind: string; by: number }): string {
  const body = text.indexOf("from 'retrograd'");
  const from = body + Math.floor(at * (text.length - body));
  const lines = text.split('\n');
  const line = text.slice(0, from).split('\n').length - 1;
  switch (kind) {
    case 'number':
      return (
        text.slice(0, from) + text.slice(from).replace(/\b\d+\b/, (n) => String(Number(n) + by))
      );
    case 'cut':
      return text.slice(0, from);
    case 'delete':
      return text.slice(0, from) + text.slice(from + 1 + Math.abs(by));
    case 'line':
      return lines.filter((_, i) => i !== line).join('\n');
    case 'word':
      return text.slice(0, from) + text.slice(from).replace(/\.\w+\(/, '.');
    default:
      return `${text.slice(0, from)}x.${text.slice(from)}`;
  }
}

describe('Shapes under edit', () => {
  it(`${edits} edits`, async function () {
    this.timeout(0);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), edit, async (name, change) => {
        const path = `${folder}/${name}`;
        const text = edited(readFile(path)!, change);
        const read = (asked: string): string | undefined =>
          asked === path ? text : readFile(asked);
        const begin = performance.now();
        const { problems, reason, hints } = await reportShapes(path, { read, limit });
        const busy = performance.now() - begin;
        assert.ok(busy < 8 * limit, `took ${busy} ms`);
        for (const { line, column, endLine, endColumn } of [...hints, ...problems])
          assert.ok(line >= 1 && column >= 1 && (endLine > line || endColumn >= column));
        if (reason !== undefined || problems.some(({ severity }) => severity === 'error')) return;
        const { differences, error } = await compareWithReal(path, read, limit);
        if (error !== undefined) return;
        compared++;
        assert.deepEqual(differences, []);
      }),
      { seed: 8, numRuns: edits },
    );
    assert.ok(compared > 0);
  });
});
