// Reference kernels that go along lines and keep their length: sums so far, sorting. Knows no gradient.
import type { Kernel } from '../../ops/op';
import { inInt32 } from '../../tensor/dtype';
import { elements, type Tensor } from '../../tensor/tensor';
import { eachLine, type DimAttributes } from './reduce';

/** y₀ = x₀, yₖ = step(yₖ₋₁, xₖ) along a dimension. */
export function scanKernel(
  name: string,
  step: (sum: number, x: number) => number,
): Kernel<DimAttributes> {
  const whole = (sum: number, x: number): number => inInt32(name, step(sum, x));
  return ({ inputs: [x], outputs: [y], attributes: { dim } }) => {
    scanLines(x, x, y, dim, y.dtype === 'int32' ? whole : step);
  };
}

/** y₀ = a₀, yₖ = aₖ + bₖ · yₖ₋₁ along a dimension. */
export const linearScanKernel: Kernel<DimAttributes> = ({
  inputs: [a, b],
  outputs: [y],
  attributes: { dim },
}) => {
  scanLines(a, b, y, dim, (sum, start, factor) => start + factor * sum);
};

function scanLines(
  a: Tensor,
  b: Tensor,
  y: Tensor,
  dim: number,
  step: (sum: number, a: number, b: number) => number,
): void {
  const [first, second, to] = [elements(a), elements(b), elements(y)];
  const size = y.shape[dim] ?? 1;
  const starts = [a, b, y].map((x) => lineStarts(x, dim));
  const [stepA, stepB, stepY] = [a, b, y].map((x) => x.strides[dim] ?? 0);
  starts[2].forEach((at, line) => {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const value = first[starts[0][line] + i * stepA];
      sum = i === 0 ? value : step(sum, value, second[starts[1][line] + i * stepB]);
      to[at + i * stepY] = sum;
    }
  });
}

/** Where each line along `dim` begins; none when the lines are empty. */
function lineStarts(x: Tensor, dim: number): number[] {
  const starts: number[] = [];
  if (x.count > 0) eachLine(x, dim, (start) => starts.push(start));
  return starts;
}

/** Values along a dimension in order, and where each was; stable, NaN counts as the largest. */
export const sortKernel: Kernel<DimAttributes & { readonly descending: boolean }> = ({
  inputs: [x],
  outputs: [values, indices],
  attributes: { dim, descending },
}) => {
  const from = elements(x);
  const [toValues, toIndices] = [elements(values), elements(indices)];
  const size = x.shape[dim] ?? 1;
  const [step, outStep] = [x.strides[dim] ?? 0, values.strides[dim] ?? 0];
  const [starts, outStarts] = [lineStarts(x, dim), lineStarts(values, dim)];
  const shift = indices.start - values.start;
  const rank = (value: number): number => (Number.isNaN(value) ? Infinity : value);
  starts.forEach((start, line) => {
    const order = Array.from({ length: size }, (_, i) => i);
    order.sort((i, j) => {
      const [a, b] = [from[start + i * step], from[start + j * step]];
      const nans = Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      const difference = nans !== 0 || rank(a) === rank(b) ? nans : rank(a) - rank(b);
      return descending ? -difference : difference;
    });
    order.forEach((i, place) => {
      const at = outStarts[line] + place * outStep;
      toValues[at] = from[start + i * step];
      toIndices[at + shift] = i;
    });
  });
};
