// Two tensors into one: interpolation, sums of exponentials; and numbers for what is none. Knows no kernel's inside.
import { mapTwo } from '../kernels/reference/elementwise';
import { isFloating } from '../tensor/dtype';
import type { Tensor } from '../tensor/tensor';
import { where } from './binary';
import { withKeywords, type Call, type Keywords } from './keywords';
import { floatingOnly, op, type Op, type TensorLike } from './op';
import { arithmetic, partials } from './rules';

/** x + weight · (end − x): 0 gives x, 1 gives end (torch.lerp). */
export const lerp = (x: Tensor, end: Tensor, weight: TensorLike): Tensor =>
  x.add(end.sub(x).mul(weight));

/** log(e^x + e^other), without overflow (torch.logaddexp). */
export const logaddexp: Op<[x: Tensor, other: Tensor]> = op({
  name: 'logaddexp',
  dtypes: floatingOnly,
  shape: arithmetic('logaddexp'),
  forward: mapTwo((a, b) =>
    a === b && Math.abs(a) === Infinity
      ? a
      : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
  ),
  vjp: partials(
    (g, { inputs: [a], outputs: [y] }) => g.mul(a.sub(y).exp()),
    (g, { inputs: [, b], outputs: [y] }) => g.mul(b.sub(y).exp()),
  ),
});

export interface NanToNumOptions {
  /** What stands for NaN. Default 0. */
  nan?: number;
  /** What stands for +∞. Default: the largest number of the dtype. */
  posinf?: number | null;
  /** What stands for −∞. Default: the smallest number of the dtype. */
  neginf?: number | null;
}

/** Numbers in place of NaN and infinities (torch.nan_to_num). */
export const nanToNum: Call<
  Keywords<
    [x: Tensor],
    NanToNumOptions,
    [nan: number, posinf: number | null, neginf: number | null]
  >
> = withKeywords(
  'nanToNum',
  { required: 1, names: ['nan', 'posinf', 'neginf'] },
  (x: Tensor, nan = 0, posinf?: number | null, neginf?: number | null): Tensor => {
    // Whole numbers are never anything else.
    if (!isFloating(x.dtype)) return x.clone();
    const largest = x.dtype === 'float64' ? Number.MAX_VALUE : (2 - 2 ** -23) * 2 ** 127;
    const finite = where(x.isnan(), nan, x);
    const below = where(x.eq(Infinity), posinf ?? largest, finite);
    return where(x.eq(-Infinity), neginf ?? -largest, below);
  },
);
