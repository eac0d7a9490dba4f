// More reductions: logic, products, spread, norms. Knows no kernel's inside.
import {
  fold,
  logsumexpKernel,
  varianceKernel,
  type ReduceAttributes,
} from '../kernels/reference/reduce';
import { ArgumentError, checkOptions } from '../tensor/errors';
import type { Tensor, TensorType } from '../tensor/tensor';
import { where } from './elementwise';
import {
  needElements,
  reducedShape,
  reduction,
  spread,
  wholeOrFloat,
  type Dims,
  type ReduceOptions,
} from './folding';
import { cat } from './join';
import { floatingOnly, op, type Op } from './op';

type Reduction = Op<[x: Tensor, dim?: Dims | null, options?: ReduceOptions]>;

const truths = ([x]: readonly TensorType[], attributes: ReduceAttributes): TensorType => ({
  shape: reducedShape(x.shape, attributes),
  dtype: 'bool',
});

/** Whether any element is non-zero (torch.any). */
export const any: Reduction = op({
  name: 'any',
  prepare: reduction('any'),
  shape: truths,
  forward: fold(0, (found, x) => Number(found !== 0 || x !== 0)),
});

/** Whether all elements are non-zero (torch.all). */
export const all: Reduction = op({
  name: 'all',
  prepare: reduction('all'),
  shape: truths,
  forward: fold(1, (held, x) => Number(held !== 0 && x !== 0)),
});

/** The product over all elements, or over some dimensions (torch.prod). */
export const prod: Reduction = op({
  name: 'prod',
  prepare: reduction('prod'),
  shape: ([x], attributes) => ({
    shape: reducedShape(x.shape, attributes),
    dtype: wholeOrFloat(x.dtype),
  }),
  forward: fold(1, (product, x) => product * x),
  vjp: (g, { inputs: [x], attributes }) => [
    spread(g, x, attributes).mul(productOfOthers(x, attributes.dims)),
  ],
});

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
}

interface VarianceAttributes extends ReduceAttributes {
  readonly correction: number;
}

function variancePrepare(name: string) {
  return (x: Tensor, dim?: Dims | null, options: VarianceOptions = {}) => {
    checkOptions(name, options, ['keepdim', 'correction']);
    const { keepdim, correction = 1 } = options;
    const { inputs, attributes } = reduction(name)(x, dim, { keepdim });
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

type Spread = Op<[x: Tensor, dim?: Dims | null, options?: VarianceOptions]>;

/** The mean squared distance from the mean, over count − correction (torch.var). */
const variance: Spread = op({
  name: 'var',
  dtypes: floatingOnly,
  prepare: variancePrepare('var'),
  shape: float,
  forward: varianceKernel((value) => value),
  vjp: (g, { inputs: [x], attributes }) => [
    spread(g.mul(2), x, attributes).mul(deviation(x, attributes)),
  ],
});
export { variance as var };

/** The standard deviation, √var; its gradient is 0 where it is 0 (torch.std). */
export const std: Spread = op({
  name: 'std',
  dtypes: floatingOnly,
  prepare: variancePrepare('std'),
  shape: float,
  forward: varianceKernel(Math.sqrt),
  vjp: (g, { inputs: [x], outputs: [y], attributes }) => {
    const scaled = where(y.eq(0), 0, g.div(where(y.eq(0), 1, y)));
    return [spread(scaled, x, attributes).mul(deviation(x, attributes))];
  },
});

export interface NormOptions extends ReduceOptions {
  /** The exponent; Infinity takes the largest |x|, 0 counts what is not 0. Default 2. */
  p?: number;
}

/** (Σ |x|ᵖ)^(1/p), the length of a vector; its gradient is 0 where it is 0 (torch.norm). */
export const norm: Op<[x: Tensor, dim?: Dims | null, options?: NormOptions]> = op({
  name: 'norm',
  dtypes: floatingOnly,
  prepare: (x: Tensor, dim?: Dims | null, options: NormOptions = {}) => {
    checkOptions('norm', options, ['keepdim', 'p']);
    const { keepdim, p = 2 } = options;
    if (typeof p !== 'number' || !(p >= 0)) {
      throw new ArgumentError(`norm: p must be a number ≥ 0, but it is ${String(p)}`);
    }
    const { inputs, attributes } = reduction('norm')(x, dim, { keepdim });
    return { inputs, attributes: { ...attributes, p } };
  },
  shape: float,
  forward: (call) => {
    const { p } = call.attributes;
    if (p === Infinity) fold(0, (most, x) => Math.max(most, Math.abs(x)))(call);
    else if (p === 0) fold(0, (count, x) => count + Number(x !== 0))(call);
    else if (p === 1) fold(0, (sum, x) => sum + Math.abs(x))(call);
    else if (p === 2) fold(0, (sum, x) => sum + x * x, Math.sqrt)(call);
    else
      fold(
        0,
        (sum, x) => sum + Math.abs(x) ** p,
        (sum) => sum ** (1 / p),
      )(call);
  },
  vjp: (g, { inputs: [x], outputs: [y], attributes }) => {
    const { p } = attributes;
    if (p === 0) return [x.zerosLike()];
    const [gradient, whole] = [spread(g, x, attributes), spread(y, x, attributes)];
    if (p === 1) return [gradient.mul(x.sign())];
    if (p === Infinity) {
      const winners = x.abs().eq(whole).to(g.dtype);
      const share = winners.div(winners.sum(attributes.dims, { keepdim: true }));
      return [gradient.mul(share).mul(x.sign())];
    }
    const safe = where(whole.eq(0), 1, whole);
    if (p === 2) return [where(whole.eq(0), 0, gradient.mul(x).div(safe))];
    const size = where(x.eq(0), 1, x.abs())
      .div(safe)
      .pow(p - 1);
    return [where(x.eq(0), 0, gradient.mul(x.sign()).mul(size))];
  },
});

/** log Σ e^x over some dimensions, without overflow (torch.logsumexp). */
export const logsumexp: Op<[x: Tensor, dim: Dims, options?: ReduceOptions]> = op({
  name: 'logsumexp',
  dtypes: floatingOnly,
  prepare: reduction('logsumexp'),
  shape: float,
  forward: logsumexpKernel,
  vjp: (g, { inputs: [x], outputs: [y], attributes }) => [
    spread(g, x, attributes).mul(x.sub(spread(y, x, attributes)).exp()),
  ],
});

/** The element in the middle of all in order, the lower of two (torch.median). */
export const median = (x: Tensor): Tensor => {
  needElements('median', [x.count], [0]);
  const sorted = x.flatten().sort(0).values;
  return sorted.select(0, Math.floor((x.count - 1) / 2));
};
