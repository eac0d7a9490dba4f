// Samples of matrix products, convolution and pooling.
import type * as conv from '../../../../engine/ops/conv';
import type * as matmul from '../../../../engine/ops/matmul';
import type * as pool from '../../../../engine/ops/pool';
import type { SamplesOf } from '../sample';

export const matmulSamples = {
  matmul: [
    (make) => [make.normal(2, 3), make.normal(3, 4)],
    (make) => [make.normal(3), make.normal(3)],
    (make) => [make.normal(3), make.normal(2, 3, 2)],
    (make) => [make.normal(2, 2, 3), make.normal(3)],
    (make) => [make.normal(2, 1, 2, 3), make.normal(4, 3, 2).slice(0, 0, 3)],
    (make) => [make.normal(3, 2).t(), make.normal(1, 4).expand([3, 4])],
    (make) => [make.normal(2, 0), make.normal(0, 3)],
    (make) => [make.normal(0, 3), make.normal(3, 2)],
    (make) => {
      const x = make.normal(2, 2);
      return [x, x];
    },
  ],
  mm: [(make) => [make.normal(2, 3), make.normal(3, 2)]],
  bmm: [(make) => [make.normal(2, 2, 3), make.normal(2, 3, 2)]],
  mv: [(make) => [make.normal(2, 3), make.normal(3)]],
  addmm: [
    (make) => [make.normal(2, 2), make.normal(2, 3), make.normal(3, 2)],
    (make) => [make.normal(2), make.normal(2, 3), make.normal(3, 2), { beta: 2, alpha: -0.5 }],
  ],
  dot: [(make) => [make.normal(3), make.normal(3)], (make) => [make.normal(0), make.normal(0)]],
  outer: [(make) => [make.normal(2), make.normal(3)]],
} satisfies SamplesOf<typeof matmul>;

const geometry = {
  stride: [1, 2],
  padding: [1, 0],
  dilation: [1, 1],
  groups: 1,
  paddingTotal: [2, 0],
} as const;

export const convSamples = {
  conv2d: [
    (make) => [make.normal(2, 3, 4, 5), make.normal(2, 3, 3, 2)],
    (make) => [
      make.normal(1, 2, 5, 5),
      make.normal(2, 2, 3, 3),
      { bias: make.normal(2), stride: 2, padding: 1 },
    ],
    (make) => [
      make.normal(2, 4, 4),
      make.normal(4, 1, 2, 3),
      { padding: 'same', groups: 2, dilation: [1, 2] },
    ],
    (make) => [
      make.normal(1, 4, 4, 3).transpose(2, 3),
      make.normal(2, 4, 2, 2),
      { stride: [1, 2], padding: [1, 0] },
    ],
    (make) => [make.normal(0, 2, 3, 3), make.normal(1, 2, 2, 2)],
  ],
  conv2dInputGrad: [
    (make) => [make.normal(1, 2, 4, 2), make.normal(2, 3, 3, 2), [1, 3, 4, 4], geometry],
  ],
  conv2dWeightGrad: [
    (make) => [make.normal(1, 2, 4, 2), make.normal(1, 3, 4, 4), [2, 3, 3, 2], geometry],
  ],
} satisfies SamplesOf<typeof conv>;

export const poolSamples = {
  maxPool2d: [
    (make) => [make.distinct(1, 2, 4, 4), 2],
    (make) => [make.distinct(2, 5, 5), [3, 2], { stride: 2, padding: 1, ceilMode: true }],
    (make) => [make.distinct(1, 1, 6, 5), 2, { stride: 1, dilation: 2 }],
    (make) => [make.distinct(0, 2, 4, 4), 2],
  ],
  maxPool2dWithIndices: [(make) => [make.distinct(1, 2, 4, 4).transpose(2, 3), 2]],
} satisfies SamplesOf<typeof pool>;
