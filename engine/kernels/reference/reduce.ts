// Reference kernels that fold dimensions away, and softmax. Knows no shape rule and no gradient.
import type { DType } from '../../tensor/dtype';
import type { Kernel } from '../../ops/op';
import { contiguousStrides } from '../../tensor/shape';
import { elements, Tensor } from '../../tensor/tensor';
import { eachRow } from './iterate';

export interface ReduceAttributes {
  /** The dimensions that are folded, 0…rank−1. */
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

/** The output as seen from the input's shape: folded dimensions have stride 0. */
function spread(x: Tensor, y: Tensor, dims: readonly number[]): Tensor {
  const kept = x.shape.map((size, dim) => (dims.includes(dim) ? 1 : size));
  const strides = contiguousStrides(kept).map((stride, dim) => (dims.includes(dim) ? 0 : stride));
  return new Tensor(y.storage, x.shape, y.dtype, strides, y.offset);
}

/** y = finish(fold of step over the reduced elements, their count), accumulated in double precision. */
export function fold(
  initial: number,
  step: (sum: number, x: number) => number,
  finish: (sum: number, count: number, dtype: DType) => number = (sum) => sum,
): Kernel<ReduceAttributes> {
  return ({ inputs: [x], outputs: [y], attributes: { dims } }) => {
    const from = elements(x);
    const to = elements(y);
    const sums = new Float64Array(y.count).fill(initial);
    const base = y.start;
    eachRow(x.shape, [x, spread(x, y, dims)], ([at, out], [stepIn, stepOut], length) => {
      const first = out - base;
      if (stepOut === 0) {
        let sum = sums[first];
        for (let i = 0; i < length; i++) sum = step(sum, from[at + i * stepIn]);
        sums[first] = sum;
      } else {
        for (let i = 0; i < length; i++) {
          const k = first + i * stepOut;
          sums[k] = step(sums[k], from[at + i * stepIn]);
        }
      }
    });
    const count = dims.reduce((product, dim) => product * x.shape[dim], 1);
    for (let i = 0; i < sums.length; i++) to[base + i] = finish(sums[i], count, y.dtype);
  };
}

export interface DimAttributes {
  readonly dim: number;
}

/** Calls `line(start, step)` for each line of x along `dim`, in order of the remaining dimensions. */
export function eachLine(
  x: Tensor,
  dim: number,
  line: (start: number, step: number, index: number) => void,
): void {
  const shape = x.shape.filter((_, d) => d !== dim);
  const strides = x.strides.filter((_, d) => d !== dim);
  const heads = new Tensor(x.storage, shape, x.dtype, strides, x.offset);
  let index = 0;
  eachRow(shape, [heads], ([at], [step], length) => {
    for (let i = 0; i < length; i++) line(at + i * step, x.strides[dim] ?? 0, index++);
  });
}

/** The position and value of the best element of each line; the first of equals; NaN wins (as in PyTorch). */
export function extreme(better: (a: number, b: number) => boolean): Kernel<DimAttributes> {
  return ({ inputs: [x], outputs: [values, indices], attributes: { dim } }) => {
    const from = elements(x);
    const [toValues, toIndices] = [elements(values), elements(indices)];
    const size = x.shape[dim] ?? 1;
    eachLine(x, dim, (start, step, index) => {
      let best = 0;
      let value = from[start];
      for (let i = 1; i < size && !Number.isNaN(value); i++) {
        const candidate = from[start + i * step];
        if (better(candidate, value) || Number.isNaN(candidate)) {
          best = i;
          value = candidate;
        }
      }
      toValues[values.start + index] = value;
      toIndices[indices.start + index] = best;
    });
  };
}

/** softmax(x) = e^(x−max) / Σ e^(x−max) along a dimension, or its logarithm. */
export function softmaxKernel(logarithm: boolean): Kernel<DimAttributes> {
  return ({ inputs: [x], outputs: [y], attributes: { dim } }) => {
    const from = elements(x);
    const to = elements(y);
    const size = x.shape[dim] ?? 1;
    const outStep = y.strides[dim] ?? 0;
    const starts: number[] = [];
    eachLine(y, dim, (start) => starts.push(start));
    eachLine(x, dim, (start, step, index) => {
      let max = -Infinity;
      for (let i = 0; i < size; i++) max = Math.max(max, from[start + i * step]);
      let sum = 0;
      for (let i = 0; i < size; i++) sum += Math.exp(from[start + i * step] - max);
      const out = starts[index];
      const logSum = Math.log(sum);
      for (let i = 0; i < size; i++) {
        const shifted = from[start + i * step] - max;
        to[out + i * outStep] = logarithm ? shifted - logSum : Math.exp(shifted) / sum;
      }
    });
  };
}

/** The mean squared distance from the mean, in two passes, so that no digits cancel. */
export function varianceKernel(
  finish: (variance: number) => number,
): Kernel<ReduceAttributes & { readonly correction: number }> {
  return ({ inputs: [x], outputs: [y], attributes: { dims, correction } }) => {
    const from = elements(x);
    const to = elements(y);
    const count = dims.reduce((product, dim) => product * x.shape[dim], 1);
    const means = new Float64Array(y.count);
    const squares = new Float64Array(y.count);
    const visit = (use: (k: number, value: number) => void): void => {
      eachRow(x.shape, [x, spread(x, y, dims)], ([at, out], [step, outStep], length) => {
        for (let i = 0; i < length; i++) use(out + i * outStep - y.start, from[at + i * step]);
      });
    };
    visit((k, value) => (means[k] += value / count));
    visit((k, value) => (squares[k] += (value - means[k]) ** 2));
    for (let k = 0; k < squares.length; k++) {
      to[y.start + k] = finish(squares[k] / Math.max(count - correction, 0));
    }
  };
}

/** y = m + log Σ e^(x − m), where m is the largest x. */
export const logsumexpKernel: Kernel<ReduceAttributes> = ({
  inputs: [x],
  outputs: [y],
  attributes: { dims },
}) => {
  const from = elements(x);
  const to = elements(y);
  const largest = new Float64Array(y.count).fill(-Infinity);
  const sums = new Float64Array(y.count);
  const visit = (use: (k: number, value: number) => void): void => {
    eachRow(x.shape, [x, spread(x, y, dims)], ([at, out], [step, outStep], length) => {
      for (let i = 0; i < length; i++) use(out + i * outStep - y.start, from[at + i * step]);
    });
  };
  visit((k, value) => (largest[k] = Math.max(largest[k], value)));
  // Subtracting an infinite maximum would give NaN.
  const shift = largest.map((value) => (Math.abs(value) === Infinity ? 0 : value));
  visit((k, value) => (sums[k] += Math.exp(value - shift[k])));
  for (let k = 0; k < sums.length; k++) to[y.start + k] = shift[k] + Math.log(sums[k]);
};
