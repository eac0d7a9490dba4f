// The largest and the smallest elements, and where they stand. Knows no kernel's inside.
import {
  extreme,
  fold,
  type DimAttributes,
  type ReduceAttributes,
} from '../kernels/reference/reduce';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { formatShape, normalizeDim } from '../tensor/shape';
import { Tensor, type TensorType } from '../tensor/tensor';
import { maximum, minimum } from './binary';
import {
  folding,
  needElements,
  reducedShape,
  reduction,
  spread,
  type Folding,
  type ReduceOptions,
} from './folding';
import type { Call, Keywords } from './keywords';
import { multiOp, op, type Op, type OpDefinition } from './op';
import { alongDim } from './rules';

/** Largest or smallest values along a dimension, and where they were. */
export interface Extremes {
  values: Tensor;
  indices: Tensor;
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

/** Of all elements, or along a dimension with its index, or of two tensors elementwise. */
export interface Extreme {
  (x: Tensor): Tensor;
  (x: Tensor, other: Tensor): Tensor;
  (x: Tensor, dim: number, options?: ReduceOptions | boolean): Extremes;
  (x: Tensor, options: ReduceOptions & { dim: number }): Extremes;
  readonly definition: OpDefinition;
}

function extremeOf(
  name: string,
  of: (x: Tensor) => Tensor,
  along: typeof maxAlong,
  ofTwo: typeof maximum,
): Extreme {
  const call = (
    x: Tensor,
    dim?: number | Tensor,
    options: ReduceOptions = {},
  ): Tensor | Extremes => {
    checkOptions(name, options, ['dim', 'keepdim']);
    if (dim instanceof Tensor) return ofTwo(x, dim);
    if (dim === undefined) {
      if (options.keepdim === undefined) return of(x);
      throw new ArgumentError(`${name}: keepdim needs a dim; amax and amin keep all dimensions`);
    }
    const result = along(x, dim);
    if (options.keepdim !== true) return result;
    const at = normalizeDim(name, dim, x.rank);
    // A scalar has no dimension to keep.
    if (x.rank === 0) return result;
    return { values: result.values.unsqueeze(at), indices: result.indices.unsqueeze(at) };
  };
  return Object.assign(folding<Extreme>(name, call), { definition: along.definition });
}

/**
 * The largest of all elements; or, along a dimension, the largest and its index, the first of equals
 * (torch.max).
 */
export const max: Extreme = extremeOf('max', (x) => amax(x), maxAlong, maximum);

/** The smallest, likewise (torch.min). */
export const min: Extreme = extremeOf('min', (x) => amin(x), minAlong, minimum);

type Place = Keywords<
  [x: Tensor],
  ReduceOptions & {
    /** Default: all elements in a row. */
    dim?: number | null;
  },
  [dim: number | null, keepdim: boolean]
>;

const placeOf = (name: string, extremes: Extreme): Call<Place> =>
  folding(name, (x: Tensor, dim?: number | null, options: ReduceOptions = {}): Tensor => {
    checkOptions(name, options, ['dim', 'keepdim']);
    if (typeof dim === 'number') return extremes(x, dim, options).indices;
    const place = extremes(x.flatten(), 0).indices;
    return options.keepdim === true ? place.reshape(x.shape.map(() => 1)) : place;
  });

/** Index of the largest element along a dimension, or of all elements in a row (torch.argmax). */
export const argmax: Call<Place> = placeOf('argmax', max);

/** Index of the smallest element along a dimension, or of all elements in a row (torch.argmin). */
export const argmin: Call<Place> = placeOf('argmin', min);

function ofAll(
  name: string,
  initial: number,
  choose: (a: number, b: number) => number,
): Op<Folding> {
  return folding(
    name,
    op({
      name,
      prepare: reduction(name),
      shape: ([x], attributes) => {
        needElements(name, x.shape, attributes.dims);
        return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
      },
      forward: fold(initial, choose),
      vjp: (g, { inputs: [x], outputs: [y], attributes }) => [
        shareAmongEquals(g, x, y, attributes),
      ],
    }),
  );
}

/** The largest of all elements (torch.amax); equals share the gradient. */
export const amax: Op<Folding> = ofAll('amax', -Infinity, Math.max);

/** The smallest of all elements (torch.amin); equals share the gradient. */
export const amin: Op<Folding> = ofAll('amin', Infinity, Math.min);

function shareAmongEquals(g: Tensor, x: Tensor, y: Tensor, attributes: ReduceAttributes): Tensor {
  const winners = x.eq(spread(y, x, attributes)).to(g.dtype);
  const shared = winners.div(winners.sum(attributes.dims, { keepdim: true }));
  return shared.mul(spread(g, x, attributes));
}
