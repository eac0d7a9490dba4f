// More ways to pick elements: Python's brackets, masks, one-hot. Knows no kernel's inside.
import { nonzeroKernel } from '../kernels/reference/index';
import { tape } from '../tape/tape';
import { quietly } from '../tape/warnings';
import { ArgumentError, EngineError, ShapeError } from '../tensor/errors';
import { broadcastShapes, formatShape, normalizeDim, sameShape } from '../tensor/shape';
import { elements, forEachElement, Tensor } from '../tensor/tensor';
import { arange } from './create';
import { where } from './elementwise';
import { gather, indexSelect } from './index-ops';
import { withKeywords, type Call, type Keywords } from './keywords';
import { op, type Op, type TensorLike } from './op';
import { select, slice } from './slice';

/**
 * What stands between Python's brackets, for one dimension: a number (the dimension goes away),
 * `[start, end, step]` of which any may be missing, `null` for all of it (a colon), or a vector of
 * indices or a mask along it.
 */
export type Index = number | readonly (number | null | undefined)[] | null | Tensor;

/** Parts of a tensor, one index per leading dimension: x.at(0, [1, 3], null) is Python's x[0, 1:3, :] (torch.Tensor.__getitem__). */
export const at = (x: Tensor, ...indices: Index[]): Tensor => {
  if (indices.length > x.rank) {
    throw new ArgumentError(
      `at: ${indices.length} indices are too many for ${x.rank} dimensions (${formatShape(x.shape)})`,
    );
  }
  if (indices.filter((index) => index instanceof Tensor).length > 1) {
    throw new ArgumentError('at: takes only one tensor of indices; use gather for more');
  }
  // From the last, so that a dimension that goes away moves none that are still to come.
  return indices.reduceRight<Tensor>((y, index, dim) => along(y, index, dim), x);
};

function along(x: Tensor, index: Index, dim: number): Tensor {
  if (index === null) return x;
  if (typeof index === 'number') return select(x, dim, index);
  if (index instanceof Tensor) {
    return indexSelect(x, dim, index.dtype === 'bool' ? nonzero(index).flatten() : index);
  }
  if (!Array.isArray(index) || index.length > 3) {
    throw new ArgumentError(
      `at: index ${dim + 1} must be a number, [start, end, step], null or a tensor, but got ${JSON.stringify(index)}`,
    );
  }
  const [start, end, step] = index as (number | null | undefined)[];
  return slice(x, dim, start ?? 0, end ?? undefined, step ?? 1);
}

const nonzeroOp: Op<[x: Tensor, count: number]> = op({
  name: 'nonzero',
  prepare: (x: Tensor, count: number) => ({ inputs: [x], attributes: { count } }),
  shape: ([x], { count }) => ({ shape: [count, x.shape.length], dtype: 'int32' }),
  forward: nonzeroKernel,
});

/** Where x is not zero: one row of indices for each such element, [count, rank] (torch.nonzero). */
export const nonzero: Op<[x: Tensor]> = Object.assign(
  (x: Tensor) => {
    if (tape.mode === 'meta') {
      throw new EngineError(
        'error',
        'nonzero: how large its result is depends on the data, which a shape run does not have',
      );
    }
    let count = 0;
    const values = elements(x);
    forEachElement(x, (position) => (count += Number(values[position] !== 0)));
    return nonzeroOp(x, count);
  },
  { definition: nonzeroOp.definition },
);

function checkMask(name: string, mask: Tensor): void {
  if (mask.dtype === 'bool') return;
  throw new ArgumentError(
    `${name}: the mask must be bool, but it is ${mask.dtype}; use to('bool')`,
  );
}

/** The elements where the mask holds, in a row (torch.masked_select). */
export const maskedSelect = (x: Tensor, mask: Tensor): Tensor => {
  checkMask('maskedSelect', mask);
  const shape = broadcastShapes('maskedSelect', x.shape, mask.shape);
  const places = nonzero(mask.expand(shape).flatten()).flatten();
  return x.expand(shape).flatten().indexSelect(0, places);
};

/** `value` where the mask holds, x elsewhere (torch.Tensor.masked_fill). */
export const maskedFill = (x: Tensor, mask: Tensor, value: TensorLike): Tensor => {
  checkMask('maskedFill', mask);
  const shape = broadcastShapes('maskedFill', x.shape, mask.shape);
  if (!sameShape(shape, x.shape)) {
    throw new ShapeError(
      `maskedFill: a mask of ${formatShape(mask.shape)} does not broadcast to ${formatShape(x.shape)}`,
    );
  }
  const filled = where(mask, value, x);
  return filled.dtype === x.dtype ? filled : filled.to(x.dtype);
};

export interface TakeOptions {
  /** Default: all elements in a row. */
  dim?: number;
}

/** As gather, but the other dimensions broadcast: for what argsort gives (torch.take_along_dim). */
export const takeAlongDim: Call<
  Keywords<[x: Tensor, indices: Tensor], TakeOptions, [dim: number]>
> = withKeywords(
  'takeAlongDim',
  { required: 2, names: ['dim'] },
  (x: Tensor, indices: Tensor, dim?: number): Tensor => {
    if (dim === undefined) return gather(x.flatten(), 0, indices.flatten());
    const place = normalizeDim('takeAlongDim', dim, x.rank);
    if (indices.rank !== x.rank) {
      throw new ShapeError(
        `takeAlongDim: an index of ${formatShape(indices.shape)} needs as many dimensions as ${formatShape(x.shape)}`,
      );
    }
    const others = broadcastShapes(
      'takeAlongDim',
      x.shape.with(place, 1),
      indices.shape.with(place, 1),
    );
    return gather(
      x.expand(others.with(place, x.shape[place])),
      place,
      indices.expand(others.with(place, indices.shape[place])),
    );
  },
);

export interface OneHotOptions {
  /** Default: one more than the largest class. */
  numClasses?: number;
}

/** 1 at each class's place and 0 elsewhere, along a new last dimension, int32 (torch.nn.functional.one_hot). */
export const oneHot: Call<Keywords<[x: Tensor], OneHotOptions, [numClasses: number]>> =
  withKeywords(
    'oneHot',
    { required: 1, names: ['numClasses'] },
    (x: Tensor, numClasses = -1): Tensor => {
      if (x.dtype !== 'int32') {
        throw new ArgumentError(`oneHot: classes must be int32, but they are ${x.dtype}`);
      }
      if (numClasses === -1 && tape.mode === 'meta') {
        throw new EngineError(
          'error',
          'oneHot: how many classes there are depends on the data, which a shape run does not have; pass numClasses',
        );
      }
      const count = numClasses === -1 ? x.max().item() + 1 : numClasses;
      const values = tape.mode === 'meta' ? [] : x.toTypedArray();
      for (const value of values) {
        if (value >= 0 && value < count) continue;
        throw new ArgumentError(
          `oneHot: class ${value} is not one of ${count} (0 to ${count - 1})`,
        );
      }
      return quietly(() => x.unsqueeze(-1).eq(arange(count))).to('int32');
    },
  );
