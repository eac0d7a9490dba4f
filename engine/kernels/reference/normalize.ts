// Reference kernel that brings groups of elements to mean 0 and variance 1. Knows no shape rule.
import type { KernelCall } from '../../ops/op';
import { elements, Tensor } from '../../tensor/tensor';
import { eachRow } from './iterate';

export interface StandardizeAttributes {
  /** The dimensions that one mean and one variance are taken over. */
  readonly dims: readonly number[];
  readonly eps: number;
}

/** y = (x − mean) / √(variance + eps), with mean and variance; two passes, in double precision. */
export function standardizeKernel({
  inputs: [x],
  outputs: [y, mean, variance],
  attributes: { eps },
}: KernelCall<StandardizeAttributes>): void {
  const [from, to, means, variances] = [x, y, mean, variance].map((tensor) => elements(tensor));
  const sums = new Float64Array(mean.count);
  const squares = new Float64Array(mean.count);
  const count = mean.count === 0 ? 0 : x.count / mean.count;
  const groups = groupOf(x, mean);
  const eachElement = (visit: (at: number, out: number, group: number) => void): void => {
    eachRow(x.shape, [x, y, groups], ([at, out, group], [step, outStep, groupStep], length) => {
      for (let i = 0; i < length; i++) {
        visit(at + i * step, out + i * outStep, group - groups.start + i * groupStep);
      }
    });
  };
  eachElement((at, _, group) => (sums[group] += from[at]));
  for (let group = 0; group < sums.length; group++) sums[group] /= count;
  eachElement((at, _, group) => (squares[group] += (from[at] - sums[group]) ** 2));
  for (let group = 0; group < sums.length; group++) {
    means[mean.start + group] = sums[group];
    variances[variance.start + group] = squares[group] / count;
    squares[group] = 1 / Math.sqrt(squares[group] / count + eps);
  }
  eachElement((at, out, group) => (to[out] = (from[at] - sums[group]) * squares[group]));
}

/** dx = (g − mean(g) − y · mean(g · y)) / √(variance + eps) in each group, in double precision. */
export function standardizeGradKernel({
  inputs: [g, y, variance],
  outputs: [dx],
  attributes: { eps },
}: KernelCall<StandardizeAttributes>): void {
  const [gs, ys, variances, to] = [g, y, variance, dx].map((tensor) => elements(tensor));
  const ofOnes = new Float64Array(variance.count);
  const ofValues = new Float64Array(variance.count);
  const count = variance.count === 0 ? 0 : y.count / variance.count;
  const groups = groupOf(y, variance);
  const eachElement = (visit: (g: number, y: number, out: number, group: number) => void): void => {
    eachRow(y.shape, [g, y, dx, groups], (at, step, length) => {
      for (let i = 0; i < length; i++) {
        const [ofG, ofY, out, group] = at.map((start, k) => start + i * step[k]);
        visit(gs[ofG], ys[ofY], out, group - groups.start);
      }
    });
  };
  eachElement((g, y, _, group) => {
    ofOnes[group] += g / count;
    ofValues[group] += (g * y) / count;
  });
  eachElement((g, y, out, group) => {
    const std = Math.sqrt(variances[variance.start + group] + eps);
    to[out] = (g - ofOnes[group] - y * ofValues[group]) / std;
  });
}

/** One element per group, seen in the input's shape. */
function groupOf(x: Tensor, mean: Tensor): Tensor {
  const strides = mean.strides.map((stride, dim) =>
    mean.shape[dim] === x.shape[dim] ? stride : 0,
  );
  return new Tensor(mean.storage, x.shape, mean.dtype, strides, mean.offset);
}
