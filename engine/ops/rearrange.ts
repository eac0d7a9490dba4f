// More ops that rearrange elements: mirrored, shifted, repeated, padded, windows, diagonals. Knows no kernel's inside.
import { mapOne } from '../kernels/reference/elementwise';
import { unbindSimd } from '../kernels/movement';
import { copyInto, lineOf, windowOf } from '../kernels/reference/movement';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape, normalizeDim, normalizeDims, type Shape } from '../tensor/shape';
import { elements, type Tensor } from '../tensor/tensor';
import { arange, eye, tensor } from './create';
import { where } from './elementwise';
import { cat, stack } from './join';
import { permute, slice, transpose } from './movement';
import { multiOp, op, type Op } from './op';
import { same } from './rules';

const copy = mapOne((x) => x);

/** The elements in reverse order along some dimensions, copied (torch.flip). */
export const flip: Op<[x: Tensor, dims: number | readonly number[]]> = op({
  name: 'flip',
  prepare: (x: Tensor, dims: number | readonly number[]) => ({
    inputs: [x],
    attributes: { dims: normalizeDims('flip', dims, x.rank) },
  }),
  shape: same,
  forward: ({ inputs: [x], outputs: [y], attributes: { dims } }) => {
    const strides = x.strides.map((stride, dim) => (dims.includes(dim) ? -stride : stride));
    const last = dims.reduce((at, dim) => at + (x.shape[dim] - 1) * x.strides[dim], x.offset);
    copy({ inputs: [windowOf(x, x.shape, strides, last)], outputs: [y], attributes: {} });
  },
  vjp: (g, { attributes: { dims } }) => [g.flip(dims)],
});

/** Elements moved along dimensions; what leaves at one end enters at the other (torch.roll). */
export const roll = (
  x: Tensor,
  shifts: number | readonly number[],
  dims?: number | readonly number[],
): Tensor => {
  const by = typeof shifts === 'number' ? [shifts] : shifts;
  if (dims === undefined) return rollOne(x.flatten(), by[0], 0).reshape(x.shape);
  const along = typeof dims === 'number' ? [dims] : dims;
  if (by.length !== along.length) {
    throw new ArgumentError(
      `roll: needs one shift per dim, but got ${by.length} and ${along.length}`,
    );
  }
  return along.reduce((y, dim, i) => rollOne(y, by[i], normalizeDim('roll', dim, x.rank)), x);
};

function rollOne(x: Tensor, shift: number, dim: number): Tensor {
  const size = x.shape[dim];
  const cut = size === 0 ? 0 : ((-shift % size) + size) % size;
  return cut === 0 ? x : cat([slice(x, dim, cut), slice(x, dim, 0, cut)], dim);
}

/** The whole tensor side by side, sizes[i] times along dim i (torch.Tensor.repeat). */
export const repeat = (x: Tensor, sizes: Shape): Tensor => {
  const added = sizes.length - x.rank;
  if (added < 0 || sizes.some((size) => !Number.isInteger(size) || size < 0)) {
    throw new ArgumentError(
      `repeat: needs a count ≥ 0 for each of the ${x.rank} dimensions, but got ${formatShape(sizes)}`,
    );
  }
  const shape = sizes.map((_, dim) => x.shape[dim - added] ?? 1);
  const split = sizes.flatMap((size, dim) => [size, shape[dim]]);
  return x
    .reshape(shape.flatMap((size) => [1, size]))
    .expand(split)
    .reshape(sizes.map((size, dim) => size * shape[dim]));
};

/** As repeat, but missing counts are 1 (torch.tile). */
export const tile = (x: Tensor, dims: Shape): Tensor =>
  repeat(x, [...new Array<number>(Math.max(x.rank - dims.length, 0)).fill(1), ...dims]);

/** Each element `repeats` times in a row along a dimension; of all in a row without one (torch.repeat_interleave). */
export const repeatInterleave = (x: Tensor, repeats: number, dim?: number): Tensor => {
  if (!Number.isInteger(repeats) || repeats < 0) {
    throw new ArgumentError(
      `repeatInterleave: repeats must be a whole number ≥ 0, but it is ${repeats}`,
    );
  }
  if (dim === undefined) return repeatInterleave(x.flatten(), repeats, 0);
  const at = normalizeDim('repeatInterleave', dim, x.rank);
  const spread = [...x.shape.slice(0, at + 1), repeats, ...x.shape.slice(at + 1)];
  return x
    .unsqueeze(at + 1)
    .expand(spread)
    .flatten(at, at + 1);
};

export interface PadOptions {
  /** What stands in the padding. Default 'constant'. */
  mode?: 'constant' | 'reflect' | 'replicate' | 'circular';
  /** For 'constant'. Default 0. */
  value?: number;
}

/** `before[d]` and `after[d]` elements of `value` around x; negative ones cut off. */
const constantPad: Op<[x: Tensor, before: Shape, after: Shape, value: number]> = op({
  name: 'pad',
  torch: 'torch.nn.functional.pad',
  prepare: (x: Tensor, before: Shape, after: Shape, value: number) => ({
    inputs: [x],
    attributes: { before, after, value },
  }),
  shape: ([x], { before, after }) => {
    const shape = x.shape.map((size, dim) => size + before[dim] + after[dim]);
    if (shape.every((size) => size >= 0)) return { shape, dtype: x.dtype };
    throw new ShapeError(`pad: ${formatShape(x.shape)} would become ${formatShape(shape)}`);
  },
  forward: ({ inputs: [x], outputs: [y], attributes: { before, after, value } }) => {
    elements(y).fill(value, y.start, y.start + y.count);
    const kept = x.shape.map((size, d) => size + Math.min(before[d], 0) + Math.min(after[d], 0));
    if (kept.some((size) => size <= 0)) return;
    const skip = (t: Tensor, sign: number): number =>
      before.reduce((at, size, dim) => at + Math.max(sign * size, 0) * t.strides[dim], t.offset);
    copyInto(windowOf(x, kept, x.strides, skip(x, -1)), windowOf(y, kept, y.strides, skip(y, 1)));
  },
  vjp: (g, { attributes: { before, after } }) => [
    constantPad(
      g,
      before.map((size) => -size),
      after.map((size) => -size),
      0,
    ),
  ],
});

/**
 * More elements around x: [left, right] of the last dimension, then [top, bottom] of the one before,
 * and so on (torch.nn.functional.pad).
 */
export const pad: Op<[x: Tensor, pad: readonly number[], options?: PadOptions]> = Object.assign(
  (x: Tensor, padding: readonly number[], options: PadOptions = {}) => {
    checkOptions('pad', options, ['mode', 'value']);
    const { mode = 'constant', value = 0 } = options;
    if (
      padding.length % 2 !== 0 ||
      padding.length > 2 * x.rank ||
      !padding.every(Number.isInteger)
    ) {
      throw new ArgumentError(
        `pad: needs two whole numbers for each of the last dimensions of ${formatShape(x.shape)}, ` +
          `but got [${padding.join(', ')}]`,
      );
    }
    const around = (side: 0 | 1): number[] =>
      x.shape.map((_, dim) => padding[2 * (x.rank - 1 - dim) + side] ?? 0);
    const [before, after] = [around(0), around(1)];
    if (mode === 'constant') return constantPad(x, before, after, value);
    const source = sources[mode];
    if (source === undefined) {
      throw new ArgumentError(
        `pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', but it is '${mode}'`,
      );
    }
    return x.shape.reduce((y, size, dim) => {
      if (before[dim] === 0 && after[dim] === 0) return y;
      const limit = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Infinity;
      if (Math.max(before[dim], after[dim]) > limit || size === 0) {
        throw new ArgumentError(
          `pad: padding [${before[dim]}, ${after[dim]}] is too large for dim ${dim} of ` +
            `${formatShape(x.shape)} with mode '${mode}'`,
        );
      }
      const count = Math.max(size + before[dim] + after[dim], 0);
      const places = Int32Array.from({ length: count }, (_, i) => source(i - before[dim], size));
      return y.indexSelect(dim, tensor(places));
    }, x);
  },
  { definition: constantPad.definition },
);

/** Which element stands at place i, which may lie outside 0…size−1. */
const sources: Partial<Record<string, (i: number, size: number) => number>> = {
  reflect: (i, size) => size - 1 - Math.abs(size - 1 - Math.abs(i)),
  replicate: (i, size) => Math.min(Math.max(i, 0), size - 1),
  circular: (i, size) => (i + size) % size,
};

/** All windows of `size` elements, `step` apart, along a dimension; the window comes last (torch.Tensor.unfold). */
export const unfold: Op<[x: Tensor, dimension: number, size: number, step: number]> = op({
  name: 'unfold',
  torch: 'torch.Tensor.unfold',
  prepare: (x: Tensor, dimension: number, size: number, step: number) => {
    const dim = normalizeDim('unfold', dimension, x.rank);
    const length = x.shape[dim] ?? 0;
    if (!(Number.isInteger(size) && size >= 0 && size <= length)) {
      throw new ArgumentError(
        `unfold: size must be a whole number from 0 to ${length}, the size of dim ${dimension} of ` +
          `${formatShape(x.shape)}, but it is ${size}`,
      );
    }
    if (!(Number.isInteger(step) && step > 0)) {
      throw new ArgumentError(`unfold: step must be a whole number ≥ 1, but it is ${step}`);
    }
    const count = Math.floor((length - size) / step) + 1;
    return { inputs: [x], attributes: { dim, size, step, count } };
  },
  shape: ([x], { dim, size, count }) => ({
    shape: [...x.shape.with(dim, count), size],
    dtype: x.dtype,
  }),
  view: (x, { dim, step }, { shape }) => ({
    shape,
    strides: [...x.strides.with(dim, x.strides[dim] * step), x.strides[dim]],
    offset: x.offset,
  }),
  vjp: (g, { types: [x], attributes: { dim, size, step, count } }) => {
    const beside = g.movedim(-1, dim + 1).flatten(dim, dim + 1);
    const places = Int32Array.from(
      { length: count * size },
      (_, i) => Math.floor(i / size) * step + (i % size),
    );
    return [beside.indexAdd(dim, tensor(places), x.shape[dim])];
  },
});

/**
 * Slices along a dimension, which goes away (torch.unbind). One op with many results, not many views:
 * its gradient is one stack, where each view's would be as large as x.
 */
export const unbind: Op<[x: Tensor, dim?: number], readonly Tensor[]> = multiOp(
  {
    name: 'unbind',
    prepare: (x: Tensor, dim = 0) => ({
      inputs: [x],
      attributes: { dim: normalizeDim('unbind', dim, x.rank), count: x.size(dim) },
    }),
    shape: ([x], { dim, count }) => {
      const shape = x.shape.filter((_, d) => d !== dim);
      return Array.from({ length: count }, () => ({ shape, dtype: x.dtype }));
    },
    forward: ({ inputs: [x], outputs, attributes: { dim } }) => {
      outputs.forEach((y, i) => copyInto(lineOf(x, dim, i), y));
    },
    simd: unbindSimd,
    vjp: (_, { types: [x], attributes: { dim } }, gradients) => {
      const shape = x.shape.filter((_, d) => d !== dim);
      const some = gradients.find((gradient) => gradient !== null)!;
      return [
        stack(
          gradients.map((gradient) => gradient ?? some.newZeros(shape)),
          dim,
        ),
      ];
    },
  },
  (outputs) => outputs,
);

/** Another name of transpose (torch.swapaxes). */
export const swapaxes = (x: Tensor, axis0: number, axis1: number): Tensor =>
  transpose(x, axis0, axis1);

/** Dimensions moved to other places, the rest in order (torch.movedim). */
export const movedim = (
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor => {
  const from = normalizeDims('movedim', source, x.rank);
  const to = normalizeDims('movedim', destination, x.rank);
  if (from.length !== to.length) {
    throw new ArgumentError(
      `movedim: needs as many destinations as sources, but got ${to.length} and ${from.length}`,
    );
  }
  const rest = x.shape.map((_, dim) => dim).filter((dim) => !from.includes(dim));
  const order = x.shape.map((_, dim) => {
    const moved = to.indexOf(dim);
    return moved >= 0 ? from[moved] : rest.shift()!;
  });
  return permute(x, order);
};

/** Another name of movedim (torch.moveaxis). */
export const moveaxis = movedim;

export interface TriangleOptions {
  /** Which diagonal bounds it: 0 the main one, above it positive. Default 0. */
  diagonal?: number;
}

/** Row minus column of each place, for the last two dimensions. */
function below(name: string, x: Tensor, options: TriangleOptions): Tensor {
  checkOptions(name, options, ['diagonal']);
  if (x.rank < 2) {
    throw new ShapeError(`${name}: needs at least 2 dimensions, but got ${formatShape(x.shape)}`);
  }
  return arange(x.size(-2))
    .unsqueeze(1)
    .sub(arange(x.size(-1)))
    .add(options.diagonal ?? 0);
}

/** What lies on and below a diagonal, zeros above (torch.tril). */
export const tril = (x: Tensor, options: TriangleOptions = {}): Tensor =>
  where(below('tril', x, options).ge(0), x, 0);

/** What lies on and above a diagonal, zeros below (torch.triu). */
export const triu = (x: Tensor, options: TriangleOptions = {}): Tensor =>
  where(below('triu', x, options).le(0), x, 0);

export interface DiagonalOptions {
  /** Which diagonal: above the main one positive. Default 0. */
  offset?: number;
  /** Default 0. */
  dim1?: number;
  /** Default 1. */
  dim2?: number;
}

/** The diagonal of two dimensions, as the last one of the result (torch.diagonal). */
export const diagonal = (x: Tensor, options: DiagonalOptions = {}): Tensor => {
  checkOptions('diagonal', options, ['offset', 'dim1', 'dim2']);
  const { offset = 0, dim1 = 0, dim2 = 1 } = options;
  if (x.rank < 2) {
    throw new ShapeError(`diagonal: needs at least 2 dimensions, but got ${formatShape(x.shape)}`);
  }
  const last = movedim(x, [dim1, dim2], [-2, -1]);
  const [rows, columns] = last.shape.slice(-2);
  const length = Math.max(Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)), 0);
  const start = offset >= 0 ? offset : -offset * columns;
  const flat = last.flatten(-2);
  if (length === 0) return slice(flat, -1, 0, 0);
  return slice(flat, -1, start, start + (length - 1) * (columns + 1) + 1, columns + 1);
};

/** A matrix with the vector x on a diagonal, or a diagonal of the matrix x (torch.diag). */
export const diag = (x: Tensor, options: TriangleOptions = {}): Tensor => {
  checkOptions('diag', options, ['diagonal']);
  const { diagonal: offset = 0 } = options;
  if (x.rank === 2) return diagonal(x, { offset });
  if (x.rank !== 1) {
    throw new ShapeError(`diag: needs 1 or 2 dimensions, but got ${formatShape(x.shape)}`);
  }
  const square = where(eye(x.count, x.count, { dtype: 'bool' }), x, 0);
  const [right, left] = [Math.max(offset, 0), Math.max(-offset, 0)];
  return pad(square, [right, left, left, right]);
};
