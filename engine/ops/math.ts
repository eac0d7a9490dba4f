// More functions of one element: logarithms, exponentials, trigonometry, the error function. Knows no kernel's inside.
import { unaryKernel } from '../kernels/elementwise';
import { mapOne } from '../kernels/reference/elementwise';
import { erf as errorFunction } from '../kernels/reference/special';
import type { Tensor } from '../tensor/tensor';
import { op, type Op } from './op';
import { unary } from './rules';

/** log(1 + x), exact for small x (torch.log1p). */
export const log1p: Op<[x: Tensor]> = op({
  name: 'log1p',
  shape: unary,
  forward: mapOne(Math.log1p),
  vjp: (g, { inputs: [x] }) => [g.div(x.add(1))],
});

/** e^x − 1, exact for small x (torch.expm1). */
export const expm1: Op<[x: Tensor]> = op({
  name: 'expm1',
  shape: unary,
  forward: mapOne(Math.expm1),
  vjp: (g, { outputs: [y] }) => [g.mul(y.add(1))],
});

/** The logarithm to base 2 (torch.log2). */
export const log2: Op<[x: Tensor]> = op({
  name: 'log2',
  shape: unary,
  forward: mapOne(Math.log2),
  vjp: (g, { inputs: [x] }) => [g.div(x.mul(Math.LN2))],
});

/** The logarithm to base 10 (torch.log10). */
export const log10: Op<[x: Tensor]> = op({
  name: 'log10',
  shape: unary,
  forward: mapOne(Math.log10),
  vjp: (g, { inputs: [x] }) => [g.div(x.mul(Math.LN10))],
});

/** 2 to the power x (torch.exp2). */
export const exp2: Op<[x: Tensor]> = op({
  name: 'exp2',
  shape: unary,
  forward: mapOne((x) => 2 ** x),
  vjp: (g, { outputs: [y] }) => [g.mul(y).mul(Math.LN2)],
});

/** The error function 2/√π ∫₀ˣ e^(−t²) dt (torch.erf). */
export const erf: Op<[x: Tensor]> = op({
  name: 'erf',
  shape: unary,
  forward: mapOne(errorFunction),
  simd: unaryKernel('erf'),
  vjp: (g, { inputs: [x] }) => [g.mul(x.mul(x).neg().exp()).mul(2 / Math.sqrt(Math.PI))],
});

/** The tangent of x in radians (torch.tan). */
export const tan: Op<[x: Tensor]> = op({
  name: 'tan',
  shape: unary,
  forward: mapOne(Math.tan),
  vjp: (g, { outputs: [y] }) => [g.mul(y.mul(y).add(1))],
});

/** The angle in radians whose sine is x, −π/2 to π/2; NaN beyond ±1 (torch.asin). */
export const asin: Op<[x: Tensor]> = op({
  name: 'asin',
  shape: unary,
  forward: mapOne(Math.asin),
  vjp: (g, { inputs: [x] }) => [g.mul(x.mul(x).neg().add(1).rsqrt())],
});

/** The angle in radians whose cosine is x, 0 to π; NaN beyond ±1 (torch.acos). */
export const acos: Op<[x: Tensor]> = op({
  name: 'acos',
  shape: unary,
  forward: mapOne(Math.acos),
  vjp: (g, { inputs: [x] }) => [g.mul(x.mul(x).neg().add(1).rsqrt()).neg()],
});

/** The angle in radians whose tangent is x, −π/2 to π/2 (torch.atan). */
export const atan: Op<[x: Tensor]> = op({
  name: 'atan',
  shape: unary,
  forward: mapOne(Math.atan),
  vjp: (g, { inputs: [x] }) => [g.div(x.mul(x).add(1))],
});

/** The hyperbolic sine (torch.sinh). */
export const sinh: Op<[x: Tensor]> = op({
  name: 'sinh',
  shape: unary,
  forward: mapOne(Math.sinh),
  vjp: (g, { inputs: [x] }) => [g.mul(x.cosh())],
});

/** The hyperbolic cosine (torch.cosh). */
export const cosh: Op<[x: Tensor]> = op({
  name: 'cosh',
  shape: unary,
  forward: mapOne(Math.cosh),
  vjp: (g, { inputs: [x] }) => [g.mul(x.sinh())],
});

/** The inverse of the hyperbolic sine (torch.asinh). */
export const asinh: Op<[x: Tensor]> = op({
  name: 'asinh',
  shape: unary,
  forward: mapOne(Math.asinh),
  vjp: (g, { inputs: [x] }) => [g.mul(x.mul(x).add(1).rsqrt())],
});

/** The inverse of the hyperbolic cosine; NaN below 1 (torch.acosh). */
export const acosh: Op<[x: Tensor]> = op({
  name: 'acosh',
  shape: unary,
  forward: mapOne(Math.acosh),
  vjp: (g, { inputs: [x] }) => [g.mul(x.mul(x).sub(1).rsqrt())],
});

/** The inverse of the hyperbolic tangent; NaN beyond ±1 (torch.atanh). */
export const atanh: Op<[x: Tensor]> = op({
  name: 'atanh',
  shape: unary,
  forward: mapOne(Math.atanh),
  vjp: (g, { inputs: [x] }) => [g.div(x.mul(x).neg().add(1))],
});
