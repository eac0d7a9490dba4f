// Samples of reductions and softmax.
import type * as extreme from '../../../../engine/ops/extremes';
import type * as reduce from '../../../../engine/ops/reduce';
import type * as softmaxes from '../../../../engine/ops/softmax';
import { folds, type Sample, type SamplesOf } from '../sample';

const extremes: readonly Sample<typeof extreme.max>[] = [
  (make) => [make.distinct(2, 3), { dim: 1 }],
  (make) => [make.distinct(), { dim: 0 }],
  (make) => [make.distinct(2, 3, 4), { dim: -2, keepdim: true }],
  (make) => [make.distinct(3, 2).t(), { dim: 0 }],
  (make) => [make.distinct(0, 3), { dim: 1 }],
];

const places: readonly Sample<typeof extreme.argmax>[] = [
  (make) => [make.distinct(2, 3)],
  (make) => [make.distinct(2, 3), 0],
  (make) => [make.distinct(2, 3), { keepdim: true }],
  (make) => [make.distinct(2, 3), 1, { keepdim: true }],
];

const alongDim: readonly Sample<typeof softmaxes.softmax>[] = [
  (make) => [make.normal(2, 3), 1],
  (make) => [make.normal(2, 3, 2), 1],
  (make) => [make.normal(3, 2).t(), 0],
  (make) => [make.normal(), 0],
  (make) => [make.normal(0, 3), -1],
  (make) => [make.normal(3, 0), -1],
];

export const reduceSamples = {
  sum: folds,
  mean: folds,
  sumTo: [
    (make) => [make.normal(2, 3), [3]],
    (make) => [make.normal(2, 3), [2, 1]],
    (make) => [make.normal(2, 3), []],
    (make) => [make.normal(0, 3), [3]],
  ],
  max: extremes,
  min: extremes,
  argmax: places,
  argmin: places,
  amax: folds,
  amin: folds,
  softmax: alongDim,
  logSoftmax: alongDim,
  logsumexp: [
    (make) => [make.normal(2, 3), 1],
    (make) => [make.normal(2, 3, 4), [0, -1], { keepdim: true }],
    (make) => [make.normal(3, 2).t(), 0],
    (make) => [make.normal(), 0],
    (make) => [make.normal(0, 3), 1],
  ],
} satisfies SamplesOf<typeof reduce & typeof extreme & typeof softmaxes>;
