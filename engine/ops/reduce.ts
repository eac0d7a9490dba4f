// Ops that fold dimensions away: sums, means, extremes, softmax. Knows no kernel's inside.
import { softmaxSimd, sumKernel } from '../kernels/reduce';
import {
  extreme,
  fold,
  softmaxKernel,
  type DimAttributes,
  type ReduceAttributes,
} from '../kernels/reference/reduce';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { normalizeDim, sameShape, formatShape, type Shape } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import {
  needElements,
  reducedShape,
  reduction,
  spread,
  wholeOrFloat,
  type Dims,
  type ReduceOptions,
} from './folding';
import { floatingOnly, multiOp, op, type Op, type OpDefinition } from './op';
import { same } from './rules';

/** The sum over all elements, or over some dimensions (torch.sum). */
export const sum: Op<[x: Tensor, dim?: Dims | null, options?: ReduceOptions]> = op({
  name: 'sum',
  prepare: reduction('sum'),
  shape: ([x], attributes) => ({
    shape: reducedShape(x.shape, attributes),
    dtype: wholeOrFloat(x.dtype),
  }),
  forward: fold(0, (total, x) => total + x),
  simd: sumKernel('sum'),
  vjp: (g, { types: [x], attributes }) => [spread(g, x, attributes)],
});

/** The mean over all elements, or over some dimensions; NaN of nothing (torch.mean). */
export const mean: Op<[x: Tensor, dim?: Dims | null, options?: ReduceOptions]> = op({
  name: 'mean',
  dtypes: floatingOnly,
  prepare: reduction('mean'),
  shape: ([x], attributes) => {
    return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
  },
  forward: fold(
    0,
    (total, x) => total + x,
    (total, count) => total / count,
  ),
  simd: sumKernel('mean'),
  vjp: (g, { types: [x], attributes }) => {
    const count = attributes.dims.reduce((product, dim) => product * x.shape[dim], 1);
    return [spread(g.div(count), x, attributes)];
  },
});

const sumToOp: Op<[x: Tensor, shape: Shape]> = op({
  name: 'sumTo',
  torch: 'torch.Tensor.sum_to_size',
  prepare: (x: Tensor, shape: Shape) => {
    const added = x.rank - shape.length;
    const dims = x.shape.flatMap((size, dim) =>
      dim < added || (shape[dim - added] === 1 && size !== 1) ? [dim] : [],
    );
    if (
      added < 0 ||
      !sameShape(shape, x.shape.map((size, dim) => (dims.includes(dim) ? 1 : size)).slice(added))
    ) {
      throw new ArgumentError(
        `sumTo: ${formatShape(x.shape)} cannot be summed to ${formatShape(shape)}`,
      );
    }
    return { inputs: [x], attributes: { dims, keepdim: false, target: shape } };
  },
  shape: ([x], { target }) => ({ shape: target, dtype: x.dtype }),
  forward: fold(0, (total, x) => total + x),
  simd: sumKernel('sum'),
  vjp: (g, { types: [x] }) => [g.expand(x.shape)],
});

/** Sums broadcast dimensions back to `shape`: the inverse of broadcasting (torch.Tensor.sum_to_size). */
export const sumTo: Op<[x: Tensor, shape: Shape]> = Object.assign(
  (x: Tensor, shape: Shape) => (sameShape(x.shape, shape) ? x : sumToOp(x, shape)),
  { definition: sumToOp.definition },
);

/** Largest or smallest values along a dimension, and where they were. */
export interface Extremes {
  values: Tensor;
  indices: Tensor;
}

function alongDim(name: string) {
  return (x: Tensor, dim: number) => ({
    inputs: [x],
    attributes: { dim: normalizeDim(name, dim, x.rank) },
  });
}

function extremeTypes(name: string) {
  return ([x]: readonly TensorType[], { dim }: DimAttributes): TensorType[] => {
    if (x.shape[dim] === 0) {
      throw new ArgumentError(
        `${name}: dim ${dim} of ${formatShape(x.shape)} has no elements to choose from`,
      );
    }
    const shape = x.shape.filter((_, d) => d !== dim);
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int32' },
    ];
  };
}

/** Gives each winner's gradient back to the place where it stood. */
function route(g: Tensor | null, indices: Tensor, type: TensorType, dim: number): Tensor | null {
  if (g === null) return null;
  if (type.shape.length === 0) return g;
  return g.newZeros(type.shape).scatterAdd(dim, indices.unsqueeze(dim), g.unsqueeze(dim));
}

const pair = ([values, indices]: readonly Tensor[]): Extremes => ({
  values: values,
  indices: indices,
});

const maxAlong: Op<[x: Tensor, dim: number], Extremes> = multiOp(
  {
    name: 'max',
    prepare: alongDim('max'),
    shape: extremeTypes('max'),
    forward: extreme((a, b) => a > b),
    vjp: (_, { outputs: [, indices], types: [x], attributes: { dim } }, [g]) => [
      route(g, indices, x, dim),
    ],
  },
  pair,
);

const minAlong: Op<[x: Tensor, dim: number], Extremes> = multiOp(
  {
    name: 'min',
    prepare: alongDim('min'),
    shape: extremeTypes('min'),
    forward: extreme((a, b) => a < b),
    vjp: (_, { outputs: [, indices], types: [x], attributes: { dim } }, [g]) => [
      route(g, indices, x, dim),
    ],
  },
  pair,
);

/** Of all elements, or along a dimension with its index. */
export interface Extreme {
  (x: Tensor): Tensor;
  (x: Tensor, dim: number, options?: ReduceOptions): Extremes;
  readonly definition: OpDefinition;
}

function extremeOf(name: string, of: (x: Tensor) => Tensor, along: typeof maxAlong): Extreme {
  const call = (x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Extremes => {
    checkOptions(name, options, ['keepdim']);
    if (dim === undefined) return of(x);
    const result = along(x, dim);
    if (options.keepdim !== true) return result;
    const at = normalizeDim(name, dim, x.rank);
    // A scalar has no dimension to keep.
    if (x.rank === 0) return result;
    return { values: result.values.unsqueeze(at), indices: result.indices.unsqueeze(at) };
  };
  return Object.assign(call as Extreme, { definition: along.definition });
}

/**
 * The largest of all elements; or, along a dimension, the largest and its index, the first of equals
 * (torch.max).
 */
export const max: Extreme = extremeOf('max', (x) => amax(x), maxAlong);

/** The smallest, likewise (torch.min). */
export const min: Extreme = extremeOf('min', (x) => amin(x), minAlong);

/** Index of the largest element along a dimension, or of all elements in a row (torch.argmax). */
export const argmax = (x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor =>
  dim === undefined ? max(x.flatten(), 0).indices : max(x, dim, options).indices;

/** Index of the smallest element along a dimension, or of all elements in a row (torch.argmin). */
export const argmin = (x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor =>
  dim === undefined ? min(x.flatten(), 0).indices : min(x, dim, options).indices;

/** The largest of all elements (torch.amax); equals share the gradient. */
export const amax: Op<[x: Tensor, dim?: Dims | null, options?: ReduceOptions]> = op({
  name: 'amax',
  prepare: reduction('amax'),
  shape: ([x], attributes) => {
    needElements('amax', x.shape, attributes.dims);
    return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
  },
  forward: fold(-Infinity, Math.max),
  vjp: (g, { inputs: [x], outputs: [y], attributes }) => [shareAmongEquals(g, x, y, attributes)],
});

/** The smallest of all elements (torch.amin); equals share the gradient. */
export const amin: Op<[x: Tensor, dim?: Dims | null, options?: ReduceOptions]> = op({
  name: 'amin',
  prepare: reduction('amin'),
  shape: ([x], attributes) => {
    needElements('amin', x.shape, attributes.dims);
    return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
  },
  forward: fold(Infinity, Math.min),
  vjp: (g, { inputs: [x], outputs: [y], attributes }) => [shareAmongEquals(g, x, y, attributes)],
});

function shareAmongEquals(g: Tensor, x: Tensor, y: Tensor, attributes: ReduceAttributes): Tensor {
  const winners = x.eq(spread(y, x, attributes)).to(g.dtype);
  const shared = winners.div(winners.sum(attributes.dims, { keepdim: true }));
  return shared.mul(spread(g, x, attributes));
}

/** e^x / Σ e^x along a dimension: positive numbers that sum to 1 (torch.softmax). */
export const softmax: Op<[x: Tensor, dim: number]> = op({
  name: 'softmax',
  prepare: alongDim('softmax'),
  dtypes: floatingOnly,
  shape: same,
  forward: softmaxKernel(false),
  simd: softmaxSimd('softmax'),
  vjp: (g, { outputs: [y], attributes: { dim } }) => {
    const weighted = g.mul(y);
    return [weighted.sub(y.mul(weighted.sum(dim, { keepdim: true })))];
  },
});

/** The logarithm of softmax, without its loss of digits (torch.log_softmax). */
export const logSoftmax: Op<[x: Tensor, dim: number]> = op({
  name: 'logSoftmax',
  prepare: alongDim('logSoftmax'),
  dtypes: floatingOnly,
  shape: same,
  forward: softmaxKernel(true),
  simd: softmaxSimd('logSoftmax'),
  vjp: (g, { outputs: [y], attributes: { dim } }) => [
    g.sub(y.exp().mul(g.sum(dim, { keepdim: true }))),
  ],
});
