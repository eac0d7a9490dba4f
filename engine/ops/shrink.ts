// More activation functions, made of ops: shrinking, thresholds, softmin. Knows no kernel.
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { elu } from './activation';
import { where } from './elementwise';

export interface CeluOptions {
  /** How far left of 0 it bends. Default 1. */
  alpha?: number;
}

/** x right of 0, alpha · (e^(x / alpha) − 1) left of it (torch.nn.functional.celu). */
export const celu = (x: Tensor, options: CeluOptions = {}): Tensor => {
  checkOptions('celu', options, ['alpha']);
  const { alpha = 1 } = options;
  return alpha === 1 ? elu(x) : where(x.gt(0), x, elu(x.div(alpha)).mul(alpha));
};

export interface ShrinkOptions {
  /** How far from 0 it reaches. Default 0.5. */
  lambd?: number;
}

/** x, but 0 within ±lambd (torch.nn.functional.hardshrink). */
export const hardshrink = (x: Tensor, options: ShrinkOptions = {}): Tensor => {
  checkOptions('hardshrink', options, ['lambd']);
  const { lambd = 0.5 } = options;
  return where(x.ge(-lambd).logicalAnd(x.le(lambd)), 0, x);
};

/** x moved towards 0 by lambd, and 0 within ±lambd (torch.nn.functional.softshrink). */
export const softshrink = (x: Tensor, options: ShrinkOptions = {}): Tensor => {
  checkOptions('softshrink', options, ['lambd']);
  const { lambd = 0.5 } = options;
  return where(x.gt(lambd), x.sub(lambd), where(x.lt(-lambd), x.add(lambd), x.mul(0)));
};

/** x − tanh(x) (torch.nn.functional.tanhshrink). */
export const tanhshrink = (x: Tensor): Tensor => x.sub(x.tanh());

/** x above the threshold, `value` elsewhere (torch.nn.functional.threshold). */
export const threshold = (x: Tensor, threshold: number, value: number): Tensor =>
  where(x.le(threshold), value, x);

/** softmax of −x along a dimension (torch.nn.functional.softmin). */
export const softmin = (x: Tensor, dim: number): Tensor => x.neg().softmax(dim);
