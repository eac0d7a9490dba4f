// The first chapter of the gallery: short runs, and the exact facts of the lecture.
import assert from 'node:assert/strict';
import { trainModel, type GalleryRun } from '../run';
import { assertNumbers, assertPrinted, curve, type Slices } from '../slice';

const last = (values: readonly number[]): number => values[values.length - 1];

export const basics: Slices = {
  'broadcasting.ts': {
    check(run) {
      assertPrinted(run, 'sevens', [7, 14, 21, 28, 35, 42, 49, 56, 63, 70]);
      assertPrinted(run, 'corner', [1, 2, 3, 2, 4, 6, 3, 6, 9]);
      assertPrinted(run, 'shapes', [10, 10, 10, 3, 3, 100, 10, 10]);
      assertPrinted(run, 'shapes of gradients', [10, 1, 10]);
    },
  },
  'hello-autograd.ts': {
    check(run) {
      assertPrinted(run, 'dy/dw, dy/db', [8, 4]);
      assertPrinted(run, 'without zeroGrad', [16, 8]);
      assert.equal(run.printed[0], 'before: null null');
      assert.equal(run.printed[3], 'after zeroGrad: null null');
    },
  },
  'linear-regression.ts': {
    async check() {
      const twin = await trainModel('linear-regression.ts', { hyper: { bug: true } });
      assert.ok(last(curve(twin, 'error')) > 2, 'the twin with the bug does not find the weights');
    },
  },
  'softmax-classifier.ts': {
    hyper: { epochs: 2 },
    falls: 0.8,
    check(run) {
      for (const [classes, loss] of [
        [10, 2.3026],
        [4, 1.3863],
        [27, 3.2958],
      ]) {
        assertPrinted(run, `ln ${classes}`, [loss], 4);
      }
      assertNumbers([curve(run, 'loss')[0]], [Math.log(4)], 6, 'the first loss');
      assert.ok(Math.max(...curve(run, 'gap')) < 1e-7, 'dL/dscores = (p − y) / N');
    },
  },
  'spiral.ts': { hyper: { epochs: 10, lr: 0.03 }, falls: 0.8, check: otherPoints },
  'optimizers.ts': {
    check(run) {
      assertPrinted(run, 'first step of adam', [0.1, -0.1], 4);
      assertPrinted(run, 'first step of sgd', [0.4, -1.8], 4);
      for (const name of ['sgd', 'momentum', 'rmsprop']) assert.ok(last(curve(run, name)) < 0.01);
    },
  },
  'bug-zoo.ts': { hyper: { epochs: 5 }, falls: 0.9, check: eachBug },
};

async function otherPoints(): Promise<void> {
  for (const data of ['circles', 'xor', 'gaussians']) {
    const run = await trainModel('spiral.ts', { hyper: { data, epochs: 10 } });
    assert.ok(last(curve(run, 'accuracy')) > 0.95, data);
  }
}

/** What a run of the bug zoo shows at its end. */
function shown(run: GalleryRun) {
  const end = (name: string): number => last(curve(run, name));
  return { loss: end('loss'), accuracy: end('accuracy'), gradient: end('gradient') };
}

/** The same with one bug; a run that throws shows the message. */
const zoo = async (bug: string) =>
  shown(await trainModel('bug-zoo.ts', { hyper: { bug, epochs: 5 } }));

async function eachBug(run: GalleryRun): Promise<void> {
  const healthy = shown(run);
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
}
