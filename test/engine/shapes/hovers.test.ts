// What hovers say of the gallery's great models, as text.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reportShapes } from '../../../engine/shapes/report';
import { readFile } from '../../../engine/session/workspace';

const folder = resolve('test/golden/shapes');

describe('Hovers', () => {
  for (const name of ['lenet', 'adding-problem', 'seq2seq-addition', 'gpt-sort']) {
    it(`over ${name} are as they were`, async () => {
      const path = resolve(`extension/gallery/${name}.ts`);
      const { hints, modules } = await reportShapes(path, { read: readFile, limit: 60_000 });
      const named = hints.filter(({ role }) => role !== 'expression');
      const text = [
        ...named
          .toSorted((a, b) => a.line - b.line || a.column - b.column)
          .map((hint) => `${hint.line}:${hint.column}\n${hint.text.replace(/^/gm, '  ')}`),
        ...modules.map((module) => `${module.name}: ${module.parameters}, ${module.output}`),
      ].join('\n');
      const golden = `${folder}/${name}.txt`;
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, `${text}\n`);
      assert.ok(existsSync(golden), `${golden} is missing: make it with UPDATE_GOLDEN=1`);
      assert.equal(`${text}\n`, readFileSync(golden, 'utf8'));
    });
  }
});
