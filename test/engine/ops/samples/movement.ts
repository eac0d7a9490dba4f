// Samples of ops that rearrange elements.
import type * as join from '../../../../engine/ops/join';
import type * as reshaping from '../../../../engine/ops/reshape';
import type * as movement from '../../../../engine/ops/movement';
import type * as slices from '../../../../engine/ops/slice';
import { anyShape, type SamplesOf } from '../sample';

export const movementSamples = {
  contiguous: anyShape,
  clone: anyShape,
  detach: anyShape,
  reshape: [
    (make) => [make.normal(2, 6), [3, -1]],
    (make) => [make.normal(3, 2, 2).transpose(0, 2), [4, 3]],
    (make) => [make.normal(), [1, 1]],
    (make) => [make.normal(0, 3), [3, 0, 2]],
    (make) => [make.normal(3, 1).expand([3, 2]), [6]],
  ],
  view: [
    (make) => [make.normal(2, 6), [3, 4]],
    (make) => [make.normal(2, 3, 4).transpose(0, 1), [3, 2, 2, 2]],
  ],
  permute: [
    (make) => [make.normal(2, 3, 4), [2, 0, 1]],
    (make) => [make.normal(2, 3, 4), [-1, 0, -2]],
    (make) => [make.normal(), []],
  ],
  transpose: [(make) => [make.normal(2, 3, 4), 0, -1], (make) => [make.normal(0, 2), 0, 1]],
  t: [(make) => [make.normal(2, 3)], (make) => [make.normal(3)], (make) => [make.normal()]],
  expand: [
    (make) => [make.normal(3, 1), [2, 3, 4]],
    (make) => [make.normal(), [2, 0]],
    (make) => [make.normal(2, 1), [-1, 3]],
  ],
  flatten: [
    (make) => [make.normal(2, 3, 4)],
    (make) => [make.normal(2, 3, 4), 1],
    (make) => [make.normal(2, 3, 4), 0, 1],
    (make) => [make.normal(2, 3, 4), { startDim: 1, endDim: 2 }],
    (make) => [make.normal()],
  ],
  unsqueeze: [
    (make) => [make.normal(2, 3), 1],
    (make) => [make.normal(2, 3), -1],
    (make) => [make.normal(), 0],
  ],
  squeeze: [
    (make) => [make.normal(1, 3, 1)],
    (make) => [make.normal(1, 3, 1), -1],
    (make) => [make.normal(1, 3), 1],
  ],
  slice: [
    (make) => [make.normal(5, 3), 0, 1, 4],
    (make) => [make.normal(5, 3), 0, -4, -1, 2],
    (make) => [make.normal(2, 5), 1, { start: 3 }],
    (make) => [make.normal(2, 5), 1, 4, 2],
    (make) => [make.normal(5, 2).t(), 1, 0, 5, 3],
  ],
  select: [(make) => [make.normal(2, 3), 1, -1], (make) => [make.normal(3), 0, 1]],
  narrow: [(make) => [make.normal(2, 5), 1, 1, 3], (make) => [make.normal(3), 0, 0, 0]],
  cat: [
    (make) => [[make.normal(2, 3), make.normal(1, 3)]],
    (make) => [[make.normal(2, 3), make.normal(3, 2).t(), make.normal(2, 0)], -1],
    (make) => {
      const x = make.normal(2);
      return [[x, x]];
    },
  ],
  stack: [
    (make) => [[make.normal(2, 3), make.normal(2, 3)], 1],
    (make) => [[make.normal(), make.normal()]],
  ],
  split: [
    (make) => [make.normal(5, 2), 2],
    (make) => [make.normal(2, 5), [1, 4], 1],
    (make) => [make.normal(0, 2), 2],
  ],
  hstack: [
    (make) => [[make.normal(2), make.normal(3)]],
    (make) => [[make.normal(2, 1), make.normal(2, 3)]],
  ],
  vstack: [
    (make) => [[make.normal(3), make.normal(3)]],
    (make) => [[make.normal(2, 3), make.normal(3)]],
  ],
  ravel: anyShape,
  unflatten: [
    (make) => [make.normal(2, 6), 1, [2, -1]],
    (make) => [make.normal(6, 2).t(), -1, [3, 2]],
  ],
  broadcastTo: [(make) => [make.normal(3, 1), [2, 3, 4]]],
  chunk: [(make) => [make.normal(5, 2), 2], (make) => [make.normal(2, 3), 5, -1]],
} satisfies SamplesOf<typeof movement & typeof reshaping & typeof slices & typeof join>;
