// Ops on each element by itself: unary math and the commonest activations. Knows no kernel's inside.
import { unaryKernel } from '../kernels/elementwise';
import { mapOne } from '../kernels/reference/elementwise';
import type { Tensor } from '../tensor/tensor';
import { notBool, op, type Op } from './op';
import { same, unary } from './rules';
import { reluGrad, sigmoidGrad, tanhGrad } from './slopes';

/** −x (torch.neg). */
export const neg: Op<[x: Tensor]> = op({
  name: 'neg',
  dtypes: notBool,
  shape: same,
  forward: mapOne((x) => -x),
  simd: unaryKernel('neg'),
  vjp: (g) => [g.neg()],
});

/** |x|; the gradient at 0 is 0 (torch.abs). */
export const abs: Op<[x: Tensor]> = op({
  name: 'abs',
  shape: same,
  forward: mapOne(Math.abs),
  simd: unaryKernel('abs'),
  vjp: (g, { inputs: [x] }) => [g.mul(x.sign())],
});

/** −1, 0 or 1 (torch.sign). */
export const sign: Op<[x: Tensor]> = op({
  name: 'sign',
  shape: same,
  // PyTorch's sign of NaN is 0.
  forward: mapOne((x) => Number(x > 0) - Number(x < 0)),
  vjp: (g) => [g.mul(0)],
});

/** e to the power x (torch.exp). */
export const exp: Op<[x: Tensor]> = op({
  name: 'exp',
  shape: unary,
  forward: mapOne(Math.exp),
  simd: unaryKernel('exp'),
  vjp: (g, { outputs: [y] }) => [g.mul(y)],
});

/** The natural logarithm; −inf at 0 and NaN below (torch.log). */
export const log: Op<[x: Tensor]> = op({
  name: 'log',
  shape: unary,
  forward: mapOne(Math.log),
  simd: unaryKernel('log'),
  vjp: (g, { inputs: [x] }) => [g.div(x)],
});

/** The square root (torch.sqrt). */
export const sqrt: Op<[x: Tensor]> = op({
  name: 'sqrt',
  shape: unary,
  forward: mapOne(Math.sqrt),
  simd: unaryKernel('sqrt'),
  vjp: (g, { outputs: [y] }) => [g.div(y.mul(2))],
});

/** The sine of x in radians (torch.sin). */
export const sin: Op<[x: Tensor]> = op({
  name: 'sin',
  shape: unary,
  forward: mapOne(Math.sin),
  vjp: (g, { inputs: [x] }) => [g.mul(x.cos())],
});

/** The cosine of x in radians (torch.cos). */
export const cos: Op<[x: Tensor]> = op({
  name: 'cos',
  shape: unary,
  forward: mapOne(Math.cos),
  vjp: (g, { inputs: [x] }) => [g.mul(x.sin()).neg()],
});

/** The hyperbolic tangent, between −1 and 1 (torch.tanh). */
export const tanh: Op<[x: Tensor]> = op({
  name: 'tanh',
  shape: unary,
  forward: mapOne(Math.tanh),
  simd: unaryKernel('tanh'),
  vjp: (g, { outputs: [y] }) => [tanhGrad(g, y)],
});

/** 1 / (1 + e^−x), between 0 and 1 (torch.sigmoid). */
export const sigmoid: Op<[x: Tensor]> = op({
  name: 'sigmoid',
  shape: unary,
  // The side on which e does not overflow.
  forward: mapOne((x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))),
  simd: unaryKernel('sigmoid'),
  vjp: (g, { outputs: [y] }) => [sigmoidGrad(g, y)],
});

/** The rectified linear unit, max(x, 0); the gradient at 0 is 0 (torch.relu). */
export const relu: Op<[x: Tensor]> = op({
  name: 'relu',
  shape: same,
  // Written so that NaN stays NaN.
  forward: mapOne((x) => (x <= 0 ? 0 : x)),
  simd: unaryKernel('relu'),
  vjp: (g, { outputs: [y] }) => [reluGrad(g, y)],
});
