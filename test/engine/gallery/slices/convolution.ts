// The convolution chapter of the gallery: short runs, and the exact facts of the lecture.
import assert from 'node:assert/strict';
import { trainModel } from '../run';
import { assertPrinted, curve, type Slices } from '../slice';

export const convolution: Slices = {
  'dense-or-conv.ts': {
    check(run) {
      assertPrinted(run, 'dense', [14_455_392]);
      assertPrinted(run, 'convolution', [456]);
      assertPrinted(run, 'convolution here', [10]);
      assertPrinted(run, 'multiplications of one filter', [352_800]);
      assertPrinted(run, 'dense to ten classes', [30_730]);
      const [dense] = curve(run, 'denseError');
      assert.ok(dense > 0.5, `the dense layer knows the pictures only by heart: ${dense}`);
    },
  },
  'convolution-by-hand.ts': {
    check(run) {
      const outputs = [12, 12, 17, 10, 17, 19, 9, 6, 14];
      assertPrinted(run, 'by hand', outputs);
      assertPrinted(run, 'conv2d', outputs);
      assertPrinted(run, 'flipped', [18, 20, 19, 10, 9, 17, 11, 8, 14]);
    },
  },
  'padding-and-stride.ts': {
    check(run) {
      assertPrinted(run, 'padding 1 stride 2: 3×3', [6, 17, 3, 8, 17, 13, 6, 4, 4]);
      assertPrinted(run, 'padding 0 stride 2: 2×2', [12, 17, 9, 14]);
      const padded = run.printed.find((line) => line.startsWith('padding 1 stride 1: 5×5'))!;
      assert.match(padded, /= \[6,14,17,11,3,/);
    },
  },
  'convolution-backward.ts': {
    check(run) {
      const kernel = [15, 15, 15, 9, 11, 16, 10, 7, 12];
      assertPrinted(run, 'dK', kernel);
      assertPrinted(run, 'dK by finite differences', kernel);
      const image = [
        [0, 1, 3, 3, 2],
        [2, 5, 7, 5, 2],
        [2, 6, 10, 8, 4],
        [2, 5, 7, 5, 2],
        [0, 1, 3, 3, 2],
      ];
      assertPrinted(run, 'dX', image.flat());
    },
  },
  'size-formula.ts': {
    check(run) {
      assert.deepEqual(curve(run, 'size'), [28, 5, 3, 2, 7, 32, 24, 55]);
      assert.match(run.printed[3], /2\.33 does not fit, rounded down = 2$/);
    },
  },
  'filters.ts': {
    check(run) {
      assertPrinted(run, 'one filter', [1, 28, 28]);
      assertPrinted(run, 'weights and bias', [75 + 1]);
      assertPrinted(run, 'six filters', [6, 28, 28]);
      assertPrinted(run, 'weights of ten', [760]);
      assertPrinted(run, 'first layer of AlexNet', [34_944]);
    },
  },
  'pooling.ts': {
    check(run) {
      assertPrinted(run, 'max', [6, 8, 3, 4]);
      assertPrinted(run, 'average', [3.25, 5.25, 2, 2], 2);
      assertPrinted(run, 'weights of the pool', [0]);
      assertPrinted(run, 'touched', [0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
      // The twelve that lost stay as they were.
      assertPrinted(run, 'x', [1, 1, 2, 4, 5, 9, 7, 9, 9, 2, 1, 0, 1, 2, 3, 9]);
    },
  },
  'convnet.ts': {
    hyper: { count: 160, batchSize: 16, epochs: 2 },
    falls: 1,
    check(run) {
      assert.ok(curve(run, 'moved')[0] < 1e-5, 'maps move with the picture');
    },
  },
  'illegal-nets.ts': {
    hyper: { count: 160, batchSize: 16, epochs: 2 },
    falls: 1,
    async check() {
      const mistakes: Record<string, RegExp> = {
        flatten: /linear: .*\b256\b.*\b400\b|linear: .*\b400\b.*\b256\b/i,
        channels: /conv2d: .*\b6\b.*\b3\b/,
        window: /conv2d: .*\b31\b.*\b28\b|conv2d: .*\b28\b.*\b31\b/,
        stride: /stride must be/,
        classes: /crossEntropy: target 9 is not one of 9 classes/,
      };
      for (const [mistake, expected] of Object.entries(mistakes)) {
        await assert.rejects(
          trainModel('illegal-nets.ts', { hyper: { mistake, count: 320, batchSize: 64 } }),
          expected,
        );
      }
    },
  },
  'lenet.ts': { hyper: { count: 160, batchSize: 16, epochs: 2 }, falls: 1 },
};
