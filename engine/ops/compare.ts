// Questions about elements: is it a number, are they close. Knows no kernel's inside.
import { mapOne, mapTwo } from '../kernels/reference/elementwise';
import { checkOptions } from '../tensor/errors';
import { sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { op, type Op, type TensorLike } from './op';
import { comparison, truth } from './rules';

/** Whether it is not a number (torch.isnan). */
export const isnan: Op<[x: Tensor]> = op({
  name: 'isnan',
  shape: truth,
  forward: mapOne((x) => Number(Number.isNaN(x))),
});

/** Whether it is +∞ or −∞ (torch.isinf). */
export const isinf: Op<[x: Tensor]> = op({
  name: 'isinf',
  shape: truth,
  forward: mapOne((x) => Number(Math.abs(x) === Infinity)),
});

/** Whether it is neither infinite nor NaN (torch.isfinite). */
export const isfinite: Op<[x: Tensor]> = op({
  name: 'isfinite',
  shape: truth,
  forward: mapOne((x) => Number(Number.isFinite(x))),
});

/** Whether exactly one is non-zero (torch.logical_xor). */
export const logicalXor: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'logicalXor',
  shape: comparison('logicalXor'),
  forward: mapTwo((a, b) => Number((a !== 0) !== (b !== 0))),
});

export interface CloseOptions {
  /** Allowed difference as a share of |other|. Default 1e-5. */
  rtol?: number;
  /** Allowed difference besides. Default 1e-8. */
  atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  equalNan?: boolean;
}

/** Whether |x − other| ≤ atol + rtol · |other|, elementwise (torch.isclose). */
export const isclose: Op<[x: Tensor, other: TensorLike, options?: CloseOptions]> = op({
  name: 'isclose',
  prepare: (x: Tensor, other: TensorLike, options: CloseOptions = {}) => {
    checkOptions('isclose', options, ['rtol', 'atol', 'equalNan']);
    const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
    return { inputs: [x, other], attributes: { rtol, atol, equalNan } };
  },
  shape: comparison('isclose'),
  forward: (call) => {
    const { rtol, atol, equalNan } = call.attributes;
    return mapTwo((a, b) => {
      if (Number.isNaN(a) && Number.isNaN(b)) return Number(equalNan);
      // Infinities are close to themselves only.
      const bound = Number.isFinite(b) ? atol + rtol * Math.abs(b) : 0;
      return Number(a === b || Math.abs(a - b) <= bound);
    })(call);
  },
});

/** Whether all elements are close (torch.allclose). A shape run, which has no data, answers true. */
export const allclose = (x: Tensor, other: Tensor, options: CloseOptions = {}): boolean =>
  isclose(x, other, options).all().item() === 1;

/** Whether shapes and all elements are equal (torch.equal). */
export const equal = (x: Tensor, other: Tensor): boolean =>
  sameShape(x.shape, other.shape) && x.eq(other).all().item() === 1;
