// Samples of flips, shifts, repetitions, padding, windows and diagonals, and of picking elements.
import type { einsum } from '../../../../engine/ops/einsum';
import type * as padding from '../../../../engine/ops/pad';
import type * as rearrange from '../../../../engine/ops/rearrange';
import type * as select from '../../../../engine/ops/select';
import type * as triangle from '../../../../engine/ops/triangle';
import type { Sample, SamplesOf } from '../sample';

const moved: readonly Sample<typeof rearrange.movedim>[] = [
  (make) => [make.normal(2, 3, 4), 0, -1],
  (make) => [make.normal(2, 3, 4), [0, 1], [2, 0]],
];

const triangles: readonly Sample<typeof triangle.tril>[] = [
  (make) => [make.normal(3, 3)],
  (make) => [make.normal(2, 3, 4), { diagonal: 1 }],
  (make) => [make.normal(4, 3).t(), -1],
  (make) => [make.normal(0, 3)],
];

export const rearrangeSamples = {
  flip: [
    (make) => [make.normal(2, 3), 1],
    (make) => [make.normal(2, 3, 2), [0, -1]],
    (make) => [make.normal(0, 3), 0],
    (make) => [make.normal(3, 2).t(), [0, 1]],
  ],
  roll: [
    (make) => [make.normal(2, 3), 2],
    (make) => [make.normal(2, 3), [1, -1], [0, 1]],
    (make) => [make.normal(3), 5, 0],
    (make) => [make.normal(0), 1, 0],
  ],
  repeat: [
    (make) => [make.normal(2, 3), [2, 1, 2]],
    (make) => [make.normal(), [3]],
    (make) => [make.normal(2), [0]],
  ],
  tile: [(make) => [make.normal(2, 3), [2]], (make) => [make.normal(3), [2, 2]]],
  repeatInterleave: [
    (make) => [make.normal(2, 3), 2],
    (make) => [make.normal(2, 3), 3, 1],
    (make) => [make.normal(2, 3), 0, 0],
  ],
  pad: [
    (make) => [make.normal(2, 3), [1, 2]],
    (make) => [make.normal(2, 3), [1, 0, 0, 1], { value: 1.5 }],
    (make) => [make.normal(2, 4), [-1, 1]],
    (make) => [make.normal(2, 4), [2, 3], { mode: 'reflect' }],
    (make) => [make.normal(1, 2, 3), [1, 1, 1, 1], { mode: 'reflect' }],
    (make) => [make.normal(2, 3), [4, 1], { mode: 'replicate' }],
    (make) => [make.normal(2, 3), [2, 3], { mode: 'circular' }],
    (make) => [make.normal(0, 2), [1, 1]],
    (make) => [make.normal(3, 2).t(), []],
  ],
  unfold: [
    (make) => [make.normal(7), 0, 3, 2],
    (make) => [make.normal(2, 5, 2), 1, 2, 1],
    (make) => [make.normal(2, 5).t(), 0, 5, 1],
  ],
  unbind: [(make) => [make.normal(2, 3)], (make) => [make.normal(2, 3), 1]],
  swapaxes: [(make) => [make.normal(2, 3, 4), 0, 2]],
  movedim: moved,
  moveaxis: moved,
  tril: triangles,
  triu: triangles,
  diagonal: [
    (make) => [make.normal(3, 3)],
    (make) => [make.normal(2, 4), { offset: 1 }],
    (make) => [make.normal(4, 2), { offset: -2 }],
    (make) => [make.normal(2, 3, 4), { dim1: -1, dim2: 0 }],
    (make) => [make.normal(2, 2), { offset: 5 }],
  ],
  trace: [(make) => [make.normal(3, 3)], (make) => [make.normal(2, 4).t()]],
  diag: [
    (make) => [make.normal(3)],
    (make) => [make.normal(3), { diagonal: -1 }],
    (make) => [make.normal(2, 3), { diagonal: 1 }],
  ],
} satisfies SamplesOf<typeof rearrange & typeof padding & typeof triangle>;

export const selectSamples = {
  at: [
    (make) => [make.normal(3, 4), 1],
    (make) => [make.normal(3, 4), null, [1, -1]],
    (make) => [make.normal(3, 4, 2), [0, 3, 2], -1],
    (make) => [make.normal(5, 2), make.index(5, 3)],
    (make) => [make.normal(2, 5), 0, [null, null, 2]],
    (make) => [make.normal(3)],
  ],
  nonzero: [(make) => [make.mask(2, 3)], (make) => [make.normal()], (make) => [make.normal(0, 2)]],
  maskedSelect: [
    (make) => [make.normal(2, 3), make.mask(2, 3)],
    (make) => [make.normal(2, 3), make.mask(3)],
    (make) => [make.normal(3, 2).t(), make.mask(2, 1)],
  ],
  maskedFill: [
    (make) => [make.normal(2, 3), make.mask(2, 3), -1],
    (make) => [make.normal(2, 3), make.mask(3), make.normal()],
    (make) => [make.int(2, 3), make.mask(2, 1), 7],
  ],
  takeAlongDim: [
    (make) => [make.normal(3, 4), make.index(4, 3, 2), 1],
    (make) => [make.normal(1, 4), make.index(4, 3, 2), 1],
    (make) => [make.normal(3, 4), make.index(12, 5)],
  ],
  oneHot: [
    (make) => [make.index(4, 3), { numClasses: 4 }],
    (make) => [make.index(2, 2, 2), { numClasses: 5 }],
  ],
} satisfies SamplesOf<typeof select>;

export const einsumSamples: { einsum: readonly Sample<typeof einsum>[] } = {
  einsum: [
    (make) => ['ij,jk->ik', make.normal(2, 3), make.normal(3, 2)],
    (make) => ['ij,jk', make.normal(2, 3), make.normal(3, 2)],
    (make) => ['bhqd,bhkd->bhqk', make.normal(2, 1, 2, 3), make.normal(2, 1, 2, 3)],
    (make) => ['i,j->ij', make.normal(2), make.normal(3)],
    (make) => ['ii->i', make.normal(3, 3)],
    (make) => ['ii', make.normal(3, 3)],
    (make) => ['ij->j', make.normal(2, 3)],
    (make) => ['...ij,...jk->...ik', make.normal(2, 1, 2, 3), make.normal(3, 3, 2)],
    (make) => ['ij,jk,kl->il', make.normal(2, 3), make.normal(3, 2), make.normal(2, 2)],
    (make) => ['ij,i->', make.normal(2, 3), make.normal(2)],
    (make) => ['i,i->i', make.normal(0), make.normal(0)],
  ],
};
