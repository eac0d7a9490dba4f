// The chapter on attention and the Transformer: short runs, and the exact facts of the lecture.
import { assertPrinted, type Slices } from '../slice';

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
  'gpt-sort.ts': { hyper: { width: 12, layers: 1, count: 640, epochs: 2, lr: 0.01 }, falls: 0.95 },
};
