// Samples of the elementwise ops.
import type * as binary from '../../../../engine/ops/binary';
import type * as elementwise from '../../../../engine/ops/elementwise';
import { aboveZero, anyShape, twoAboveZero, twoOperands, type SamplesOf } from '../sample';

export const elementwiseSamples = {
  add: [...twoOperands, (make) => [make.normal(2, 3), make.normal(3), { alpha: -1.5 }]],
  sub: [...twoOperands, (make) => [make.normal(2, 3), 2, { alpha: 3 }]],
  mul: twoOperands,
  div: [...twoOperands, ...twoAboveZero],
  pow: [
    ...twoAboveZero,
    (make) => [make.normal(2, 3), 3],
    (make) => [make.normal(2, 3), 0],
    (make) => [make.int(3), 2],
  ],
  maximum: twoOperands.slice(0, 9),
  minimum: twoOperands.slice(0, 9),
  where: [
    (make) => [make.mask(2, 3), make.normal(2, 3), make.normal(3)],
    (make) => [make.mask(2, 1), make.normal(3), 0.5],
    (make) => [make.mask(), make.normal(), make.normal(2)],
    (make) => [make.mask(0, 1), make.normal(3), make.normal(1)],
    (make) => {
      const x = make.normal(2, 3);
      return [make.mask(2, 3), x, x];
    },
  ],
  neg: anyShape,
  abs: anyShape,
  sign: anyShape,
  exp: anyShape,
  log: aboveZero,
  sqrt: aboveZero,
  sin: anyShape,
  cos: anyShape,
  tanh: anyShape,
  sigmoid: anyShape,
  relu: anyShape,
} satisfies SamplesOf<typeof elementwise & typeof binary>;
