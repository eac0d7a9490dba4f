// More elements around a tensor. Knows no kernel's inside.
import { copyInto, windowOf } from '../kernels/reference/movement';
import { ArgumentError, checkOptions, described, ShapeError } from '../tensor/errors';
import { formatShape, type Shape } from '../tensor/shape';
import { elements, type Tensor } from '../tensor/tensor';
import { tensor } from './create';
import { withPositions, type Keywords } from './keywords';
import { op, type Op } from './op';

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
export const pad: Op<
  Keywords<
    [x: Tensor, pad: readonly number[]],
    PadOptions,
    [mode: NonNullable<PadOptions['mode']>, value: number]
  >
> = withPositions(
  'pad',
  2,
  ['mode', 'value'],
  Object.assign(
    (x: Tensor, padding: readonly number[], options: PadOptions = {}) => {
      checkOptions('pad', options, ['mode', 'value']);
      const { mode = 'constant', value = 0 } = options;
      if (
        !isList(padding) ||
        padding.length % 2 !== 0 ||
        padding.length > 2 * x.rank ||
        !padding.every(Number.isInteger)
      ) {
        throw new ArgumentError(
          `pad: needs two whole numbers for each of the last dimensions of ${formatShape(x.shape)}, ` +
            `but got ${described(padding)}`,
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
  ),
);

const isList = (value: unknown): value is readonly number[] => Array.isArray(value);

/** Which element stands at place i, which may lie outside 0…size−1. */
const sources: Partial<Record<string, (i: number, size: number) => number>> = {
  reflect: (i, size) => size - 1 - Math.abs(size - 1 - Math.abs(i)),
  replicate: (i, size) => Math.min(Math.max(i, 0), size - 1),
  circular: (i, size) => (i + size) % size,
};
