// Ops that rearrange elements without computing: views where they can be, copies where they must.
import { copyKernel, reshapeSimd } from '../kernels/movement';
import { mapOne } from '../kernels/reference/elementwise';
import { copyInto, windowOf } from '../kernels/reference/movement';
import { ArgumentError, ShapeError } from '../tensor/errors';
import {
  contiguousStrides,
  elementCount,
  checkList,
  formatShape,
  normalizeDim,
  normalizeDims,
  sameShape,
  type Shape,
} from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withKeywords, withSizes, type Call, type Keywords, type Sizes } from './keywords';
import { op, type Op, type ViewLayout } from './op';
import type { DimOption } from './rules';

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

/** Fills in the one size that may be −1 and checks that the count of elements stays. */
function resolveShape(name: string, from: Shape, sizes: Shape): number[] {
  checkList(name, sizes);
  const count = elementCount(from);
  const unknown = sizes.indexOf(-1);
  const known = sizes.reduce(
    (product, size, dim) => (dim === unknown ? product : product * size),
    1,
  );
  const shape = sizes.map((size, dim) => (dim === unknown ? count / Math.max(known, 1) : size));
  if (
    sizes.some((size, dim) => (size < 0 && dim !== unknown) || !Number.isInteger(size)) ||
    // Any size times nothing is nothing.
    (unknown >= 0 && known === 0) ||
    !Number.isInteger(shape[unknown] ?? 0) ||
    elementCount(shape) !== count
  ) {
    throw new ShapeError(
      `${name}: ${formatShape(from)} (${count} elements) does not fit into ${formatShape(sizes)}` +
        (unknown < 0 ? ` (${elementCount(sizes)} elements)` : ` (a multiple of ${known})`),
    );
  }
  return shape;
}

type Reshaping = Sizes<[x: Tensor], [shape: Shape]>;

/** Strides that show the same storage under another shape, or null when only a copy can. */
function reshapedStrides(x: Tensor, shape: Shape): number[] | null {
  if (x.isContiguous) return contiguousStrides(shape);
  const strides = new Array<number>(shape.length);
  const oldShape = x.shape.filter((size) => size !== 1);
  const oldStrides = x.strides.filter((_, dim) => x.shape[dim] !== 1);
  let to = 0;
  for (let from = 0; from < oldShape.length;) {
    // One block of old dimensions that equals one block of new ones.
    let end = from + 1;
    let toEnd = to + 1;
    let oldCount = oldShape[from];
    let newCount = shape[to] ?? 1;
    while (oldCount !== newCount) {
      if (newCount < oldCount) newCount *= shape[toEnd++];
      else oldCount *= oldShape[end++];
    }
    for (let k = from; k < end - 1; k++) {
      if (oldStrides[k] !== oldStrides[k + 1] * oldShape[k + 1]) return null;
    }
    let step = oldStrides[end - 1];
    for (let dim = toEnd - 1; dim >= to; dim--) {
      strides[dim] = step;
      step *= shape[dim];
    }
    from = end;
    to = toEnd;
  }
  return strides.fill(1, to);
}

/** The same elements in row-major order under another shape; one size may be −1 (torch.reshape). */
export const reshape: Op<Reshaping> = withSizes(
  'reshape',
  1,
  op({
    name: 'reshape',
    prepare: (x: Tensor, shape: Shape) => ({
      inputs: [x],
      attributes: { shape: resolveShape('reshape', x.shape, shape) },
    }),
    shape: ([x], { shape }) => ({ shape, dtype: x.dtype }),
    view: (x, { shape }): ViewLayout | null => {
      const strides = x.count === 0 ? contiguousStrides(shape) : reshapedStrides(x, shape);
      return strides && { shape, strides, offset: x.offset };
    },
    forward: ({ inputs: [x], outputs: [y] }) => {
      // Both are row-major, so seen under the input's shape a plain copy fills the output.
      copyInto(x, windowOf(y, x.shape, contiguousStrides(x.shape), y.offset));
    },
    simd: reshapeSimd,
    vjp: (g, { types: [x] }) => [g.reshape(x.shape)],
  }),
);

/** As reshape, but an error when the elements would have to be copied (torch.Tensor.view). */
export const view: Call<Reshaping> = withSizes('view', 1, (x: Tensor, shape: Shape): Tensor => {
  const resolved = resolveShape('view', x.shape, shape);
  if (x.count > 0 && reshapedStrides(x, resolved) === null) {
    throw new ShapeError(
      `view: ${formatShape(x.shape)} with strides ${formatShape(x.strides)} cannot be seen as ` +
        `${formatShape(resolved)} without a copy; use reshape`,
    );
  }
  return reshape(x, resolved);
});

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

export interface FlattenOptions {
  /** The first dimension that is joined. Default 0. */
  startDim?: number;
  /** The last. Default −1. */
  endDim?: number;
}

/** Dimensions startDim…endDim joined into one (torch.flatten). */
export const flatten: Call<
  Keywords<[x: Tensor], FlattenOptions, [startDim: number, endDim: number]>
> = withKeywords(
  'flatten',
  { required: 1, names: ['startDim', 'endDim'] },
  (x: Tensor, startDim = 0, endDim = -1): Tensor => {
    const from = normalizeDim('flatten', startDim, x.rank);
    const to = normalizeDim('flatten', endDim, x.rank);
    if (from > to)
      throw new ArgumentError(`flatten: startDim ${startDim} comes after endDim ${endDim}`);
    if (x.rank === 0) return x.reshape([1]);
    const joined = elementCount(x.shape.slice(from, to + 1));
    return x.reshape([...x.shape.slice(0, from), joined, ...x.shape.slice(to + 1)]);
  },
);

/** A dimension of size 1 put in before `dim` (torch.unsqueeze). */
export const unsqueeze: Call<[x: Tensor, dim: number] | [x: Tensor, options: DimOption]> =
  withKeywords('unsqueeze', { required: 1, names: ['dim'] }, (x: Tensor, dim: number): Tensor => {
    const at = normalizeDim('unsqueeze', dim, x.rank + 1);
    return x.reshape([...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
  });

export interface SqueezeOptions {
  /** Which of them. Default: all. */
  dim?: number;
}

/** Dimensions of size 1 taken out: one of them, or all (torch.squeeze). */
export const squeeze: Call<Keywords<[x: Tensor], SqueezeOptions, [dim: number]>> = withKeywords(
  'squeeze',
  { required: 1, names: ['dim'] },
  (x: Tensor, dim?: number): Tensor => {
    const at = dim === undefined ? -1 : normalizeDim('squeeze', dim, x.rank);
    return x.reshape(x.shape.filter((size, d) => size !== 1 || (at >= 0 && d !== at)));
  },
);

/** All elements in one dimension (torch.ravel). */
export const ravel = (x: Tensor): Tensor => x.reshape([-1]);

/** One dimension cut into several; one size may be −1 (torch.unflatten). */
export const unflatten = (x: Tensor, dim: number, sizes: Shape): Tensor => {
  const at = normalizeDim('unflatten', dim, x.rank);
  const part = resolveShape('unflatten', [x.size(at)], sizes);
  return x.reshape([...x.shape.slice(0, at), ...part, ...x.shape.slice(at + 1)]);
};

/** x repeated to a shape without copying, as broadcasting does it (torch.broadcast_to). */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => x.expand(shape);
