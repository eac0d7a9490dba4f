// Ops that put tensors together and take them apart along a dimension. Knows no kernel's inside.
import { catSimd } from '../kernels/movement';
import { catKernel } from '../kernels/reference/movement';
import { promote } from '../tensor/dtype';
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape, normalizeDim, sameShape } from '../tensor/shape';
import { checkTensor, type Tensor } from '../tensor/tensor';
import { exactly, withKeywords, type Call, type Keywords } from './keywords';
import { unsqueeze } from './reshape';
import { op, type Op } from './op';
import { slice } from './slice';

const catOp: Op<[dim: number, ...tensors: Tensor[]]> = op({
  name: 'cat',
  prepare: (dim: number, ...tensors: Tensor[]) => ({ inputs: tensors, attributes: { dim } }),
  shape: (types, { dim }) => {
    const first = types[0];
    for (const type of types) {
      if (
        type.shape.length !== first.shape.length ||
        type.shape.some((size, d) => d !== dim && size !== first.shape[d])
      ) {
        throw new ShapeError(
          `cat: ${formatShape(first.shape)} and ${formatShape(type.shape)} differ outside dim ${dim}`,
        );
      }
    }
    const total = types.reduce((size, type) => size + type.shape[dim], 0);
    return { shape: first.shape.with(dim, total), dtype: promote(...types) };
  },
  forward: catKernel,
  simd: catSimd,
  vjp: (g, { types, attributes: { dim } }) => {
    let start = 0;
    return types.map((type) => {
      const size = type.shape[dim];
      start += size;
      return slice(g, dim, start - size, start).to(type.dtype);
    });
  },
});

export interface JoinOptions {
  /** Default 0. */
  dim?: number;
}

type Joining = Keywords<[tensors: readonly Tensor[]], JoinOptions, [dim: number]>;
const joined = { required: 1, names: ['dim'] };

/** Tensors one after another along an existing dimension (torch.cat). */
export const cat: Call<Joining> = withKeywords(
  'cat',
  joined,
  (tensors: readonly Tensor[], dim = 0): Tensor => {
    const first = firstOf('cat', tensors);
    if (first.rank === 0) throw new ShapeError('cat: scalars have no dimension; use stack');
    return catOp(normalizeDim('cat', dim, first.rank), ...tensors);
  },
);

/** Tensors of one shape side by side along a new dimension (torch.stack). */
export const stack: Call<Joining> = withKeywords(
  'stack',
  joined,
  (tensors: readonly Tensor[], dim = 0): Tensor => {
    const first = firstOf('stack', tensors);
    for (const tensor of tensors) {
      if (!sameShape(tensor.shape, first.shape)) {
        throw new ShapeError(
          `stack: all tensors need one shape, but got ${formatShape(first.shape)} and ${formatShape(tensor.shape)}`,
        );
      }
    }
    const at = normalizeDim('stack', dim, first.rank + 1);
    return cat(
      tensors.map((tensor) => unsqueeze(tensor, at)),
      at,
    );
  },
);

function firstOf(name: string, tensors: readonly Tensor[]): Tensor {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new ArgumentError(`${name}: needs an array of at least one tensor`);
  }
  tensors.forEach((tensor, i) => {
    checkTensor(name, `argument ${i + 1}`, tensor);
  });
  return tensors[0] as Tensor;
}

/** Pieces of `size` elements along a dimension, or of the given sizes; the last may be smaller (torch.split). */
export const split: Call<
  Keywords<[x: Tensor, splitSize: number | readonly number[]], JoinOptions, [dim: number]>,
  Tensor[]
> = withKeywords(
  'split',
  { required: 2, names: ['dim'] },
  (x: Tensor, size: number | readonly number[], dim = 0): Tensor[] => {
    const total = x.size(dim);
    if (typeof size === 'number' && !(Number.isInteger(size) && size > 0)) {
      throw new ArgumentError(`split: the size must be a whole number ≥ 1, but it is ${size}`);
    }
    const sizes =
      typeof size === 'number'
        ? Array.from({ length: Math.max(Math.ceil(total / size), 1) }, (_, i) =>
            Math.min(size, total - i * size),
          )
        : size;
    if (sizes.reduce((a, b) => a + b, 0) !== total) {
      throw new ShapeError(
        `split: sizes [${sizes.join(', ')}] do not add up to ${total}, the size of dim ${dim} of ${formatShape(x.shape)}`,
      );
    }
    let start = 0;
    return sizes.map((length) => {
      start += length;
      return slice(x, dim, start - length, start);
    });
  },
);

/** At most `chunks` pieces of equal size along a dimension (torch.chunk). */
export const chunk: Call<
  Keywords<[x: Tensor, chunks: number], JoinOptions, [dim: number]>,
  Tensor[]
> = withKeywords(
  'chunk',
  { required: 2, names: ['dim'] },
  (x: Tensor, chunks: number, dim = 0): Tensor[] => {
    if (!(Number.isInteger(chunks) && chunks > 0)) {
      throw new ArgumentError(`chunk: chunks must be a whole number ≥ 1, but it is ${chunks}`);
    }
    return split(x, Math.max(Math.ceil(x.size(dim) / chunks), 1), dim);
  },
);

/** Tensors side by side: along dim 1, vectors along dim 0 (torch.hstack). */
export const hstack: Call<[tensors: readonly Tensor[]]> = exactly(
  'hstack',
  1,
  (tensors: readonly Tensor[]): Tensor => {
    firstOf('hstack', tensors);
    const lines = tensors.map((x) => (x.rank === 0 ? unsqueeze(x, 0) : x));
    return cat(lines, lines[0].rank === 1 ? 0 : 1);
  },
);

/** Tensors below each other: along dim 0, vectors as rows (torch.vstack). */
export const vstack: Call<[tensors: readonly Tensor[]]> = exactly(
  'vstack',
  1,
  (tensors: readonly Tensor[]): Tensor => {
    firstOf('vstack', tensors);
    return cat(tensors.map((x) => (x.rank < 2 ? x.reshape([1, x.count]) : x)));
  },
);
