// Samples of the losses.
import type * as loss from '../../../../engine/ops/loss';
import type { SamplesOf } from '../sample';

export const lossSamples = {
  mseLoss: [
    (make) => [make.normal(3, 2), make.normal(3, 2)],
    (make) => [make.normal(3, 2), make.normal(3, 2), { reduction: 'sum' }],
    (make) => [make.normal(), make.normal(), { reduction: 'none' }],
  ],
  crossEntropy: [
    (make) => [make.normal(4, 3), make.index(3, 4)],
    (make) => [make.normal(3), make.index(3)],
    (make) => [make.normal(2, 3, 2), make.index(3, 2, 2), { reduction: 'none' }],
    (make) => [make.normal(4, 3), make.index(3, 4), { labelSmoothing: 0.1, ignoreIndex: 1 }],
    (make) => [make.normal(2, 3), make.between(0, 1, 2, 3), { reduction: 'sum' }],
  ],
  nllLoss: [
    (make) => [make.normal(4, 3), make.index(3, 4), { weight: make.between(0.5, 1, 3) }],
    (make) => [make.normal(2, 3, 2), make.index(3, 2, 2), { reduction: 'sum', ignoreIndex: 1 }],
  ],
  l1Loss: [(make) => [make.distinct(3, 2), make.normal(3, 2).mul(0)]],
  smoothL1Loss: [
    (make) => [make.normal(3, 2), make.normal(3, 2).mul(0), { beta: 0.5 }],
    (make) => [make.distinct(3), make.normal(3).mul(0), { beta: 0 }],
  ],
  huberLoss: [(make) => [make.normal(3, 2), make.normal(3, 2).mul(0), { delta: 0.5 }]],
  binaryCrossEntropy: [
    (make) => [make.between(0.1, 0.9, 3, 2), make.between(0.1, 0.9, 3, 2)],
    (make) => [
      make.between(0.1, 0.9, 3),
      make.between(0.1, 0.9, 3),
      { weight: make.normal(3), reduction: 'none' },
    ],
  ],
  binaryCrossEntropyWithLogits: [
    (make) => [make.normal(3, 2), make.between(0.1, 0.9, 3, 2)],
    (make) => [
      make.normal(3),
      make.between(0.1, 0.9, 3),
      { weight: make.normal(3), posWeight: make.between(1, 2, 3), reduction: 'sum' },
    ],
  ],
  klDiv: [
    (make) => [make.normal(3, 2), make.between(0.1, 0.9, 3, 2), { reduction: 'batchmean' }],
    (make) => [make.normal(3, 2), make.normal(3, 2), { logTarget: true }],
  ],
} satisfies SamplesOf<typeof loss>;
