// The same elements as another dtype. Knows no kernel's inside.
import { mapOne } from '../kernels/reference/elementwise';
import type { DType } from '../tensor/dtype';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { op, type Op } from './op';

/** The same elements as another dtype; a number is cut towards zero on its way to int32 (torch.Tensor.to). */
const cast: Op<[x: Tensor, dtype: DType]> = op({
  name: 'to',
  torch: 'torch.Tensor.to',
  prepare: (x: Tensor, dtype: DType) => ({ inputs: [x], attributes: { dtype } }),
  shape: ([x], { dtype }) => ({ shape: x.shape, dtype }),
  forward: (call) =>
    mapOne(call.attributes.dtype === 'bool' ? (x) => Number(x !== 0) : (x) => x)(call),
  vjp: (g, { types: [x] }) => [g.to(x.dtype)],
});

/** The tensor as `dtype`: itself when it already is (torch.Tensor.to). */
export const to: Op<[x: Tensor, dtype: DType]> = Object.assign(
  (x: Tensor, dtype: DType) => {
    if (x.dtype === dtype) return x;
    if (!['float32', 'float64', 'int32', 'bool'].includes(dtype)) {
      throw new ArgumentError(
        `to: unknown dtype '${dtype}' (one of float32, float64, int32, bool)`,
      );
    }
    return cast(x, dtype);
  },
  { definition: cast.definition },
);
