// Samples of casts, blends, scattering, shrinking activations, pooling along sequences and look-ups.
import type * as blend from '../../../../engine/ops/blend';
import type * as cast from '../../../../engine/ops/cast';
import type { embedding, linear } from '../../../../engine/ops/linear';
import type * as pool from '../../../../engine/ops/pool-1d';
import type * as scatter from '../../../../engine/ops/scatter';
import type * as shrink from '../../../../engine/ops/shrink';
import type * as similarity from '../../../../engine/ops/similarity';
import { anyShape, type Sample, type SamplesOf } from '../sample';

export const blendSamples = {
  to: [
    (make) => [make.normal(2, 3), 'float64'],
    (make) => [make.normal(2, 3), 'int32'],
    (make) => [make.normal(0), 'bool'],
    (make) => [make.int(3), 'float64'],
  ],
  lerp: [
    (make) => [make.normal(2, 3), make.normal(3), 0.3],
    (make) => [make.normal(2, 3), make.normal(2, 3), make.between(0, 1, 3)],
  ],
  logaddexp: [
    (make) => [make.normal(2, 3), make.normal(3)],
    (make) => [make.normal(), make.normal(0)],
  ],
  nanToNum: [...anyShape, (make) => [make.normal(3), { nan: 1, posinf: 5, neginf: -5 }]],
} satisfies SamplesOf<typeof blend & typeof cast>;

export const scatterSamples = {
  scatter: [
    (make) => [make.normal(3, 4), 0, make.index(1, 1, 4), make.normal(2, 4)],
    (make) => [make.normal(3, 4), 1, make.index(4, 3, 1), 2.5],
    (make) => [make.normal(3, 2), 1, make.index(2, 0, 1), make.normal(3, 1)],
    (make) => [make.normal(3, 4), 0, make.index(3, 2, 4), make.normal(2, 4), { reduce: 'add' }],
    (make) => [
      make.normal(3, 4),
      0,
      make.index(3, 2, 4),
      make.normal(2, 4),
      { reduce: 'multiply' },
    ],
  ],
  scatterReduce: [
    (make) => [make.normal(3, 4), 0, make.index(3, 2, 4), make.normal(2, 4), 'sum'],
    (make) => [make.normal(3, 4), 1, make.index(4, 3, 3), make.normal(3, 4), 'mean'],
    (make) => [make.normal(3), 0, make.index(2, 4), make.normal(4), 'mean', { includeSelf: false }],
    (make) => [make.normal(3), 0, make.index(2, 4), make.normal(5), 'prod'],
    (make) => [make.distinct(3, 4), 1, make.index(4, 3, 3), make.distinct(3, 3), 'amax'],
    (make) => [
      make.distinct(3),
      0,
      make.index(2, 4),
      make.distinct(4),
      'amin',
      { includeSelf: false },
    ],
  ],
} satisfies SamplesOf<typeof scatter>;

const shrinking: readonly Sample<typeof shrink.hardshrink>[] = [
  ...anyShape,
  (make) => [make.normal(2, 3), { lambd: 1 }],
];

export const shrinkSamples = {
  celu: [...anyShape, (make) => [make.normal(2, 3), { alpha: 0.5 }]],
  hardshrink: shrinking,
  softshrink: shrinking,
  tanhshrink: anyShape,
  threshold: [(make) => [make.normal(2, 3), 0.5, -1]],
  softmin: [(make) => [make.normal(2, 3), 1], (make) => [make.normal(3, 2).t(), 0]],
} satisfies SamplesOf<typeof shrink>;

export const pool1dSamples = {
  maxPool1d: [
    (make) => [make.distinct(1, 2, 6), 2],
    (make) => [make.distinct(2, 7), 3, { stride: 2, padding: 1, dilation: 2, ceilMode: true }],
  ],
  avgPool1d: [
    (make) => [make.normal(1, 2, 6), 2],
    (make) => [make.normal(2, 7), 3, { stride: 2, padding: 1, countIncludePad: false }],
  ],
  adaptiveAvgPool1d: [(make) => [make.normal(1, 2, 5), 3]],
  adaptiveMaxPool1d: [(make) => [make.distinct(2, 5), 2]],
} satisfies SamplesOf<typeof pool>;

export const similaritySamples = {
  normalize: [
    (make) => [make.normal(2, 3)],
    (make) => [make.normal(3, 2).t(), { p: 1, dim: 0 }],
    (make) => [make.normal(2, 3), { dim: -1, eps: 3 }],
  ],
  cosineSimilarity: [
    (make) => [make.normal(2, 3), make.normal(2, 3)],
    (make) => [make.normal(2, 3), make.normal(3), { dim: -1 }],
  ],
} satisfies SamplesOf<typeof similarity>;

export const linearSamples: {
  linear: readonly Sample<typeof linear>[];
  embedding: readonly Sample<typeof embedding>[];
} = {
  linear: [
    (make) => [make.normal(2, 3), make.normal(4, 3)],
    (make) => [make.normal(2, 2, 3), make.normal(4, 3), { bias: make.normal(4) }],
    (make) => [make.normal(3), make.normal(3)],
  ],
  embedding: [
    (make) => [make.index(4, 2, 3), make.normal(4, 3)],
    (make) => [make.index(3, 0), make.normal(3, 2)],
  ],
};
