// The same elements in row-major order under another shape. Knows no kernel's inside.
import { reshapeSimd } from '../kernels/movement';
import { copyInto, windowOf } from '../kernels/reference/movement';
import { ArgumentError, ShapeError } from '../tensor/errors';
import {
  contiguousStrides,
  elementCount,
  checkList,
  formatShape,
  normalizeDim,
  type Shape,
} from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withKeywords, withSizes, type Call, type Keywords, type Sizes } from './keywords';
import { op, type Op, type ViewLayout } from './op';
import type { DimOption } from './rules';

/** A shape for a tensor, as a list or size by size. */
export type Reshaping = Sizes<[x: Tensor], [shape: Shape]>;

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
