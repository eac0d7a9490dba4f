// The recurrent chapter of the gallery: short runs, and the exact facts of the lecture.
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
  'adding-problem.ts': { hyper: { hidden: 8, length: 6, count: 1000, epochs: 1 }, falls: 0.9 },
};
