// The chapter on attention and the Transformer: short runs, and the exact facts of the lecture.
import assert from 'node:assert/strict';
import { trainModel } from '../run';
import { assertPrinted, curve, printedNumbers, type Slices } from '../slice';

export const attention: Slices = {
  'attention-by-hand.ts': {
    check(run) {
      assertPrinted(run, 'weights', [0.4011, 0.1978, 0.4011], 4);
      assertPrinted(run, 'output', [1.2033, 1], 4);
      assertPrinted(run, 'scaledDotProductAttention', [1.2033, 1], 4);
      assertPrinted(run, '112 and 96, scaled', [14, 12], 4);
      assertPrinted(run, 'softmax', [0.8808, 0.1192], 4);
    },
  },
  'permutation.ts': {
    hyper: { steps: 40 },
    falls: 0.9,
    check(run) {
      assert.ok(Math.max(...curve(run, 'difference')) < 1e-4, 'outputs are shuffled alike');
    },
  },
  'alignment.ts': {
    hyper: { hidden: 12, batchSize: 100, lr: 0.02, epochs: 1 },
    falls: 0.95,
    check(run) {
      assertPrinted(run, 'a row of weights sums to', [1], 6);
    },
  },
  'input-feeding.ts': {
    hyper: { hidden: 12, count: 300, epochs: 1 },
    falls: 0.95,
    async check(run) {
      const off = { feed: false, hidden: 12, count: 50, epochs: 1 };
      const without = await trainModel('input-feeding.ts', { hyper: off });
      const [fed] = printedNumbers(run, 'weights');
      const [plain] = printedNumbers(without, 'weights');
      assert.equal(fed - plain, 4 * 12 * 12, '4 · h · h');
    },
  },
  'multi-head.ts': {
    hyper: { width: 16, count: 500, epochs: 2 },
    falls: 0.9,
    check(run) {
      assertPrinted(run, '8 · 64', [1, 5, 512]);
      assertPrinted(run, 'weights', [1, 8, 5, 5]);
    },
  },
  'positional-encoding.ts': {
    hyper: { width: 16, count: 500, epochs: 2 },
    falls: 0.95,
    async check(run) {
      assertPrinted(run, 'p0', [0, 1, 0, 1], 4);
      assertPrinted(run, 'p1', [0.8415, 0.5403, 0.01, 0.99995], 4);
      assertPrinted(run, 'p2', [0.9093, -0.4161, 0.02, 0.9998], 4);
      assertPrinted(run, 'p3', [0.1411, -0.99, 0.03, 0.9996], 4);
      // The product depends on the distance only.
      assertPrinted(run, 'p12 · p14', printedNumbers(run, 'p3 · p5'), 4);
      const blind = { waves: false, width: 16, count: 500, epochs: 2 };
      const bag = await trainModel('positional-encoding.ts', { hyper: blind });
      const accuracy = curve(bag, 'accuracy').at(-1)!;
      assert.ok(accuracy < 0.5, `without positions it can only guess: ${accuracy}`);
    },
  },
  'encoder-layer.ts': {
    hyper: { width: 16, count: 500, epochs: 2 },
    falls: 0.8,
    async check(run) {
      assertPrinted(run, 'LN', [-1.3416, -0.4472, 0.4472, 1.3416], 4);
      assertPrinted(run, 'weights', [3_152_384]);
      const post = { normFirst: false, width: 16, count: 500, epochs: 1 };
      const after = await trainModel('encoder-layer.ts', { hyper: post });
      assert.ok(curve(after, 'loss').at(-1)! < curve(after, 'loss')[0], 'post-norm learns as well');
    },
  },
  'transformer-classifier.ts': { hyper: { width: 16, count: 500, layers: 1, epochs: 2 }, falls: 1 },
  'decoder-layer.ts': {
    hyper: { width: 16, count: 500, epochs: 2 },
    falls: 0.9,
    check(run) {
      assertPrinted(run, 'decoder layer', [4_204_032]);
      assertPrinted(run, 'six of each', [44_140_544]);
      assert.deepEqual(curve(run, 'leak'), [0]);
    },
  },
  'mask-bug.ts': {
    hyper: { width: 16, count: 500, epochs: 2 },
    falls: 0.9,
    async check(run) {
      assert.ok(curve(run, 'leak')[0] > 0.01, 'without a mask the future shows');
      const masked = { masked: true, width: 16, count: 50, epochs: 1 };
      const right = await trainModel('mask-bug.ts', { hyper: masked });
      assert.deepEqual(curve(right, 'leak'), [0]);
    },
  },
  'transformer-numbers.ts': { hyper: { width: 16, count: 300, epochs: 1 }, falls: 0.95 },
  'char-gpt.ts': {
    hyper: { width: 16, layers: 1, steps: 20 },
    falls: 0.95,
    check(run) {
      const [blind] = printedNumbers(run, 'ln(vocabulary)');
      const [first] = curve(run, 'loss');
      assert.ok(Math.abs(first - blind) < 0.5, `${first} is not about ${blind}`);
    },
  },
  'gpt-sort.ts': {
    hyper: { width: 12, layers: 1, count: 640, epochs: 2, lr: 0.01 },
    falls: 0.95,
    check(run) {
      assertPrinted(run, 'weights of gpt-nano without head', [85_584]);
    },
  },
};
