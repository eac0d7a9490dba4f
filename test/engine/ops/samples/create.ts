// Samples of functions that make tensors, and of those that draw random numbers.
import type * as create from '../../../../engine/ops/create';
import type * as draw from '../../../../engine/ops/draw';
import type * as random from '../../../../engine/ops/random';
import { anyShape, type SamplesOf } from '../sample';

export const createSamples = {
  full: [() => [[2, 3], 1.5], () => [[], 2, { dtype: 'int32' }]],
  zeros: [() => [[2, 3]], () => [[0, 3], { dtype: 'bool' }]],
  ones: [() => [[2, 3]], () => [[], { dtype: 'float64', requiresGrad: true }]],
  arange: [
    () => [5],
    () => [1, 2, 0.25],
    () => [3, -3, -2],
    () => [0, 0],
    () => [7, { start: 1, step: 2 }],
  ],
  linspace: [() => [0, 1, 5], () => [2, -2, 1], () => [0, 1, 0]],
  eye: [() => [3], () => [2, 3], () => [0], () => [3, { m: 1 }]],
  rand: [() => [[2, 3]], () => [[0], { dtype: 'float64' }]],
  uniformBetween: [() => [[2, 3], -1, 2]],
  randn: [() => [[2, 3]], () => [[3], { dtype: 'float64' }]],
  normalAround: [() => [[2, 3], 5, 0.1]],
  randint: [() => [10, [2, 3]], () => [10, [2], { low: -3 }]],
  randperm: [() => [6], () => [0]],
  tensor: [
    () => [
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    () => [3],
    () => [[true, false]],
    () => [[[], []]],
  ],
  newZeros: [(make) => [make.normal(2), [3, 1]]],
  zerosLike: anyShape,
  onesLike: anyShape,
  fullLike: [(make) => [make.normal(2, 3), 7]],
  randnLike: [(make) => [make.normal(2, 3)]],
  randLike: [(make) => [make.normal(2, 3)]],
} satisfies SamplesOf<typeof create & typeof draw>;

export const randomSamples = {
  bernoulli: [
    (make) => [make.between(0, 1, 3, 4)],
    (make) => [make.between(0, 1, 4, 2).t()],
    (make) => [make.between(0, 1, 0)],
  ],
  multinomial: [
    (make) => [make.between(0, 1, 5), 3],
    (make) => [make.between(0, 1, 4, 2).t(), 6, { replacement: true }],
    (make) => [make.between(0, 1, 0, 3), 1],
  ],
  dropout: [
    (make) => [make.normal(4, 5)],
    (make) => [make.normal(4, 5), 0.2],
    (make) => [make.normal(3), 1],
    (make) => [make.normal(0)],
    (make) => [make.normal(2, 3), 0.5, { training: false }],
  ],
} satisfies SamplesOf<typeof random>;
