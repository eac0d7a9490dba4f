// Samples of normalizations.
import type * as batching from '../../../../engine/ops/batch-norm';
import type * as normalize from '../../../../engine/ops/normalize';
import type { SamplesOf } from '../sample';

export const normalizeSamples = {
  standardize: [
    (make) => [make.distinct(2, 3, 2), [1, 2], 1e-3],
    (make) => [make.distinct(3, 2).t(), [0], 0.1],
    (make) => [make.distinct(0, 3), [1], 1e-5],
  ],
  layerNorm: [
    (make) => [make.distinct(2, 3), [3]],
    (make) => [
      make.distinct(2, 2, 2),
      [2, 2],
      { weight: make.normal(2, 2), bias: make.normal(2, 2), eps: 0.1 },
    ],
  ],
  rmsNorm: [
    (make) => [make.distinct(2, 3), [3]],
    (make) => [make.distinct(2, 3), [3], { weight: make.normal(3), eps: 0.1 }],
  ],
  groupNorm: [
    (make) => [make.distinct(2, 4, 2), 2, { weight: make.normal(4), bias: make.normal(4) }],
  ],
  instanceNorm: [
    (make) => [make.distinct(2, 2, 3), { weight: make.normal(2), bias: make.normal(2) }],
  ],
  batchNorm: [
    (make) => [make.distinct(3, 2), null, null, { training: true, weight: make.normal(2) }],
    (make) => [make.distinct(2, 2, 2), make.normal(2), make.between(0.5, 2, 2)],
  ],
} satisfies Omit<SamplesOf<typeof normalize & typeof batching>, 'batchStandardize' | 'trackBatch'>;
