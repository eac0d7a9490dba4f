// Samples of arithmetic, math functions, questions and activations.
import type * as activation from '../../../../engine/ops/activation';
import type * as rectifiers from '../../../../engine/ops/rectifiers';
import type * as arithmetic from '../../../../engine/ops/arithmetic';
import type * as compare from '../../../../engine/ops/compare';
import type * as math from '../../../../engine/ops/math';
import {
  aboveZero,
  anyShape,
  twoAboveZero,
  twoOperands,
  withinOne,
  type SamplesOf,
} from '../sample';

export const arithmeticSamples = {
  floorDivide: [...twoAboveZero, (make) => [make.int(3), make.int(3).mul(2).add(1)]],
  remainder: [
    ...twoAboveZero,
    (make) => [make.between(-3.9, -3.1, 4), make.between(0.9, 1, 4)],
    (make) => [make.int(3), 3],
  ],
  fmod: [...twoAboveZero, (make) => [make.between(-3.9, -3.1, 4), make.between(0.9, 1, 4)]],
  atan2: twoOperands,
  reciprocal: aboveZero,
  rsqrt: aboveZero,
  square: anyShape,
  floor: anyShape,
  ceil: anyShape,
  trunc: anyShape,
  round: [
    (make) => [make.between(0.1, 0.4, 2, 3)],
    (make) => [make.between(1.211, 1.219, 3), { decimals: 2 }],
    (make) => [make.normal(0)],
  ],
  frac: anyShape,
  clamp: [
    (make) => [make.normal(2, 3), { min: -1, max: 0.5 }],
    (make) => [make.normal(3, 2).t(), { max: 1 }],
    (make) => [make.int(4), { min: 0 }],
    (make) => [make.int(4), { min: 0.5 }],
    (make) => [make.normal(0), { min: 0 }],
    (make) => [make.normal(4), -0.5, 0.5],
  ],
  clip: [(make) => [make.normal(2, 3), { min: -1, max: 0.5 }]],
} satisfies SamplesOf<typeof arithmetic>;

export const mathSamples = {
  asinh: anyShape,
  acosh: [(make) => [make.between(1.2, 3, 2, 3)]],
  atanh: withinOne,
  log1p: aboveZero,
  expm1: anyShape,
  log2: aboveZero,
  log10: aboveZero,
  exp2: anyShape,
  erf: anyShape,
  tan: withinOne,
  asin: withinOne,
  acos: withinOne,
  atan: anyShape,
  sinh: anyShape,
  cosh: anyShape,
} satisfies SamplesOf<typeof math>;

export const compareSamples = {
  eq: twoOperands,
  ne: twoOperands,
  gt: twoOperands,
  ge: twoOperands,
  lt: twoOperands,
  le: twoOperands,
  logicalAnd: [...twoOperands, (make) => [make.mask(2, 3), make.mask(3)]],
  logicalOr: [...twoOperands, (make) => [make.mask(2, 3), make.mask(3)]],
  logicalNot: [...anyShape, (make) => [make.mask(2, 3)]],
  isnan: anyShape,
  isinf: anyShape,
  isfinite: anyShape,
  logicalXor: [...twoOperands, (make) => [make.mask(2, 3), make.mask(3)]],
  isclose: [
    ...twoOperands,
    (make) => [make.normal(3), make.normal(3), { rtol: 1, atol: 0.5, equalNan: true }],
  ],
  allclose: [(make) => [make.normal(3), make.normal(3)]],
  equal: [(make) => [make.normal(3), make.normal(3)]],
} satisfies SamplesOf<typeof compare>;

export const activationSamples = {
  gelu: [...anyShape, (make) => [make.normal(2, 3), { approximate: 'tanh' }]],
  silu: anyShape,
  mish: anyShape,
  softplus: [...anyShape, (make) => [make.normal(2, 3), { beta: 3, threshold: 2 }]],
  logsigmoid: anyShape,
  leakyRelu: [...anyShape, (make) => [make.normal(2, 3), { negativeSlope: 0.3 }]],
  prelu: [
    (make) => [make.normal(2, 3), make.normal(1)],
    (make) => [make.normal(2, 3, 2), make.normal(3)],
    (make) => [make.normal(0, 3), make.normal(3)],
  ],
  elu: [...anyShape, (make) => [make.normal(2, 3), { alpha: 0.5 }]],
  selu: anyShape,
  hardtanh: [...anyShape, (make) => [make.normal(2, 3), { minVal: -0.5, maxVal: 1.5 }]],
  relu6: anyShape,
  hardsigmoid: anyShape,
  hardswish: anyShape,
  softsign: anyShape,
  glu: [
    (make) => [make.normal(3, 4)],
    (make) => [make.normal(4, 3), 0],
    (make) => [make.normal(0, 2)],
  ],
} satisfies SamplesOf<typeof activation & typeof rectifiers>;
