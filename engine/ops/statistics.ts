// More reductions: logic, products, spread, norms, medians. Knows no kernel's inside.
import { mapOne } from '../kernels/reference/elementwise';
import { fold, varianceKernel, type ReduceAttributes } from '../kernels/reference/reduce';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { normalizeDim } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { where } from './binary';
import type { Extremes } from './extremes';
import {
  folding,
  needElements,
  reducedShape,
  reduction,
  spread,
  whole,
  wholeOrFloat,
  type Dims,
  type Folding,
  type ReduceOptions,
  type SumOptions,
} from './folding';
import { cat } from './join';
import { withKeywords, type Call, type Keywords } from './keywords';
import { floatingOnly, op, type Op } from './op';
import { sort } from './sort';

const truths = ([x]: readonly TensorType[], attributes: ReduceAttributes): TensorType => ({
  shape: reducedShape(x.shape, attributes),
  dtype: 'bool',
});

/** Whether any element is non-zero (torch.any). */
export const any: Op<Folding> = folding(
  'any',
  op({
    name: 'any',
    prepare: reduction('any'),
    shape: truths,
    forward: fold(0, (found, x) => Number(found !== 0 || x !== 0)),
  }),
);

/** Whether all elements are non-zero (torch.all). */
export const all: Op<Folding> = folding(
  'all',
  op({
    name: 'all',
    prepare: reduction('all'),
    shape: truths,
    forward: fold(1, (held, x) => Number(held !== 0 && x !== 0)),
  }),
);

/** The product over all elements, or over some dimensions (torch.prod). */
export const prod: Op<Folding<SumOptions>> = folding(
  'prod',
  op({
    name: 'prod',
    prepare: reduction('prod', true),
    shape: ([x], attributes) => ({
      shape: reducedShape(x.shape, attributes),
      dtype: wholeOrFloat(x.dtype),
    }),
    forward: fold(1, (product, x) => product * x, whole('prod')),
    vjp: (g, { inputs: [x], attributes }) => [
      spread(g, x, attributes).mul(productOfOthers(x, attributes.dims)),
    ],
  }),
);

/** For each element, the product of all others that are folded with it; right where some are 0. */
function productOfOthers(x: Tensor, dims: readonly number[]): Tensor {
  const kept = x.shape.map((_, dim) => dim).filter((dim) => !dims.includes(dim));
  const order = [...kept, ...dims];
  const folded = x.permute(order);
  const size = dims.reduce((product, dim) => product * x.shape[dim], 1);
  const lines = folded.reshape([x.count / Math.max(size, 1), size]);
  const before = productBefore(lines);
  const after = productBefore(lines.flip(1)).flip(1);
  const inverse = order.map((_, dim) => order.indexOf(dim));
  return before.mul(after).reshape(folded.shape).permute(inverse);
}

/** Along each line, the product of all elements before this one. */
function productBefore(lines: Tensor): Tensor {
  if (lines.count === 0) return lines;
  const first = lines.narrow(1, 0, 1).onesLike();
  return cat([first, lines.narrow(1, 0, lines.size(1) - 1)], 1).cumprod(1);
}

export interface VarianceOptions extends ReduceOptions {
  /** What is taken off the count of elements that the sum of squares is divided by. Default 1. */
  correction?: number;
  /** Another way to say correction 1 (true) or 0. */
  unbiased?: boolean;
}

interface VarianceAttributes extends ReduceAttributes {
  readonly correction: number;
}

function variancePrepare(name: string) {
  return (x: Tensor, dim?: Dims | null, options: VarianceOptions = {}) => {
    checkOptions(name, options, ['dim', 'keepdim', 'correction', 'unbiased']);
    const { keepdim, unbiased, correction = Number(unbiased ?? true) } = options;
    if (unbiased !== undefined && options.correction !== undefined) {
      throw new ArgumentError(`${name}: give correction or unbiased, not both`);
    }
    const { inputs, attributes } = reduction(name)(x, dim, { keepdim: keepdim ?? false });
    return { inputs, attributes: { ...attributes, correction } };
  };
}

/** d var / dx = 2 (x − mean) / (count − correction). */
function deviation(x: Tensor, { dims, correction }: VarianceAttributes): Tensor {
  const count = dims.reduce((product, dim) => product * x.shape[dim], 1);
  return x.sub(x.mean(dims, { keepdim: true })).div(count - correction);
}

const float = ([x]: readonly TensorType[], attributes: ReduceAttributes): TensorType => ({
  shape: reducedShape(x.shape, attributes),
  dtype: x.dtype,
});

type Spread = Op<
  Folding<VarianceOptions> | [x: Tensor, dim: Dims | null, unbiased: boolean, keepdim?: boolean]
>;

/** The mean squared distance from the mean, over count − correction (torch.var). */
const variance: Spread = folding(
  'var',
  op({
    name: 'var',
    dtypes: floatingOnly,
    prepare: variancePrepare('var'),
    shape: float,
    forward: varianceKernel((value) => value),
    vjp: (g, { inputs: [x], attributes }) => [
      spread(g.mul(2), x, attributes).mul(deviation(x, attributes)),
    ],
  }),
  ['unbiased', 'keepdim'],
);
export { variance as var };

/** The standard deviation, √var; its gradient is 0 where it is 0 (torch.std). */
export const std: Spread = folding(
  'std',
  op({
    name: 'std',
    dtypes: floatingOnly,
    prepare: variancePrepare('std'),
    shape: float,
    forward: varianceKernel(Math.sqrt),
    vjp: (g, { inputs: [x], outputs: [y], attributes }) => {
      const scaled = where(y.eq(0), 0, g.div(where(y.eq(0), 1, y)));
      return [spread(scaled, x, attributes).mul(deviation(x, attributes))];
    },
  }),
  ['unbiased', 'keepdim'],
);

/** The middle element; all that equal it share the gradient. */
const middleOp: Op<[x: Tensor, middle: Tensor]> = op({
  name: 'median',
  shape: ([, middle]) => middle,
  forward: ({ inputs: [, middle], outputs, attributes }) =>
    mapOne((x) => x)({ inputs: [middle], outputs, attributes }),
  vjp: (g, { inputs: [x, middle] }) => {
    const winners = x.eq(middle).to(g.dtype);
    return [winners.div(winners.sum()).mul(g), null];
  },
});

const middle = (x: Tensor): Tensor => middleOp(x, middleAlong(x.detach().flatten(), 0).values);

/** The middle element along a dimension, and where it was. */
function middleAlong(x: Tensor, dim: number): Extremes {
  const at = normalizeDim('median', dim, x.rank);
  needElements('median', x.shape, x.rank === 0 ? [] : [at]);
  const sorted = sort(x, at);
  if (x.rank === 0) return sorted;
  // NaN comes last in order, and is the median of any row that has one.
  const last = x.shape[at] - 1;
  const broken = sorted.values.select(at, last).isnan();
  const pick = (of: Tensor): Tensor =>
    where(broken, of.select(at, last), of.select(at, Math.floor(last / 2)));
  return { values: pick(sorted.values), indices: pick(sorted.indices) };
}

/** Of all elements; or along a dimension, with its index. */
export interface Median {
  (x: Tensor): Tensor;
  (x: Tensor, dim: number, options?: ReduceOptions | boolean): Extremes;
  (x: Tensor, options: ReduceOptions & { dim: number }): Extremes;
}

/** The element in the middle of all in order, the lower of two (torch.median). */
export const median: Median = folding(
  'median',
  (x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Extremes => {
    checkOptions('median', options, ['dim', 'keepdim']);
    if (dim === undefined) return middle(x);
    const { values, indices } = middleAlong(x, dim);
    if (options.keepdim !== true || x.rank === 0) return { values, indices };
    const at = normalizeDim('median', dim, x.rank);
    return { values: values.unsqueeze(at), indices: indices.unsqueeze(at) };
  },
);

/** How many elements are not zero, in all or along some dimensions (torch.count_nonzero). */
export const countNonzero: Call<Keywords<[x: Tensor], { dim?: Dims | null }, [dim: Dims | null]>> =
  withKeywords(
    'countNonzero',
    { required: 1, names: ['dim'] },
    (x: Tensor, dim?: Dims | null): Tensor => x.ne(0).sum(dim),
  );
