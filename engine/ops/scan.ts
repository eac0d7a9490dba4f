// Running sums and products along a dimension. Knows no kernel's inside.
import { linearScanKernel, scanKernel } from '../kernels/reference/scan';
import type { Tensor } from '../tensor/tensor';
import { wholeOrFloat } from './folding';
import { cat } from './join';
import { op, type Op } from './op';
import { alongDim, dimByName, same, type Along } from './rules';

/** The sum of all elements up to this one, along a dimension (torch.cumsum). */
export const cumsum: Op<Along> = dimByName(
  'cumsum',
  op({
    name: 'cumsum',
    prepare: alongDim('cumsum'),
    shape: ([x]) => ({ shape: x.shape, dtype: wholeOrFloat(x.dtype) }),
    forward: scanKernel('cumsum', (sum, x) => sum + x),
    vjp: (g, { attributes: { dim } }) => [reversed(reversed(g, dim).cumsum(dim), dim)],
  }),
);

/** The product of all elements up to this one, along a dimension (torch.cumprod). */
export const cumprod: Op<Along> = dimByName(
  'cumprod',
  op({
    name: 'cumprod',
    prepare: alongDim('cumprod'),
    shape: ([x]) => ({ shape: x.shape, dtype: wholeOrFloat(x.dtype) }),
    forward: scanKernel('cumprod', (product, x) => product * x),
    // Never divides by x, so that zeros do no harm.
    vjp: (g, { inputs: [x], outputs: [y], attributes: { dim } }) => {
      if (x.count === 0 || x.rank === 0) return [g];
      return [backwards(g, x, dim).mul(before(y, dim, 1))];
    },
  }),
);

/** y₀ = a₀, yₖ = aₖ + bₖ · yₖ₋₁: what the gradients of running products are made of. */
const linearScan: Op<[a: Tensor, b: Tensor, dim: number]> = op({
  name: 'linearScan',
  torch: 'torch.cumprod',
  prepare: (a: Tensor, b: Tensor, dim: number) => ({ inputs: [a, b], attributes: { dim } }),
  shape: same,
  forward: linearScanKernel,
  vjp: (g, { inputs: [, b], outputs: [y], attributes: { dim } }) => {
    const ofA = backwards(g, b, dim);
    return [ofA, ofA.mul(before(y, dim, 0))];
  },
});

/** rₖ = gₖ + bₖ₊₁ · rₖ₊₁, from the last to the first. */
function backwards(g: Tensor, b: Tensor, dim: number): Tensor {
  return reversed(linearScan(reversed(g, dim), before(reversed(b, dim), dim, 0), dim), dim);
}

const reversed = (x: Tensor, dim: number): Tensor => (x.rank === 0 ? x : x.flip([dim]));

/** Each element's predecessor along a dimension; the first gets `first`. */
function before(x: Tensor, dim: number, first: number): Tensor {
  return cat([x.narrow(dim, 0, 1).fullLike(first), x.narrow(dim, 0, x.size(dim) - 1)], dim);
}
