// Ops that go along a dimension and keep its length: running sums, products, sorting. Knows no kernel's inside.
import { linearScanKernel, scanKernel, sortKernel } from '../kernels/reference/scan';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { formatShape, normalizeDim } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { wholeOrFloat } from './folding';
import { cat } from './join';
import { multiOp, op, type Op } from './op';
import { same } from './rules';

/** The sum of all elements up to this one, along a dimension (torch.cumsum). */
export const cumsum: Op<[x: Tensor, dim: number]> = op({
  name: 'cumsum',
  prepare: alongDim('cumsum'),
  shape: ([x]) => ({ shape: x.shape, dtype: wholeOrFloat(x.dtype) }),
  forward: scanKernel((sum, x) => sum + x),
  vjp: (g, { attributes: { dim } }) => [reversed(reversed(g, dim).cumsum(dim), dim)],
});

/** The product of all elements up to this one, along a dimension (torch.cumprod). */
export const cumprod: Op<[x: Tensor, dim: number]> = op({
  name: 'cumprod',
  prepare: alongDim('cumprod'),
  shape: ([x]) => ({ shape: x.shape, dtype: wholeOrFloat(x.dtype) }),
  forward: scanKernel((product, x) => product * x),
  // Never divides by x, so that zeros do no harm.
  vjp: (g, { inputs: [x], outputs: [y], attributes: { dim } }) => {
    if (x.count === 0 || x.rank === 0) return [g];
    return [backwards(g, x, dim).mul(before(y, dim, 1))];
  },
});

/** y₀ = a₀, yₖ = aₖ + bₖ · yₖ₋₁: what the gradients of running products are made of. */
const linearScan: Op<[a: Tensor, b: Tensor, dim: number]> = op({
  name: 'linearScan',
  torch: 'torch.cumprod',
  prepare: (a: Tensor, b: Tensor, dim: number) => ({ inputs: [a, b], attributes: { dim } }),
  shape: same,
  forward: linearScanKernel,
  vjp: (g, { inputs: [, b], outputs: [y], attributes: { dim } }) => {
    const ofA = backwards(g, b, dim);
    return [ofA, ofA.mul(before(y, dim, 0))];
  },
});

/** rₖ = gₖ + bₖ₊₁ · rₖ₊₁, from the last to the first. */
function backwards(g: Tensor, b: Tensor, dim: number): Tensor {
  return reversed(linearScan(reversed(g, dim), before(reversed(b, dim), dim, 0), dim), dim);
}

const reversed = (x: Tensor, dim: number): Tensor => (x.rank === 0 ? x : x.flip([dim]));

/** Each element's predecessor along a dimension; the first gets `first`. */
function before(x: Tensor, dim: number, first: number): Tensor {
  return cat([x.narrow(dim, 0, 1).fullLike(first), x.narrow(dim, 0, x.size(dim) - 1)], dim);
}

function alongDim(name: string) {
  return (x: Tensor, dim: number) => ({
    inputs: [x],
    attributes: { dim: normalizeDim(name, dim, x.rank) },
  });
}

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

/** All elements in order along a dimension; NaN counts as the largest (torch.sort). */
export const sort: Op<[x: Tensor, dim?: number, options?: SortOptions], Sorted> = multiOp(
  {
    name: 'sort',
    prepare: (x: Tensor, dim = -1, options: SortOptions = {}) => {
      checkOptions('sort', options, ['descending', 'stable']);
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
);

/** Where the elements stand that would be in order (torch.argsort). */
export const argsort = (x: Tensor, dim = -1, options: SortOptions = {}): Tensor =>
  sort(x, dim, options).indices;

export interface TopkOptions {
  /** The largest, or else the smallest. Default true. */
  largest?: boolean;
  /** In order; they always are here. */
  sorted?: boolean;
}

/** The k largest elements along a dimension, largest first, and their indices (torch.topk). */
export const topk = (x: Tensor, k: number, dim = -1, options: TopkOptions = {}): Sorted => {
  checkOptions('topk', options, ['largest', 'sorted']);
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
};
