// Parts of a tensor along one dimension: views. Knows no kernel's inside.
import { sliceGradientSimd } from '../kernels/movement';
import { copyInto, windowOf } from '../kernels/reference/movement';
import { ArgumentError, described, ShapeError } from '../tensor/errors';
import { formatShape, normalizeDim, type Shape } from '../tensor/shape';
import { elements, type Tensor } from '../tensor/tensor';
import { withKeywords, type Keywords } from './keywords';
import { op, type Op } from './op';

export interface SliceOptions {
  /** Default 0. */
  start?: number;
  /** Where it ends, itself left out. Default: the size. */
  end?: number;
  /** Default 1. */
  step?: number;
}

type Slicing = Keywords<
  [x: Tensor, dim: number],
  SliceOptions,
  [start: number, end: number | undefined, step: number]
>;

/** Elements start, start + step, … below end, along one dimension (Python's x[start:end:step]). */
export const slice: Op<Slicing> = withKeywords(
  'slice',
  { required: 2, names: ['start', 'end', 'step'] },
  op({
    name: 'slice',
    torch: 'torch.Tensor.__getitem__',
    prepare: (x: Tensor, dim: number, start = 0, end?: number, step = 1) => {
      const at = normalizeDim('slice', dim, x.rank);
      if (x.rank === 0) throw new ShapeError('slice: a scalar has no dimension to slice');
      if (!Number.isInteger(step) || step < 1) {
        throw new ArgumentError(`slice: step must be a whole number ≥ 1, but it is ${step}`);
      }
      for (const place of [start, end ?? 0]) {
        if (Number.isInteger(place) || Math.abs(place) === Infinity) continue;
        throw new ArgumentError(
          `slice: start and end must be whole numbers, but got ${described(start)} and ${described(end)}`,
        );
      }
      const size = x.shape[at];
      const clamp = (index: number): number =>
        Math.min(Math.max(index < 0 ? index + size : index, 0), size);
      const from = clamp(start);
      const to = Math.max(clamp(end ?? size), from);
      return {
        inputs: [x],
        attributes: { dim: at, start: from, step, length: Math.ceil((to - from) / step) },
      };
    },
    shape: ([x], { dim, length }) => ({ shape: x.shape.with(dim, length), dtype: x.dtype }),
    view: (x, { dim, start, step }, { shape }) => ({
      shape,
      strides: x.strides.with(dim, x.strides[dim] * step),
      offset: x.offset + start * x.strides[dim],
    }),
    vjp: (g, { types: [x], attributes }) => [sliceGradient(g, x.shape, attributes)],
  }),
);

interface SliceAttributes {
  readonly dim: number;
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** The gradient of a slice: g where the slice was, zero elsewhere. */
const sliceGradient: Op<[g: Tensor, shape: Shape, where: SliceAttributes]> = op({
  name: 'sliceGradient',
  torch: 'torch.slice_scatter',
  prepare: (g: Tensor, shape: Shape, at: SliceAttributes) => ({
    inputs: [g],
    attributes: { ...at, shape },
  }),
  shape: ([g], { shape }) => ({ shape, dtype: g.dtype }),
  forward: ({ inputs: [g], outputs: [y], attributes: { dim, start, step } }) => {
    elements(y).fill(0, y.start, y.start + y.count);
    const strides = y.strides.with(dim, y.strides[dim] * step);
    copyInto(g, windowOf(y, g.shape, strides, y.offset + start * y.strides[dim]));
  },
  simd: sliceGradientSimd,
  vjp: (h, { attributes: { dim, start, step, length } }) => [
    slice(h, dim, start, start + (length - 1) * step + 1, step),
  ],
});

/** One index along a dimension, which goes away (torch.select; Python's x[i]). */
export const select = (x: Tensor, dim: number, index: number): Tensor => {
  const at = normalizeDim('select', dim, x.rank);
  const size = x.shape[at] ?? 0;
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new ArgumentError(
      `select: index ${index} is out of range for dim ${dim} of ${formatShape(x.shape)} (size ${size})`,
    );
  }
  const from = index < 0 ? index + size : index;
  return slice(x, at, from, from + 1).reshape(x.shape.filter((_, d) => d !== at));
};

/** `length` elements from `start` along a dimension (torch.narrow). */
export const narrow = (x: Tensor, dim: number, start: number, length: number): Tensor => {
  const size = x.size(dim);
  const from = start < 0 ? start + size : start;
  if (!(from >= 0 && length >= 0 && from + length <= size)) {
    throw new ArgumentError(
      `narrow: ${start} to ${start + length} is outside dim ${dim} of ${formatShape(x.shape)} (size ${size})`,
    );
  }
  return slice(x, dim, from, from + length);
};
