// Questions about elements: which is larger, is it a number, are they close. Knows no kernel's inside.
import { comparisonKernel } from '../kernels/elementwise';
import { mapOne, mapTwo } from '../kernels/reference/elementwise';
import { sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withKeywords, type Call, type Keywords } from './keywords';
import { op, type Op, type TensorLike } from './op';
import { comparison, truth } from './rules';

/** Whether a = b, elementwise (torch.eq). */
export const eq: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'eq',
  shape: comparison('eq'),
  forward: mapTwo((a, b) => Number(a === b)),
  simd: comparisonKernel('eq'),
});

/** Whether a ≠ b, elementwise (torch.ne). */
export const ne: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'ne',
  shape: comparison('ne'),
  forward: mapTwo((a, b) => Number(a !== b)),
  simd: comparisonKernel('ne'),
});

/** Whether a > b, elementwise (torch.gt). */
export const gt: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'gt',
  shape: comparison('gt'),
  forward: mapTwo((a, b) => Number(a > b)),
  simd: comparisonKernel('gt'),
});

/** Whether a ≥ b, elementwise (torch.ge). */
export const ge: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'ge',
  shape: comparison('ge'),
  forward: mapTwo((a, b) => Number(a >= b)),
  simd: comparisonKernel('ge'),
});

/** Whether a < b, elementwise (torch.lt). */
export const lt: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'lt',
  shape: comparison('lt'),
  forward: mapTwo((a, b) => Number(a < b)),
  simd: comparisonKernel('lt'),
});

/** Whether a ≤ b, elementwise (torch.le). */
export const le: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'le',
  shape: comparison('le'),
  forward: mapTwo((a, b) => Number(a <= b)),
  simd: comparisonKernel('le'),
});

/** Whether both are non-zero (torch.logical_and). */
export const logicalAnd: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'logicalAnd',
  shape: comparison('logicalAnd'),
  forward: mapTwo((a, b) => Number(a !== 0 && b !== 0)),
});

/** Whether either is non-zero (torch.logical_or). */
export const logicalOr: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'logicalOr',
  shape: comparison('logicalOr'),
  forward: mapTwo((a, b) => Number(a !== 0 || b !== 0)),
});

/** Whether it is zero (torch.logical_not). */
export const logicalNot: Op<[x: Tensor]> = op({
  name: 'logicalNot',
  shape: ([x]) => ({ shape: x.shape, dtype: 'bool' }),
  forward: mapOne((x) => Number(x === 0)),
});

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

type Closeness = [rtol: number, atol: number, equalNan: boolean];
const closeness = { required: 2, names: ['rtol', 'atol', 'equalNan'] };

/** Whether |x − other| ≤ atol + rtol · |other|, elementwise (torch.isclose). */
export const isclose: Op<Keywords<[x: Tensor, other: TensorLike], CloseOptions, Closeness>> =
  withKeywords(
    'isclose',
    closeness,
    op({
      name: 'isclose',
      prepare: (x: Tensor, other: TensorLike, rtol = 1e-5, atol = 1e-8, equalNan = false) => ({
        inputs: [x, other],
        attributes: { rtol, atol, equalNan },
      }),
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
    }),
  );

/** Whether all elements are close (torch.allclose). A shape run, which has no data, answers true. */
export const allclose: Call<
  Keywords<[x: Tensor, other: Tensor], CloseOptions, Closeness>,
  boolean
> = withKeywords(
  'allclose',
  closeness,
  (x: Tensor, other: Tensor, rtol?: number, atol?: number, equalNan?: boolean): boolean =>
    isclose(x, other, rtol, atol, equalNan).all().item() === 1,
);

/** Whether shapes and all elements are equal (torch.equal). */
export const equal = (x: Tensor, other: Tensor): boolean =>
  sameShape(x.shape, other.shape) && x.eq(other).all().item() === 1;
