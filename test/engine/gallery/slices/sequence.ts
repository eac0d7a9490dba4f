// The chapter on sequence tasks: short runs, and what each model claims.
import type { Slices } from '../slice';

export const sequence: Slices = {
  'char-rnn.ts': {
    hyper: { hidden: 32, batchSize: 4, chunk: 12, epochs: 1, lr: 0.01 },
    falls: 0.8,
  },
  'captions.ts': { hyper: { hidden: 24, count: 300, batchSize: 30, epochs: 2 }, falls: 0.9 },
  'seq2seq-addition.ts': { hyper: { hidden: 16, count: 640, epochs: 2, lr: 0.02 }, falls: 0.9 },
};
