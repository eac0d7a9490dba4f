// The recurrent chapter of the gallery: short runs, and the exact facts of the lecture.
import assert from 'node:assert/strict';
import { trainModel } from '../run';
import { assertNumbers, assertPrinted, curve, type Slices } from '../slice';

export const recurrent: Slices = {
  'rnn-by-hand.ts': {
    check(run) {
      assertPrinted(run, 'h', [0.761594, 0.363399, 0.179726, 0.089622], 6);
      assertPrinted(run, 'dL/dh', [0.104145, 0.239981, 0.495984, 1], 6);
      assertPrinted(run, 'dL/dw', [0.511333], 6);
      assertPrinted(run, 'dL/du', [0.043738], 6);
    },
  },
  'hello-rnn.ts': {
    check(run) {
      assertPrinted(run, 'p after h', [0.0377, 0.1251, 0.0007, 0.8365], 4);
      assertPrinted(run, 'losses', [2.0785, 2.9001, 0.3796, 0.2314], 4);
      assertPrinted(run, 'sum', [5.5896], 4);
      assertPrinted(run, 'mean', [1.3974], 4);
      const [first] = curve(run, 'loss');
      assert.ok(
        Math.abs(first - Math.log(4)) < 0.3,
        `a blind guess costs about ln 4, not ${first}`,
      );
      assert.equal(run.printed.at(-1), 'h continues as hello');
    },
  },
  'backpropagation-through-time.ts': {
    hyper: { epochs: 2 },
    falls: 0.8,
    check(run) {
      assert.ok(Math.max(...curve(run, 'error')) < 1e-6, 'the parts add up to the whole');
    },
  },
  'vanishing-gradients.ts': {
    hyper: { steps: 60 },
    falls: 0.7,
    async check(run) {
      assertPrinted(run, '0.9^20', [0.1216], 4);
      assertPrinted(run, '0.9^50', [5.15e-3], 5);
      assertPrinted(run, '1.1^50', [117.4], 1);
      assertPrinted(run, '0.25^20', [9.1e-13], 14);
      const short = { gain: 0.5, steps: 60 };
      const shut = await trainModel('vanishing-gradients.ts', { hyper: short });
      assert.ok(Math.max(...curve(shut, 'reach')) < 1e-3, 'gain 0.5 lets no gradient back');
      assert.ok(curve(shut, 'loss').at(-1)! > 0.6, 'gain 0.5 does not learn');
    },
  },
  'truncated-backpropagation.ts': {
    async check(run) {
      assertNumbers(curve(run, 'ratio'), new Array<number>(30).fill(5 / 9), 6, 'k / (T − 1)');
      assertNumbers(curve(run, 'sameLoss'), new Array<number>(30).fill(1), 6, 'the same loss');
      const long = await trainModel('truncated-backpropagation.ts', { hyper: { T: 20, steps: 2 } });
      assertNumbers(curve(long, 'ratio'), [5 / 19, 5 / 19], 6, 'T = 20');
    },
  },
  'lstm-by-hand.ts': {
    check(run) {
      const states = [0.287649, 0.17427, 0.524116, 0.309059, 0.723062, 0.407191];
      assertPrinted(run, 'c, h', states, 6);
      assertPrinted(run, 'dc_T/dc_0', [0.125, 0.3907, 1], 4);
    },
  },
  'gru-by-hand.ts': {
    check(run) {
      assertPrinted(run, 'h', [0.174468, 0.292576, 0.37565], 6);
      assertPrinted(run, 'h_T', [0.3], 4);
      assertPrinted(run, 'dh_T/dh_0', [1], 4);
    },
  },
  'gradient-clipping.ts': {
    async check(run) {
      const [before, after] = [curve(run, 'before'), curve(run, 'after')];
      assert.ok(before[0] > 1e5 && Math.max(...after) < 1 + 1e-5);
      assert.ok(Math.min(...curve(run, 'cosine')) > 1 - 1e-5, 'the direction stays');
      // Short gradients stay as they are.
      before.forEach((norm, i) => assert.ok(norm > 1 || Math.abs(norm - after[i]) < 1e-6));
      const wild = { clip: 0, steps: 3 };
      const run2 = await trainModel('gradient-clipping.ts', { hyper: wild });
      assert.ok(!(curve(run2, 'loss').at(-1)! < 1e6), 'without clipping it leaps away');
    },
  },
  'recurrent-sizes.ts': {
    hyper: { epochs: 1, length: 8 },
    falls: 0.8,
    check(run) {
      for (const [name, two, one] of [
        ['rnn', 640, 620],
        ['gru', 1920, 1860],
        ['lstm', 2560, 2480],
      ] as const) {
        const line = { ...run, printed: run.printed.filter((text) => text.startsWith(name)) };
        assertPrinted(line, 'weights', [two]);
        assertPrinted(line, 'with one bias', [one]);
      }
    },
  },
  'copy-memory.ts': {
    hyper: { hidden: 8, count: 500, epochs: 1 },
    falls: 0.98,
    async check(run) {
      assertPrinted(run, 'without memory', [(10 * Math.log(8)) / 25], 4);
      const tiny = { hidden: 4, count: 50, epochs: 1, T: 20 };
      const long = await trainModel('copy-memory.ts', { hyper: tiny });
      assertPrinted(long, 'without memory', [0.5199], 4);
    },
  },
  'adding-problem.ts': { hyper: { hidden: 8, length: 6, count: 1000, epochs: 1 }, falls: 0.9 },
};
