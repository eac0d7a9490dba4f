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
  'adding-problem.ts': { hyper: { hidden: 8, length: 6, count: 1000, epochs: 1 }, falls: 0.9 },
  'bug-zoo.ts': { hyper: { epochs: 5 }, falls: 0.9 },
  'captions.ts': { hyper: { hidden: 24, count: 300, batchSize: 30, epochs: 2 }, falls: 0.9 },
  'char-rnn.ts': {
    hyper: { hidden: 32, batchSize: 4, chunk: 12, epochs: 1, lr: 0.01 },
    falls: 0.8,
  },
  'convolution-by-hand.ts': { hyper: { steps: 40 }, falls: 0.2 },
  'gpt-sort.ts': { hyper: { width: 12, layers: 1, count: 640, epochs: 2, lr: 0.01 }, falls: 0.95 },
  'hello-autograd.ts': { hyper: {}, falls: 0.01 },
  'lenet.ts': { hyper: { count: 160, batchSize: 16, epochs: 2 }, falls: 1 },
  'rnn-by-hand.ts': { hyper: { steps: 60 }, falls: 0.3 },
  'seq2seq-addition.ts': { hyper: { hidden: 16, count: 640, epochs: 2, lr: 0.02 }, falls: 0.9 },
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
      // Only a loop over data knows its length.
      if (run.text.includes('.epochs(')) assert.equal(run.totalSteps, run.steps);
      assert.ok(run.steps >= 10, `${run.steps} steps`);
      reaches(targetOf(name, run.text), run.curves); // what the target names is logged
    }).timeout(30_000);
  }

  it('hello-autograd.ts reaches its target', async () => {
    const run = await trainModel('hello-autograd.ts');
    const { value, reached } = reaches(targetOf('hello-autograd.ts', run.text), run.curves);
    assert.ok(reached, `${value}`);
  });

  it('rnn-by-hand.ts prints the states and gradients of the lecture', async () => {
    const { printed } = await trainModel('rnn-by-hand.ts', { hyper: { steps: 1 } });
    const numbers = [...printed.join(' ').matchAll(/= (-?[\d.]+)/g)].map(([, number]) =>
      Number(number),
    );
    const expected = [
      [0.761594, 0.104145],
      [0.363399, 0.239981],
      [0.179726, 0.495984],
      [0.089622, 1],
      [0.043738, 0.511333],
    ].flat();
    numbers.forEach((number, i) => {
      assert.ok(Math.abs(number - expected[i]) < 1e-6, `${number} is not ${expected[i]}`);
    });
    assert.equal(numbers.length, expected.length);
  });

  it('convolution-by-hand.ts prints the outputs of the lecture', async () => {
    const { printed } = await trainModel('convolution-by-hand.ts', { hyper: { steps: 1 } });
    const shown = (line: string): number[] =>
      [...line.slice(line.indexOf('tensor(')).matchAll(/[\d.]+/g)].map(Number);
    assert.deepEqual(shown(printed[0]), [12, 12, 17, 10, 17, 19, 9, 6, 14]);
    assert.deepEqual(shown(printed[1]).slice(0, 5), [6, 14, 17, 11, 3]);
    assert.deepEqual(shown(printed[2]), [6, 17, 3, 8, 17, 13, 6, 4, 4]);
    assert.deepEqual(shown(printed[3]), [3, 3, 3, 3, 3, 3, 3, 2, 3]);
  });

  /** What the bug zoo shows with one bug; a run that throws shows the message. */
  async function zoo(bug: string) {
    const run = await trainModel('bug-zoo.ts', { hyper: { bug, epochs: 10 } });
    const last = (name: string): number => run.curves.get(name)!.at(-1)!;
    return { loss: last('loss'), accuracy: last('accuracy'), gradient: last('gradient') };
  }

  it('bug-zoo.ts shows each bug', async () => {
    const healthy = await zoo('none');
    assert.ok(healthy.accuracy > 0.9 && healthy.gradient > 0, JSON.stringify(healthy));
    const detached = await zoo('detached');
    assert.equal(detached.gradient, 0);
    const dead = await zoo('deadRelu');
    assert.equal(dead.gradient, 0);
    assert.ok(Math.abs(dead.loss - Math.LN2) < 0.05, `${dead.loss}`);
    const twice = await zoo('softmaxTwice');
    assert.ok(twice.loss > 0.3, `${twice.loss}`);
    const huge = await zoo('hugeRate');
    assert.ok(!(huge.loss < 0.3), `${huge.loss}`);
    assert.ok(Number.isNaN((await zoo('logOfZero')).loss));
    await assert.rejects(zoo('unknown'), /there is no bug 'unknown'/);
  }).timeout(60_000);

  it('a model trains the same for the same seed, and differently for another', async () => {
    const losses = async (seed: number) =>
      (await trainModel('spiral.ts', { seed, hyper: { epochs: 2 } })).curves.get('loss');
    assert.deepEqual(await losses(1), await losses(1));
    assert.notDeepEqual(await losses(1), await losses(2));
  });
});
