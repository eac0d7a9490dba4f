// Ops that fold dimensions into sums and means. Knows no kernel's inside.
import { sumKernel } from '../kernels/reduce';
import { fold } from '../kernels/reference/reduce';
import { ArgumentError } from '../tensor/errors';
import { formatShape, sameShape, type Shape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import {
  folding,
  reducedShape,
  reduction,
  spread,
  whole,
  wholeOrFloat,
  type Folding,
  type SumOptions,
} from './folding';
import { floatingOnly, op, type Op } from './op';

/** The sum over all elements, or over some dimensions (torch.sum). */
export const sum: Op<Folding<SumOptions>> = folding(
  'sum',
  op({
    name: 'sum',
    prepare: reduction('sum', true),
    shape: ([x], attributes) => ({
      shape: reducedShape(x.shape, attributes),
      dtype: wholeOrFloat(x.dtype),
    }),
    forward: fold(0, (total, x) => total + x, whole('sum')),
    simd: sumKernel('sum'),
    vjp: (g, { types: [x], attributes }) => [spread(g, x, attributes)],
  }),
);

/** The mean over all elements, or over some dimensions; NaN of nothing (torch.mean). */
export const mean: Op<Folding<SumOptions>> = folding(
  'mean',
  op({
    name: 'mean',
    dtypes: floatingOnly,
    prepare: reduction('mean', true),
    shape: ([x], attributes) => {
      return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
    },
    forward: fold(
      0,
      (total, x) => total + x,
      (total, count) => total / count,
    ),
    simd: sumKernel('mean'),
    vjp: (g, { types: [x], attributes }) => {
      const count = attributes.dims.reduce((product, dim) => product * x.shape[dim], 1);
      return [spread(g.div(count), x, attributes)];
    },
  }),
);

const sumToOp: Op<[x: Tensor, shape: Shape]> = op({
  name: 'sumTo',
  torch: 'torch.Tensor.sum_to_size',
  prepare: (x: Tensor, shape: Shape) => {
    const added = x.rank - shape.length;
    const dims = x.shape.flatMap((size, dim) =>
      dim < added || (shape[dim - added] === 1 && size !== 1) ? [dim] : [],
    );
    if (
      added < 0 ||
      !sameShape(shape, x.shape.map((size, dim) => (dims.includes(dim) ? 1 : size)).slice(added))
    ) {
      throw new ArgumentError(
        `sumTo: ${formatShape(x.shape)} cannot be summed to ${formatShape(shape)}`,
      );
    }
    return { inputs: [x], attributes: { dims, keepdim: false, target: shape } };
  },
  shape: ([x], { target }) => ({ shape: target, dtype: x.dtype }),
  forward: fold(0, (total, x) => total + x),
  simd: sumKernel('sum'),
  vjp: (g, { types: [x] }) => [g.expand(x.shape)],
});

/** Sums broadcast dimensions back to `shape`: the inverse of broadcasting (torch.Tensor.sum_to_size). */
export const sumTo: Op<[x: Tensor, shape: Shape]> = Object.assign(
  (x: Tensor, shape: Shape) => (sameShape(x.shape, shape) ? x : sumToOp(x, shape)),
  { definition: sumToOp.definition },
);
