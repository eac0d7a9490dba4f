// More ways to pick elements: Python's brackets, masks, one-hot. Knows no kernel's inside.
import { nonzeroKernel } from '../kernels/reference/index';
import { tape } from '../tape/tape';
import { quietly } from '../tape/warnings';
import { ArgumentError, EngineError, ShapeError } from '../tensor/errors';
import { broadcastShapes, formatShape, normalizeDim, sameShape } from '../tensor/shape';
import { elements, forEachElement, Tensor } from '../tensor/tensor';
import { arange } from './create';
import { where } from './binary';
import { gather, indexSelect } from './index-ops';
import { checkIndex } from './indices';
import { withKeywords, type Call, type Keywords } from './keywords';
import { op, type Op, type TensorLike } from './op';
import { select, slice } from './slice';

/**
 * What stands between Python's brackets, for one dimension: a number (the dimension goes away),
 * `[start, end, step]` of which any may be missing, `null` for all of it (a colon), a tensor of
 * indices, or a mask, which stands for as many dimensions as it has.
 */
export type Index = number | readonly (number | null | undefined)[] | null | Tensor;

/** Parts of a tensor, one index per leading dimension: x.at(0, [1, 3], null) is Python's x[0, 1:3, :] (torch.Tensor.__getitem__). */
export const at = (x: Tensor, ...indices: Index[]): Tensor => {
  let covered = 0;
  const dims = indices.map((index) => {
    const dim = covered;
    // A mask stands for as many dimensions as it has.
    const isMask = index instanceof Tensor && index.dtype === 'bool';
    covered += isMask ? Math.max(index.rank, 1) : 1;
    return dim;
  });
  if (covered > x.rank) {
    throw new ArgumentError(
      `at: ${covered} indices are too many for ${x.rank} dimensions (${formatShape(x.shape)})`,
    );
  }
  if (indices.filter((index) => index instanceof Tensor).length > 1) {
    throw new ArgumentError('at: takes only one tensor of indices; use gather for more');
  }
  // From the last, so that a dimension that goes away moves none that are still to come.
  return indices.reduceRight<Tensor>((y, index, i) => along(y, index, dims[i]), x);
};

function along(x: Tensor, index: Index, dim: number): Tensor {
  if (index === null) return x;
  if (typeof index === 'number') return select(x, dim, index);
  if (index instanceof Tensor) {
    return index.dtype === 'bool' ? whereMask(x, index, dim) : atPlaces(x, index, dim);
  }
  if (!Array.isArray(index) || index.length > 3) {
    throw new ArgumentError(
      `at: index ${dim + 1} must be a number, [start, end, step], null or a tensor, but got ${JSON.stringify(index)}`,
    );
  }
  const [start, end, step] = index as (number | null | undefined)[];
  return slice(x, dim, start ?? 0, end ?? undefined, step ?? 1);
}

/** x[mask]: the dimensions from `dim` on that the mask covers become one, of the places where it holds. */
function whereMask(x: Tensor, mask: Tensor, dim: number): Tensor {
  const end = dim + mask.rank;
  if (mask.rank === 0 || !sameShape(x.shape.slice(dim, end), mask.shape)) {
    throw new ShapeError(
      `at: a mask of ${formatShape(mask.shape)} does not fit dim ${dim} of ${formatShape(x.shape)}`,
    );
  }
  checkData('at');
  return indexSelect(x.flatten(dim, end - 1), dim, nonzero(mask.flatten()).flatten());
}

/** x[index]: the dimension becomes those of the index, whose numbers may count from the end. */
function atPlaces(x: Tensor, index: Tensor, dim: number): Tensor {
  checkIndex('at', index);
  const size = x.shape[dim];
  const fromEnd = tape.mode !== 'meta' && index.toTypedArray().some((place) => place < 0);
  const places = fromEnd ? where(index.lt(0), index.add(size), index) : index;
  const found = indexSelect(x, dim, places.flatten());
  if (index.rank === 1) return found;
  return found.reshape([...x.shape.slice(0, dim), ...index.shape, ...x.shape.slice(dim + 1)]);
}

/** Refuses what only data can tell, in a shape run. */
function checkData(name: string): void {
  if (tape.mode !== 'meta') return;
  throw new EngineError(
    'error',
    `${name}: how large its result is depends on the data, which a shape run does not have`,
  );
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
    checkData('nonzero');
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
  checkData('maskedSelect');
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
