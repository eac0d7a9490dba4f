// No hint is ever wrong: on every gallery model a shape run and a real step see the same shapes.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { compareWithReal } from '../../../engine/shapes/compare';
import { reportShapes } from '../../../engine/shapes/report';
import { readFile } from '../../../engine/session/workspace';

const folder = resolve('extension/gallery');
const models = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name));
const isModel = (name: string): boolean =>
  /from 'retrograd'/.test(readFile(`${folder}/${name}`) ?? '') &&
  /export (?:async )?function train/.test(readFile(`${folder}/${name}`) ?? '');

describe('Shapes of the gallery', () => {
  for (const name of models.filter(isModel)) {
    it(`${name}: a shape run equals a real step, expression by expression`, async () => {
      const { places, differences, error } = await compareWithReal(`${folder}/${name}`, readFile);
      assert.equal(error, undefined);
      assert.deepEqual(differences, []);
      assert.ok(places > 5, `only ${places} places`);
    });

    it(`${name}: nothing is found wrong`, async () => {
      const { problems, reason } = await reportShapes(`${folder}/${name}`, {
        read: readFile,
        limit: 30_000,
      });
      assert.deepEqual(problems, []);
      assert.equal(reason, undefined);
    });
  }
});
