// Samples of ops that pick or place elements by index.
import type * as indexing from '../../../../engine/ops/index-ops';
import type { SamplesOf } from '../sample';

export const indexingSamples = {
  indexSelect: [
    (make) => [make.normal(4, 3), 0, make.index(4, 5)],
    (make) => [make.normal(3, 4).t(), -1, make.index(3, 2)],
    (make) => [make.normal(4, 3), 0, make.index(4, 0)],
  ],
  scatterRows: [
    (make) => [make.normal(5, 2), 0, make.index(3, 5), 3],
    (make) => [make.normal(2, 0), 1, make.index(3, 0), 3],
  ],
  indexAdd: [
    (make) => [make.normal(3, 2), 0, make.index(3, 5), make.normal(5, 2)],
    (make) => [make.normal(2, 3), 1, make.index(3, 0), make.normal(2, 0)],
    (make) => [make.normal(2, 3), 1, make.index(3, 4), make.normal(2, 4), { alpha: -2 }],
  ],
  gather: [
    (make) => [make.normal(3, 4), 0, make.index(3, 2, 4)],
    (make) => [make.normal(3, 4), 1, make.index(4, 3, 2)],
    (make) => [make.normal(3, 4), 1, make.index(4, 0, 2)],
  ],
  scatterAdd: [
    (make) => [make.normal(3, 4), 0, make.index(3, 2, 4), make.normal(2, 4)],
    (make) => [make.normal(3, 4), 1, make.index(4, 3, 2), make.normal(3, 3)],
  ],
} satisfies SamplesOf<typeof indexing>;
