// Every model of the gallery: loads, trains a short while, learns, keeps its facts, says what it aims at.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { galleryFolder, trainModel, type GalleryRun } from './run';
import type { Slices } from './slice';
import { attention } from './slices/attention';
import { basics } from './slices/basics';
import { convolution } from './slices/convolution';
import { recurrent } from './slices/recurrent';
import { sequence } from './slices/sequence';
import { headOf } from '../../../extension/gallery-head';
import { reaches } from './target';

/** Fast tests by chapter; a model without one does not pass. `npm run gallery` checks the full targets. */
const chapters: Record<string, Slices> = {
  P: basics,
  C: convolution,
  R: recurrent,
  S: sequence,
  A: attention,
};
const models = readdirSync(galleryFolder).filter((name) => name.endsWith('.ts'));
const headIn = (name: string) => headOf(name, readFileSync(join(galleryFolder, name), 'utf8'));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function fall({ curves }: GalleryRun): number {
  const loss = curves.get('loss')!;
  const part = Math.max(1, Math.floor(loss.length / 10));
  return mean(loss.slice(-part)) / mean(loss.slice(0, part));
}

const all = Object.values(chapters).flatMap((slices) => Object.entries(slices));

describe('gallery', () => {
  it('has a test for every model, in the chapter that its first line names', () => {
    const tested = Object.entries(chapters).flatMap(([chapter, slices]) =>
      Object.keys(slices).map((name) => `${chapter} ${name}`),
    );
    assert.deepEqual(tested.sort(), models.map((name) => `${headIn(name).id[0]} ${name}`).sort());
  });

  it('is as short as a lesson', () => {
    for (const name of models) {
      const lines = readFileSync(join(galleryFolder, name), 'utf8').trimEnd().split('\n').length;
      assert.ok(lines <= 90, `${name}: ${lines} lines`);
    }
  });

  for (const [name, { hyper, falls, check }] of all) {
    it(name, async () => {
      const run = await trainModel(name, { hyper });
      // Only a loop over data knows its length.
      if (run.text.includes('.epochs(')) assert.equal(run.totalSteps, run.steps);
      const { value, reached } = reaches(headIn(name).target, run.curves);
      if (hyper === undefined) assert.ok(reached, `the target is missed: ${value}`);
      if (falls !== undefined) {
        const share = fall(run);
        assert.ok(share < falls, `the loss fell to ${share} of its beginning`);
      }
      await check?.(run);
    }).timeout(60_000);
  }

  it('a model trains the same for the same seed, and differently for another', async () => {
    const losses = async (seed: number) =>
      (await trainModel('spiral.ts', { seed, hyper: { epochs: 2 } })).curves.get('loss');
    assert.deepEqual(await losses(1), await losses(1));
    assert.notDeepEqual(await losses(1), await losses(2));
  });
});
