// The chapter on sequence tasks: short runs, and what each model claims.
import assert from 'node:assert/strict';
import { curve, type Slices } from '../slice';

export const sequence: Slices = {
  'parity.ts': {
    hyper: { length: 3, count: 640, epochs: 8 },
    falls: 0.9,
    check(run) {
      assert.equal(Math.max(...curve(run, 'unused')), 0, 'only the last step is asked');
    },
  },
  'sentiment.ts': { hyper: { hidden: 8, count: 500, epochs: 1 }, falls: 0.99 },
  'tagger.ts': { hyper: { hidden: 8, count: 300, epochs: 2 }, falls: 0.9 },
  'translation.ts': { hyper: { hidden: 16, count: 300, epochs: 1 }, falls: 0.95 },
  'char-rnn.ts': {
    hyper: { hidden: 32, batchSize: 4, chunk: 12, epochs: 1, lr: 0.01 },
    falls: 0.8,
  },
  'captions.ts': { hyper: { hidden: 24, count: 300, batchSize: 30, epochs: 2 }, falls: 0.9 },
  'seq2seq-addition.ts': { hyper: { hidden: 16, count: 640, epochs: 2, lr: 0.02 }, falls: 0.9 },
};
