// Ops as plain functions, as PyTorch has them under `torch`. Knows nothing itself.
export {
  atan2,
  ceil,
  clamp,
  clip,
  floor,
  floorDivide,
  fmod,
  frac,
  reciprocal,
  remainder,
  round,
  rsqrt,
  square,
  trunc,
} from './ops/arithmetic';
export {
  allclose,
  eq,
  equal,
  ge,
  gt,
  isclose,
  isfinite,
  isinf,
  isnan,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  ne,
} from './ops/compare';
export {
  arange,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from './ops/create';
export { rand, randLike, randint, randn, randnLike, randperm } from './ops/draw';
export { einsum } from './ops/einsum';
export { abs, cos, exp, neg, relu, sigmoid, sign, sin, sqrt, tanh } from './ops/elementwise';
export { add, div, maximum, minimum, mul, pow, sub, where } from './ops/binary';
export { amax, amin, argmax, argmin, max, min } from './ops/extremes';
export { gather, indexAdd, indexSelect, scatterAdd } from './ops/index-ops';
export { cat, chunk, split, stack } from './ops/join';
export {
  acos,
  asin,
  atan,
  cosh,
  erf,
  exp2,
  expm1,
  log10,
  log1p,
  log2,
  sinh,
  tan,
} from './ops/math';
export { bmm, dot, matmul, mm, outer } from './ops/matmul';
export { clone, permute, t, transpose } from './ops/movement';
export { flatten, reshape, squeeze, unsqueeze } from './ops/reshape';
export { norm } from './ops/norm';
export { bernoulli, multinomial } from './ops/random';
export {
  flip,
  moveaxis,
  movedim,
  repeatInterleave,
  roll,
  swapaxes,
  tile,
  unbind,
} from './ops/rearrange';
export { mean, sum } from './ops/reduce';
export { cumprod, cumsum } from './ops/scan';
export { maskedSelect, nonzero, takeAlongDim } from './ops/select';
export { narrow, select } from './ops/slice';
export { logSoftmax, logsumexp, softmax } from './ops/softmax';
export { argsort, sort, topk } from './ops/sort';
export { all, any, median, prod, std, var } from './ops/statistics';
export { diag, diagonal, tril, triu } from './ops/triangle';
export { lerp, logaddexp, nanToNum } from './ops/blend';
export { hstack, vstack } from './ops/join';
export { acosh, asinh, atanh } from './ops/math';
export { addmm, mv } from './ops/matmul';
export { broadcastTo } from './ops/movement';
export { ravel, unflatten } from './ops/reshape';
export { scatter, scatterReduce } from './ops/scatter';
export { countNonzero } from './ops/statistics';
export { trace } from './ops/triangle';
