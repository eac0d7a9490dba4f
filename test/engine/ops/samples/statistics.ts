// Samples of reductions beyond sums, and of ops that go along a dimension.
import type * as norms from '../../../../engine/ops/norm';
import type * as scan from '../../../../engine/ops/scan';
import type * as sorting from '../../../../engine/ops/sort';
import type * as statistics from '../../../../engine/ops/statistics';
import { folds, type Sample, type SamplesOf } from '../sample';

const spreads: readonly Sample<typeof statistics.std>[] = [
  (make) => [make.distinct(2, 3)],
  (make) => [make.distinct(2, 3, 4), 1],
  (make) => [make.distinct(2, 3, 4), [0, -1], { keepdim: true, correction: 0 }],
  (make) => [make.distinct(3, 2).t(), 0, { correction: 0.5 }],
  (make) => [make.distinct(0, 3), 1],
  (make) => [make.distinct(2, 2, 1).expand([2, 2, 3]), [0, 2]],
];

const running: readonly Sample<typeof scan.cumsum>[] = [
  (make) => [make.normal(4), 0],
  (make) => [make.normal(2, 3, 2), 1],
  (make) => [make.normal(3, 2).t(), -1],
  (make) => [make.normal(), 0],
  (make) => [make.normal(0, 3), 1],
  (make) => [make.normal(3, 0), 1],
];

export const statisticsSamples = {
  any: [...folds, (make) => [make.mask(2, 3), 0]],
  all: [...folds, (make) => [make.mask(2, 3), 0]],
  prod: [
    ...folds,
    (make) => [make.values([2, 0, 3])],
    (make) => [
      make.values([
        [2, 0, 0],
        [1, 0, 5],
      ]),
      1,
    ],
    (make) => [make.int(3)],
  ],
  var: spreads,
  std: spreads,
  norm: [
    (make) => [make.normal(2, 3)],
    (make) => [make.normal()],
    (make) => [make.normal(2, 3, 4), 2, 1],
    (make) => [make.normal(2, 3, 4), 'fro', [0, -1], { keepdim: true }],
    (make) => [make.normal(3, 2).t(), { dim: 0 }],
    (make) => [make.normal(0, 3), 2, 1],
    (make) => [make.normal(2, 1).expand([2, 3]), { keepdim: true }],
    (make) => [make.normal(2, 3), { p: 1, dim: 1 }],
    (make) => [make.distinct(2, 3), { p: Infinity, dim: 0, keepdim: true }],
    (make) => [make.distinct(2, 3), -Infinity, 0],
    (make) => [make.normal(2, 3), 3],
    (make) => [make.normal(2, 3), { p: 0, dim: 1 }],
  ],
  countNonzero: [(make) => [make.int(3, 4)], (make) => [make.int(3, 4), { dim: 1 }]],
  median: [
    (make) => [make.distinct(2, 4), { dim: 1 }],
    (make) => [make.distinct(3, 5).t(), { dim: 0, keepdim: true }],
    (make) => [make.distinct(), { dim: 0 }],
  ],
} satisfies SamplesOf<typeof statistics & typeof norms>;

export const scanSamples = {
  cumsum: [...running, (make) => [make.int(4), 0], (make) => [make.mask(4), 0]],
  cumprod: [
    ...running,
    (make) => [make.values([2, 0, 3, 0, 1]), 0],
    (make) => [
      make.values([
        [0, 1.5],
        [2, 0.5],
      ]),
      1,
    ],
  ],
  sort: [
    (make) => [make.distinct(2, 4)],
    (make) => [make.distinct(4, 2), 0, { descending: true }],
    (make) => [make.distinct(4, 2).t(), 1, { stable: true }],
    (make) => [make.distinct()],
    (make) => [make.distinct(0, 3)],
    (make) => [make.distinct(3, 0)],
  ],
  argsort: [
    (make) => [make.distinct(2, 4)],
    (make) => [make.distinct(4), { dim: 0, descending: true }],
  ],
  topk: [
    (make) => [make.distinct(2, 4), 2],
    (make) => [make.distinct(4, 2), 1, { dim: 0, largest: false }],
    (make) => [make.distinct(3), 0],
  ],
} satisfies SamplesOf<typeof scan & typeof sorting>;
