// More ops that rearrange elements: mirrored, shifted, repeated, windows. Knows no kernel's inside.
import { mapOne } from '../kernels/reference/elementwise';
import { unbindSimd } from '../kernels/movement';
import { copyInto, lineOf, windowOf } from '../kernels/reference/movement';
import { ArgumentError, described } from '../tensor/errors';
import { checkList, formatShape, normalizeDim, normalizeDims, type Shape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { tensor } from './create';
import { scatterRows } from './index-ops';
import { cat, stack } from './join';
import { withKeywords, withSizes, type Call, type Keywords, type Sizes } from './keywords';
import { permute, transpose } from './movement';
import { multiOp, op, type Op } from './op';
import { same } from './rules';
import { slice } from './slice';

const copy = mapOne((x) => x);

type OneOrMore = number | readonly number[];

/** The elements in reverse order along some dimensions, copied (torch.flip). */
export const flip: Op<Sizes<[x: Tensor], [dims: OneOrMore]>> = withSizes(
  'flip',
  1,
  op({
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
  }),
);

export interface RollOptions {
  /** One for each shift. Default: all elements in a row. */
  dims?: OneOrMore;
}

/** Elements moved along dimensions; what leaves at one end enters at the other (torch.roll). */
export const roll: Call<Keywords<[x: Tensor, shifts: OneOrMore], RollOptions, [dims: OneOrMore]>> =
  withKeywords(
    'roll',
    { required: 2, names: ['dims'] },
    (x: Tensor, shifts: OneOrMore, dims?: OneOrMore): Tensor => {
      const by = typeof shifts === 'number' ? [shifts] : shifts;
      if (!isWhole(by)) {
        throw new ArgumentError(
          `roll: shifts must be a whole number or a list of them, but got ${described(shifts)}`,
        );
      }
      if (dims === undefined) return rollOne(x.flatten(), by[0], 0).reshape(x.shape);
      const along = typeof dims === 'number' ? [dims] : dims;
      if (by.length !== along.length) {
        throw new ArgumentError(
          `roll: needs one shift per dim, but got ${by.length} and ${along.length}`,
        );
      }
      return along.reduce((y, dim, i) => rollOne(y, by[i], normalizeDim('roll', dim, x.rank)), x);
    },
  );

const isWhole = (list: unknown): list is readonly number[] =>
  Array.isArray(list) && list.every(Number.isInteger);

function rollOne(x: Tensor, shift: number, dim: number): Tensor {
  const size = x.shape[dim];
  const cut = size === 0 ? 0 : ((-shift % size) + size) % size;
  return cut === 0 ? x : cat([slice(x, dim, cut), slice(x, dim, 0, cut)], dim);
}

/** The whole tensor side by side, sizes[i] times along dim i (torch.Tensor.repeat). */
export const repeat: Call<Sizes<[x: Tensor], [sizes: Shape]>> = withSizes(
  'repeat',
  1,
  (x: Tensor, sizes: Shape): Tensor => {
    checkList('repeat', sizes);
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
  },
);

/** As repeat, but missing counts are 1 (torch.tile). */
export const tile: Call<Sizes<[x: Tensor], [dims: Shape]>> = withSizes(
  'tile',
  1,
  (x: Tensor, dims: Shape): Tensor => {
    checkList('tile', dims);
    return repeat(x, [...new Array<number>(Math.max(x.rank - dims.length, 0)).fill(1), ...dims]);
  },
);

export interface RepeatOptions {
  /** Default: all elements in a row. */
  dim?: number;
}

/** Each element `repeats` times in a row along a dimension; of all in a row without one (torch.repeat_interleave). */
export const repeatInterleave: Call<
  Keywords<[x: Tensor, repeats: number], RepeatOptions, [dim: number]>
> = withKeywords(
  'repeatInterleave',
  { required: 2, names: ['dim'] },
  (x: Tensor, repeats: number, dim?: number): Tensor => {
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
  },
);

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
    return [scatterRows(beside, dim, tensor(places), x.shape[dim])];
  },
});

/**
 * Slices along a dimension, which goes away (torch.unbind). One op with many results, not many views:
 * its gradient is one stack, where each view's would be as large as x.
 */
export const unbind: Op<
  Keywords<[x: Tensor], { dim?: number }, [dim: number]>,
  readonly Tensor[]
> = withKeywords(
  'unbind',
  { required: 1, names: ['dim'] },
  multiOp(
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
  ),
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
