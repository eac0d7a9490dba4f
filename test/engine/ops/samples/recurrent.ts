// Samples of recurrent cells' steps.
import type * as recurrent from '../../../../engine/ops/recurrent';
import type { SamplesOf } from '../sample';

export const recurrentSamples = {
  lstmCell: [
    (make) => [make.normal(2, 8), make.normal(2, 8), make.normal(2, 2)],
    (make) => [make.normal(4, 1).t(), make.normal(1, 4), make.normal(1, 1)],
    (make) => [make.normal(0, 4), make.normal(0, 4), make.normal(0, 1)],
  ],
  gruCell: [
    (make) => [make.normal(2, 6), make.normal(2, 6), make.normal(2, 2)],
    (make) => [make.normal(3, 1).t(), make.normal(1, 3), make.normal(1, 1)],
    (make) => [make.normal(0, 3), make.normal(0, 3), make.normal(0, 1)],
  ],
} satisfies SamplesOf<typeof recurrent>;
