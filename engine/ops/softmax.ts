// Exponentials that sum to one, and their logarithms. Knows no kernel's inside.
import { softmaxSimd } from '../kernels/reduce';
import { logsumexpKernel, softmaxKernel } from '../kernels/reference/reduce';
import type { Tensor } from '../tensor/tensor';
import { folding, reducedShape, reduction, spread, type Dims, type ReduceOptions } from './folding';
import type { Needing } from './keywords';
import { floatingOnly, op, type Op } from './op';
import { alongDim, dimByName, same, type Along } from './rules';

/** How far each element lies below the largest along a dimension: no power of it overflows. */
function shifted(x: Tensor, dim: number): Tensor {
  return x.count === 0 ? x.neg() : x.sub(x.amax(dim, { keepdim: true }));
}

/** e^x / Σ e^x along a dimension: positive numbers that sum to 1 (torch.softmax). */
export const softmax: Op<Along> = dimByName(
  'softmax',
  op({
    name: 'softmax',
    prepare: alongDim('softmax'),
    dtypes: floatingOnly,
    shape: same,
    forward: softmaxKernel(false),
    simd: softmaxSimd('softmax'),
    expand: ([x], { dim }) => {
      const powers = shifted(x, dim).exp();
      return [powers.div(powers.sum(dim, { keepdim: true }))];
    },
    vjp: (g, { outputs: [y], attributes: { dim } }) => {
      const weighted = g.mul(y);
      return [weighted.sub(y.mul(weighted.sum(dim, { keepdim: true })))];
    },
  }),
);

/** The logarithm of softmax, without its loss of digits (torch.log_softmax). */
export const logSoftmax: Op<Along> = dimByName(
  'logSoftmax',
  op({
    name: 'logSoftmax',
    prepare: alongDim('logSoftmax'),
    dtypes: floatingOnly,
    shape: same,
    forward: softmaxKernel(true),
    simd: softmaxSimd('logSoftmax'),
    expand: ([x], { dim }) => {
      const below = shifted(x, dim);
      return [below.sub(below.exp().sum(dim, { keepdim: true }).log())];
    },
    vjp: (g, { outputs: [y], attributes: { dim } }) => [
      g.sub(y.exp().mul(g.sum(dim, { keepdim: true }))),
    ],
  }),
);

/** log Σ e^x over some dimensions, without overflow (torch.logsumexp). */
export const logsumexp: Op<
  | Needing<[x: Tensor], { dim: Dims }, [dim: Dims], ReduceOptions>
  | [x: Tensor, dim: Dims, keepdim: boolean]
> = folding(
  'logsumexp',
  op({
    name: 'logsumexp',
    dtypes: floatingOnly,
    prepare: reduction('logsumexp'),
    shape: ([x], attributes) => ({ shape: reducedShape(x.shape, attributes), dtype: x.dtype }),
    forward: logsumexpKernel,
    vjp: (g, { inputs: [x], outputs: [y], attributes }) => [
      spread(g, x, attributes).mul(x.sub(spread(y, x, attributes)).exp()),
    ],
  }),
);
