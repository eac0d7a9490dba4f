// Elements put where an index says, or folded with what is there. Knows no kernel's inside.
import { scatterKernel, scatterReduceKernels, type ScatterFold } from '../kernels/reference/index';
import { isFloating } from '../tensor/dtype';
import { tape } from '../tape/tape';
import { ArgumentError, checkOptions, EngineError, ShapeError } from '../tensor/errors';
import { formatShape, normalizeDim } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { full } from './create';
import { where } from './binary';
import { checkAlong } from './indices';
import { op, type Op, type TensorLike } from './op';

/** Refuses an index, or a source, that does not fit. */
function checkSource(
  name: string,
  [x, index, source]: readonly TensorType[],
  dim: number,
): TensorType {
  checkAlong(name, x, index, dim);
  if (index.shape.some((size, d) => size > (source.shape[d] ?? 0))) {
    throw new ShapeError(
      `${name}: the index is ${formatShape(index.shape)}, but the source only ${formatShape(source.shape)}`,
    );
  }
  if (source.dtype !== x.dtype) {
    throw new ArgumentError(`${name}: x is ${x.dtype}, but the source is ${source.dtype}`);
  }
  return { shape: x.shape, dtype: x.dtype };
}

const scatterOp: Op<[x: Tensor, dim: number, index: Tensor, source: Tensor]> = op({
  name: 'scatter',
  prepare: (x: Tensor, dim: number, index: Tensor, source: Tensor) => ({
    inputs: [x, index, source],
    attributes: { dim },
  }),
  shape: (types, { dim }) => checkSource('scatter', types, dim),
  forward: scatterKernel,
  vjp: (g, { inputs: [, index], types: [, , source], attributes: { dim } }) => [
    scatter(g, dim, index, 0),
    null,
    fitTo(g.gather(dim, index), source.shape),
  ],
});

/** What of the source was never scattered has no gradient. */
function fitTo(g: Tensor, shape: readonly number[]): Tensor {
  const missing = shape.map((size, dim) => size - g.shape[dim]).reverse();
  return missing.some((size) => size > 0) ? g.pad(missing.flatMap((size) => [0, size])) : g;
}

export interface ScatterOptions {
  /** Add to or multiply with what is there, instead of replacing it. */
  reduce?: 'add' | 'multiply';
}

/** x with source[i, j], or one number, put at [index[i, j], j] for dim 0, and so on (torch.scatter). */
export const scatter: Op<
  [x: Tensor, dim: number, index: Tensor, source: TensorLike, options?: ScatterOptions]
> = Object.assign(
  (
    x: Tensor,
    dim: number,
    index: Tensor,
    source: TensorLike,
    options: ScatterOptions = {},
  ): Tensor => {
    checkOptions('scatter', options, ['reduce']);
    const at = normalizeDim('scatter', dim, x.rank);
    const values =
      typeof source === 'object' ? source : full(index.shape, source, { dtype: x.dtype });
    switch (options.reduce) {
      case undefined:
        return scatterOp(x, at, index, values);
      case 'add':
        return x.scatterAdd(at, index, values);
      case 'multiply':
        return scatterReduce(x, at, index, values, 'prod');
      default:
        throw new ArgumentError(
          `scatter: reduce must be 'add' or 'multiply', but it is '${String(options.reduce)}'`,
        );
    }
  },
  { definition: scatterOp.definition },
);

const foldOp: Op<[x: Tensor, dim: number, index: Tensor, source: Tensor, fold: ScatterFold]> = op({
  name: 'scatterReduce',
  prepare: (x: Tensor, dim: number, index: Tensor, source: Tensor, fold: ScatterFold) => ({
    inputs: [x, index, source],
    attributes: { dim, fold },
  }),
  shape: (types, { dim }) => checkSource('scatterReduce', types, dim),
  forward: (call) => {
    scatterReduceKernels[call.attributes.fold](call);
  },
  vjp: (g, { inputs: [x, index, source], outputs: [y], attributes: { dim, fold } }) => {
    const used = source.shape.reduce((part, _, d) => part.slice(d, 0, index.shape[d]), source);
    if (fold === 'prod') {
      const others = productOfOthers(x, dim, index, used);
      return [
        g.mul(others.ofX),
        null,
        fitTo(g.gather(dim, index).mul(others.ofSource), source.shape),
      ];
    }
    // Winners share the gradient evenly.
    const [here, there] = [x.eq(y).to(g.dtype), used.eq(y.gather(dim, index)).to(g.dtype)];
    const share = g.div(here.scatterAdd(dim, index, there));
    const ofSource = share.gather(dim, index).mul(there);
    return [share.mul(here), null, fitTo(ofSource, source.shape)];
  },
});

/**
 * What each factor of a scattered product is multiplied by; right where some factors are 0, but only
 * once: what it puts in their place no longer depends on them.
 */
function productOfOthers(x: Tensor, dim: number, index: Tensor, source: Tensor) {
  const [zeroX, zeroSource] = [x.eq(0), source.eq(0)];
  const zeros = zeroX.to('int32').scatterAdd(dim, index, zeroSource.to('int32'));
  if (tape.gradEnabled && tape.mode !== 'meta' && zeros.any().item() === 1) {
    throw new EngineError(
      'error',
      "scatterReduce: the second derivative of 'prod' is not known where a factor is 0",
    );
  }
  const [safeX, safeSource] = [where(zeroX, 1, x), where(zeroSource, 1, source)];
  // The product of all factors but the zeros: what a lone zero is multiplied by.
  const product = foldOp(safeX, dim, index, safeSource, 'prod');
  const others = (factor: Tensor, isZero: Tensor, total: Tensor, count: Tensor): Tensor =>
    where(count.sub(isZero.to('int32')).eq(0), total.div(factor), 0);
  return {
    ofX: others(safeX, zeroX, product, zeros),
    ofSource: others(safeSource, zeroSource, product.gather(dim, index), zeros.gather(dim, index)),
  };
}

export interface ScatterReduceOptions {
  /** Whether what stands in x takes part. Default true. */
  includeSelf?: boolean;
}

export type ScatterReduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

/** What a place starts from when x itself does not take part. */
const neutral: Record<ScatterReduction, number> = {
  sum: 0,
  prod: 1,
  mean: 0,
  amax: -Infinity,
  amin: Infinity,
};

/** x with all source[i, j] that go to one place folded together there (torch.scatter_reduce). */
export const scatterReduce = (
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: ScatterReduction,
  options: ScatterReduceOptions = {},
): Tensor => {
  checkOptions('scatterReduce', options, ['includeSelf']);
  if (!Object.hasOwn(neutral, reduce)) {
    throw new ArgumentError(
      `scatterReduce: reduce must be one of ${Object.keys(neutral).join(', ')}, but it is '${reduce}'`,
    );
  }
  const at = normalizeDim('scatterReduce', dim, x.rank);
  const { includeSelf = true } = options;
  if (!includeSelf && !isFloating(x.dtype) && !Number.isFinite(neutral[reduce])) {
    throw new ArgumentError(
      `scatterReduce: includeSelf: false with reduce '${reduce}' needs floating point elements, not ${x.dtype}`,
    );
  }
  const start = includeSelf ? x : scatter(x, at, index, neutral[reduce]);
  if (reduce === 'prod' || reduce === 'amax' || reduce === 'amin') {
    return foldOp(start, at, index, source, reduce);
  }
  const total = start.scatterAdd(at, index, source);
  if (reduce === 'sum') return total;
  const ones = source.detach().onesLike();
  const own = includeSelf ? x.detach().onesLike() : scatter(x.detach().onesLike(), at, index, 0);
  const count = own.scatterAdd(at, index, ones);
  return isFloating(x.dtype) ? total.div(count) : total.floorDivide(count);
};
