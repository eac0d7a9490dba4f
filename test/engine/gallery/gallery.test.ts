// Every model of the gallery: loads, trains a short while, learns, and says what it aims at.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { galleryFolder, trainModel, type GalleryRun } from './run';
import { reaches, targetOf } from './target';

interface Slice {
  /** Less of everything, so that it takes a second or two. */
  hyper: Record<string, number>;
  /** The loss at the end, as a share of the loss at the beginning. */
  falls: number;
}

/** Short runs by model; a model without one does not pass. The full targets are checked by `npm run gallery`. */
const slices: Record<string, Slice> = {
  'char-rnn.ts': {
    hyper: { hidden: 32, batchSize: 4, chunk: 12, epochs: 1, lr: 0.01 },
    falls: 0.8,
  },
  'hello-autograd.ts': { hyper: {}, falls: 0.01 },
  'lenet.ts': { hyper: { count: 160, batchSize: 16, epochs: 2 }, falls: 1 },
  'spiral.ts': { hyper: { epochs: 20 }, falls: 0.8 },
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function fall({ curves }: GalleryRun): number {
  const loss = curves.get('loss')!;
  const part = Math.max(1, Math.floor(loss.length / 10));
  return mean(loss.slice(-part)) / mean(loss.slice(0, part));
}

describe('gallery', () => {
  const models = readdirSync(galleryFolder).filter((name) => name.endsWith('.ts'));

  it('is checked whole', () => {
    assert.deepEqual(Object.keys(slices).sort(), models.sort());
  });

  for (const name of models) {
    it(`${name} is short and states its target`, () => {
      const text = readFileSync(join(galleryFolder, name), 'utf8');
      const lines = text.trimEnd().split('\n').length;
      assert.ok(lines <= 90, `${lines} lines`);
      assert.ok(targetOf(name, text).bound > 0);
    });

    it(`${name} learns`, async () => {
      const { hyper, falls } = slices[name];
      const run = await trainModel(name, { hyper });
      const share = fall(run);
      assert.ok(share < falls, `the loss fell to ${share} of its beginning`);
      assert.equal(run.totalSteps, run.steps);
      assert.ok(run.steps >= 10, `${run.steps} steps`);
      reaches(targetOf(name, run.text), run.curves); // what the target names is logged
    }).timeout(30_000);
  }

  it('hello-autograd.ts reaches its target', async () => {
    const run = await trainModel('hello-autograd.ts');
    const { value, reached } = reaches(targetOf('hello-autograd.ts', run.text), run.curves);
    assert.ok(reached, `${value}`);
  });

  it('a model trains the same for the same seed, and differently for another', async () => {
    const losses = async (seed: number) =>
      (await trainModel('spiral.ts', { seed, hyper: { epochs: 2 } })).curves.get('loss');
    assert.deepEqual(await losses(1), await losses(1));
    assert.notDeepEqual(await losses(1), await losses(2));
  });
});
