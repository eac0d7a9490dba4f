// Elements in order along a dimension. Knows no kernel's inside.
import { sortKernel } from '../kernels/reference/scan';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { formatShape, normalizeDim } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withKeywords, type Call, type Keywords } from './keywords';
import { multiOp, type Op } from './op';

export interface SortOptions {
  /** Largest first. Default false. */
  descending?: boolean;
  /** Equal elements keep their order; they always do here. */
  stable?: boolean;
}

/** Values in order, and where each was. */
export interface Sorted {
  values: Tensor;
  indices: Tensor;
}

type Sorting = Keywords<
  [x: Tensor],
  SortOptions & {
    /** Default: the last. */
    dim?: number;
  },
  [dim: number, descending: boolean]
>;
const rules = { required: 1, names: ['dim'], options: true, then: ['descending'] };

/** All elements in order along a dimension; NaN counts as the largest (torch.sort). */
export const sort: Op<Sorting, Sorted> = withKeywords(
  'sort',
  rules,
  multiOp(
    {
      name: 'sort',
      prepare: (x: Tensor, dim = -1, options: SortOptions = {}) => {
        checkOptions('sort', options, ['dim', 'descending', 'stable']);
        const { descending = false } = options;
        return { inputs: [x], attributes: { dim: normalizeDim('sort', dim, x.rank), descending } };
      },
      shape: ([x]) => [
        { shape: x.shape, dtype: x.dtype },
        { shape: x.shape, dtype: 'int32' },
      ],
      forward: sortKernel,
      vjp: (_, { outputs: [, indices], types: [x], attributes: { dim } }, [g]) => {
        if (!g || x.shape.length === 0) return [g];
        return [g.newZeros(x.shape).scatterAdd(dim, indices, g)];
      },
    },
    ([values, indices]) => ({ values, indices }),
  ),
);

/** Where the elements stand that would be in order (torch.argsort). */
export const argsort: Call<Sorting> = withKeywords(
  'argsort',
  rules,
  (x: Tensor, dim = -1, options: SortOptions = {}): Tensor => {
    checkOptions('argsort', options, ['dim', 'descending', 'stable']);
    return sort(x, dim, options).indices;
  },
);

export interface TopkOptions {
  /** The largest, or else the smallest. Default true. */
  largest?: boolean;
  /** In order; they always are here. */
  sorted?: boolean;
}

type Choosing = Keywords<
  [x: Tensor, k: number],
  TopkOptions & {
    /** Default: the last. */
    dim?: number;
  },
  [dim: number, largest: boolean, sorted: boolean]
>;

/** The k largest elements along a dimension, largest first, and their indices (torch.topk). */
export const topk: Call<Choosing, Sorted> = withKeywords(
  'topk',
  { ...rules, required: 2, then: ['largest', 'sorted'] },
  (x: Tensor, k: number, dim = -1, options: TopkOptions = {}): Sorted => {
    checkOptions('topk', options, ['dim', 'largest', 'sorted']);
    const at = normalizeDim('topk', dim, x.rank);
    const size = x.shape[at] ?? 1;
    if (!Number.isInteger(k) || k < 0 || k > size) {
      throw new ArgumentError(
        `topk: k must be a whole number from 0 to ${size}, the size of dim ${dim} of ` +
          `${formatShape(x.shape)}, but it is ${k}`,
      );
    }
    const ordered = sort(x, at, { descending: options.largest ?? true });
    if (x.rank === 0) return ordered;
    return { values: ordered.values.narrow(at, 0, k), indices: ordered.indices.narrow(at, 0, k) };
  },
);
