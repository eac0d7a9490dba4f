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
} satisfies Omit<SamplesOf<typeof loss>, 'warnIfShapesDiffer'>;
