// Ops that pick or place elements where an index tensor says. Knows no kernel's inside.
import { gatherSimd, indexAddSimd, indexSelectSimd, scatterAddSimd } from '../kernels/routing';
import {
  gatherKernel,
  indexAddKernel,
  indexSelectKernel,
  scatterAddKernel,
} from '../kernels/reference/index';
import { checkOptions, ShapeError } from '../tensor/errors';
import { formatShape, normalizeDim, sameShape, type Shape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { cat } from './join';
import { checkAlong, checkIndex } from './indices';
import { op, type Op } from './op';

/** Rows of x along dim, in the order of a vector of indices (torch.index_select). */
export const indexSelect: Op<[x: Tensor, dim: number, index: Tensor]> = op({
  name: 'indexSelect',
  prepare: (x: Tensor, dim: number, index: Tensor) => ({
    inputs: [x, index],
    attributes: { dim: normalizeDim('indexSelect', dim, x.rank) },
  }),
  shape: ([x, index], { dim }) => {
    checkIndex('indexSelect', index);
    if (index.shape.length !== 1) {
      throw new ShapeError(
        `indexSelect: the index must be a vector, but it is ${formatShape(index.shape)}`,
      );
    }
    return { shape: x.shape.with(dim, index.shape[0]), dtype: x.dtype };
  },
  forward: indexSelectKernel,
  simd: indexSelectSimd,
  vjp: (g, { inputs: [, index], types: [x], attributes: { dim } }) => [
    scatterRows(g, dim, index, x.shape[dim]),
    null,
  ],
});

/** Rows of g added to the rows that an index names, of `size` rows that start at zero: indexSelect's gradient. */
export const scatterRows: Op<[g: Tensor, dim: number, index: Tensor, size: number]> = op({
  name: 'scatterRows',
  torch: 'torch.index_add',
  prepare: (g: Tensor, dim: number, index: Tensor, size: number) => ({
    inputs: [g, index],
    attributes: { dim: normalizeDim('scatterRows', dim, g.rank), size },
  }),
  shape: ([g], { dim, size }) => ({ shape: g.shape.with(dim, size), dtype: g.dtype }),
  forward: indexAddKernel,
  simd: indexAddSimd,
  vjp: (h, { inputs: [, index], attributes: { dim } }) => [h.indexSelect(dim, index), null],
});

export interface IndexAddOptions {
  /** What the source is multiplied by. Default 1. */
  alpha?: number;
}

/** x with rows of the source added to the rows along dim that an index names (torch.index_add). */
export const indexAdd = (
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  options: IndexAddOptions = {},
): Tensor => {
  checkOptions('indexAdd', options, ['alpha']);
  checkIndex('indexAdd', index);
  const at = normalizeDim('indexAdd', dim, x.rank);
  const expected = x.shape.with(at, index.count);
  if (index.rank !== 1 || !sameShape(source.shape, expected)) {
    throw new ShapeError(
      `indexAdd: an index of ${formatShape(index.shape)} needs a source of ${formatShape(expected)}, ` +
        `but it is ${formatShape(source.shape)}`,
    );
  }
  const { alpha = 1 } = options;
  const scaled = alpha === 1 ? source : source.mul(alpha);
  return x.add(scatterRows(scaled, at, index, x.shape[at]));
};

/** y[i, j] = x[index[i, j], j] for dim 0, and so on for other dims (torch.gather). */
export const gather: Op<[x: Tensor, dim: number, index: Tensor]> = op({
  name: 'gather',
  prepare: (x: Tensor, dim: number, index: Tensor) => ({
    inputs: [x, index],
    attributes: { dim: normalizeDim('gather', dim, x.rank) },
  }),
  shape: ([x, index], { dim }) => {
    checkAlong('gather', x, index, dim);
    return { shape: index.shape, dtype: x.dtype };
  },
  forward: gatherKernel,
  simd: gatherSimd,
  vjp: (g, { inputs: [, index], types: [x], attributes: { dim } }) => [
    g.newZeros(x.shape).scatterAdd(dim, index, g),
    null,
  ],
});

/** x with source[i, j] added at [index[i, j], j] for dim 0, and so on (torch.scatter_add). */
export const scatterAdd: Op<[x: Tensor, dim: number, index: Tensor, source: Tensor]> = op({
  name: 'scatterAdd',
  prepare: (x: Tensor, dim: number, index: Tensor, source: Tensor) => ({
    inputs: [x, index, source],
    attributes: { dim: normalizeDim('scatterAdd', dim, x.rank) },
  }),
  shape: ([x, index, source], { dim }) => {
    checkAlong('scatterAdd', x, index, dim);
    if (index.shape.some((size, d) => size > (source.shape[d] ?? 0))) {
      throw new ShapeError(
        `scatterAdd: the index is ${formatShape(index.shape)}, but the source only ${formatShape(source.shape)}`,
      );
    }
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: scatterAddKernel,
  simd: scatterAddSimd,
  vjp: (g, { inputs: [, index], types: [, , source], attributes: { dim } }) => [
    g,
    null,
    fitTo(g.gather(dim, index), source.shape),
  ],
});

/** Pads with zeros at the ends: what was never scattered has no gradient. */
function fitTo(g: Tensor, shape: Shape): Tensor {
  return shape.reduce((padded, size, dim) => {
    const missing = size - padded.shape[dim];
    if (missing === 0) return padded;
    const zeros = padded.newZeros(padded.shape.with(dim, missing));
    return cat([padded, zeros], dim);
  }, g);
}
