// Ops that rearrange elements without computing: views where they can be, copies where they must.
import { copyKernel } from '../kernels/movement';
import { mapOne } from '../kernels/reference/elementwise';
import { ArgumentError, ShapeError } from '../tensor/errors';
import {
  checkList,
  formatShape,
  normalizeDim,
  normalizeDims,
  sameShape,
  type Shape,
} from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withSizes, type Sizes } from './keywords';
import type { Reshaping } from './reshape';
import { op, type Op } from './op';

const copy = mapOne((x) => x);

/** The same elements, laid out row by row without gaps (torch.Tensor.contiguous). */
const compact: Op<[x: Tensor]> = op({
  name: 'contiguous',
  torch: 'torch.Tensor.contiguous',
  shape: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: copy,
  simd: copyKernel,
  vjp: (g) => [g],
});

/** The tensor itself when its elements already lie row by row, else a copy (torch.Tensor.contiguous). */
export const contiguous: Op<[x: Tensor]> = Object.assign(
  (x: Tensor) => (x.isContiguous ? x : compact(x)),
  { definition: compact.definition },
);

/** A copy with memory of its own (torch.clone). */
export const clone: Op<[x: Tensor]> = op({
  name: 'clone',
  shape: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: copy,
  simd: copyKernel,
  vjp: (g) => [g],
});

const detachOp: Op<[x: Tensor]> = op({
  name: 'detach',
  torch: 'torch.Tensor.detach',
  shape: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  view: (x) => x,
});

/** The same values with the graph cut: no gradient flows back through it (torch.Tensor.detach). */
export const detach: Op<[x: Tensor]> = detachOp;

/** Whether each of the dimensions is there once, counted from the start. */
function isOrder(dims: readonly number[], rank: number): boolean {
  let seen = 0;
  for (const dim of dims) {
    if (!(dim >= 0 && dim < rank && Number.isInteger(dim))) return false;
    seen |= 1 << dim;
  }
  return dims.length === rank && rank < 31 && seen === (1 << rank) - 1;
}

const permuteOp: Op<[x: Tensor, dims: readonly number[]]> = op({
  name: 'permute',
  prepare: (x: Tensor, dims: readonly number[]) => {
    checkList('permute', dims);
    if (isOrder(dims, x.rank)) return { inputs: [x], attributes: { dims: [...dims] } };
    const order = normalizeDims('permute', dims, x.rank);
    if (order.length !== x.rank) {
      throw new ArgumentError(
        `permute: [${dims.join(', ')}] must name each of the ${x.rank} dimensions of ${formatShape(x.shape)} once`,
      );
    }
    return { inputs: [x], attributes: { dims: order } };
  },
  shape: ([x], { dims }) => ({ shape: dims.map((dim) => x.shape[dim]), dtype: x.dtype }),
  view: (x, { dims }, { shape }) => ({
    shape,
    strides: dims.map((dim) => x.strides[dim]),
    offset: x.offset,
  }),
  vjp: (g, { attributes: { dims } }) => {
    const inverse = new Array<number>(dims.length);
    dims.forEach((dim, i) => (inverse[dim] = i));
    return [permuteOp(g, inverse)];
  },
});

/** Dimensions in another order (torch.permute). */
export const permute: Op<Sizes<[x: Tensor], [dims: readonly number[]]>> = withSizes(
  'permute',
  1,
  permuteOp,
);

/** Two dimensions swapped (torch.transpose). */
export const transpose = (x: Tensor, dim0: number, dim1: number): Tensor => {
  const order = x.shape.map((_, dim) => dim);
  const a = normalizeDim('transpose', dim0, x.rank);
  const b = normalizeDim('transpose', dim1, x.rank);
  if (x.rank > 0) {
    order[a] = b;
    order[b] = a;
  }
  return permuteOp(x, order);
};

/** A matrix with rows and columns swapped; a vector or scalar as it is (torch.t). */
export const t = (x: Tensor): Tensor => {
  if (x.rank > 2) {
    throw new ShapeError(
      `t: takes at most 2 dimensions, but got ${formatShape(x.shape)}; use transpose`,
    );
  }
  return x.rank < 2 ? x : transpose(x, 0, 1);
};

const expandOp: Op<[x: Tensor, shape: Shape]> = op({
  name: 'expand',
  torch: 'torch.Tensor.expand',
  prepare: (x: Tensor, sizes: Shape) => {
    checkList('expand', sizes);
    const added = sizes.length - x.rank;
    const shape = sizes.map((size, dim) =>
      size === -1 && dim >= added ? x.shape[dim - added] : size,
    );
    const fits = x.shape.every((size, dim) => size === 1 || size === shape[dim + added]);
    if (added < 0 || !fits || shape.some((size) => size < 0)) {
      throw new ShapeError(
        `expand: ${formatShape(x.shape)} cannot become ${formatShape(sizes)}: only sizes of 1 repeat`,
      );
    }
    return { inputs: [x], attributes: { shape } };
  },
  shape: ([x], { shape }) => ({ shape, dtype: x.dtype }),
  view: (x, { shape }) => {
    const added = shape.length - x.rank;
    const strides = shape.map((size, dim) =>
      dim < added || (x.shape[dim - added] === 1 && size !== 1) ? 0 : x.strides[dim - added],
    );
    return { shape, strides, offset: x.offset };
  },
  vjp: (g, { types: [x] }) => [g.sumTo(x.shape)],
});

/** Dimensions of size 1 repeated without copying; −1 keeps a size (torch.Tensor.expand). */
export const expand: Op<Reshaping> = withSizes(
  'expand',
  1,
  Object.assign((x: Tensor, shape: Shape) => (sameShape(x.shape, shape) ? x : expandOp(x, shape)), {
    definition: expandOp.definition,
  }),
);

/** x repeated to a shape without copying, as broadcasting does it (torch.broadcast_to). */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => x.expand(shape);
