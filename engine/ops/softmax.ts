// Exponentials that sum to one, and their logarithms. Knows no kernel's inside.
import { softmaxSimd } from '../kernels/reduce';
import { softmaxGradSimd } from '../kernels/softmax-grad';
import { logsumexpKernel, softmaxKernel } from '../kernels/reference/reduce';
import { unseen } from '../tape/record';
import { tape } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { folding, reducedShape, reduction, spread, type Dims, type ReduceOptions } from './folding';
import type { Needing } from './keywords';
import { floatingOnly, op, type Op } from './op';
import { alongDim, dimByName, same, type Along } from './rules';

/** How far each element lies below the largest along a dimension: no power of it overflows. */
function shifted(x: Tensor, dim: number): Tensor {
  return x.count === 0 ? x.neg() : x.sub(x.amax(dim, { keepdim: true }));
}

/** Whether a gradient may be one op, which has the bits of those that it stands for. */
const goesInOne = (g: Tensor, y: Tensor, dim: number): boolean =>
  unseen() &&
  !tape.gradEnabled &&
  [g, y].every((x) => x.dtype === 'float32' && x.isContiguous) &&
  dim === y.rank - 1 &&
  y.shape[dim] > 1 &&
  y.count > 0;

const gradientOf = (name: 'softmax' | 'logSoftmax'): Op<[g: Tensor, y: Tensor]> =>
  op({
    name: `${name}Grad`,
    torch: name === 'softmax' ? 'torch._softmax_backward_data' : 'torch._log_softmax_backward_data',
    shape: same,
    simd: softmaxGradSimd(name),
  });

const softmaxGrad = gradientOf('softmax');
const logSoftmaxGrad = gradientOf('logSoftmax');

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
      if (goesInOne(g, y, dim)) return [softmaxGrad(g, y)];
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
      goesInOne(g, y, dim)
        ? logSoftmaxGrad(g, y)
        : g.sub(y.exp().mul(g.sum(dim, { keepdim: true }))),
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
