// More activation functions, made of ops: shrinking, thresholds, softmin. Knows no kernel.
import type { Tensor } from '../tensor/tensor';
import { elu } from './rectifiers';
import { where } from './binary';
import { withKeywords, type Call, type Keywords } from './keywords';
import type { Op } from './op';
import { dimByName, type Along, type CastOptions } from './rules';

export interface CeluOptions {
  /** How far left of 0 it bends. Default 1. */
  alpha?: number;
}

/** x right of 0, alpha · (e^(x / alpha) − 1) left of it (torch.nn.functional.celu). */
export const celu: Call<Keywords<[x: Tensor], CeluOptions, [alpha: number]>> = withKeywords(
  'celu',
  { required: 1, names: ['alpha'] },
  (x: Tensor, alpha = 1): Tensor =>
    alpha === 1 ? elu(x) : where(x.gt(0), x, elu(x.div(alpha)).mul(alpha)),
);

export interface ShrinkOptions {
  /** How far from 0 it reaches. Default 0.5. */
  lambd?: number;
}

type Shrinking = Keywords<[x: Tensor], ShrinkOptions, [lambd: number]>;
const shrinking = { required: 1, names: ['lambd'] };

/** x, but 0 within ±lambd (torch.nn.functional.hardshrink). */
export const hardshrink: Call<Shrinking> = withKeywords(
  'hardshrink',
  shrinking,
  (x: Tensor, lambd = 0.5): Tensor => where(x.ge(-lambd).logicalAnd(x.le(lambd)), 0, x),
);

/** x moved towards 0 by lambd, and 0 within ±lambd (torch.nn.functional.softshrink). */
export const softshrink: Call<Shrinking> = withKeywords(
  'softshrink',
  shrinking,
  (x: Tensor, lambd = 0.5): Tensor =>
    where(x.gt(lambd), x.sub(lambd), where(x.lt(-lambd), x.add(lambd), x.mul(0))),
);

/** x − tanh(x) (torch.nn.functional.tanhshrink). */
export const tanhshrink = (x: Tensor): Tensor => x.sub(x.tanh());

/** x above the threshold, `value` elsewhere (torch.nn.functional.threshold). */
export const threshold = (x: Tensor, threshold: number, value: number): Tensor =>
  where(x.le(threshold), value, x);

/** softmax of −x along a dimension (torch.nn.functional.softmin). */
export const softmin: Op<Along> = dimByName(
  'softmin',
  (x: Tensor, dim: number, options: CastOptions = {}): Tensor => x.neg().softmax(dim, options),
);
