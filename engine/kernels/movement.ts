// SIMD kernels that copy elements from place to place. Knows no shape rule and no gradient.
import type { Kernel } from '../ops/op';
import { bytesPerElement } from '../tensor/dtype';
import type { Shape } from '../tensor/shape';
import { Tensor } from '../tensor/tensor';
import { kernel } from './library';
import { inParts } from './pool';
import { address, byteStrides, eachPlane, joinDims } from './planes';
import { lineOf, windowOf } from './reference/movement';

/** Fewer than these are copied by this thread alone. */
const fewElements = 8192;

/** A copy of any strided tensor of 4-byte elements. */
export const copyKernel: Kernel = ({ inputs: [x], outputs: [y] }) => copyTensor(x, y);

/** Copies `from` into `to`, both strided and of one shape; false when the elements are not of 4 bytes. */
export function copyTensor(from: Tensor, to: Tensor, target = address(to)): boolean {
  if (from.dtype !== to.dtype || bytesPerElement[from.dtype] !== 4) return false;
  if (to.count === 0) return true;
  const runs = joinDims(to.shape, [byteStrides(from, to.shape), byteStrides(to, to.shape)]);
  const [fromColumn, toColumn] = runs.at(-1)?.strides ?? [4, 4];
  const run = kernel('copy');
  eachPlane(runs, [address(from), target], ([x, y], [fromRow, toRow], rows, columns) => {
    if (fromRow === 4 && fromColumn !== 4 && toColumn === 4 && rows > 1) {
      // Four rows of the source at a time, so that parts begin where a vector does.
      inParts(rows, 4, 0.3 * columns, (first, end, use) => {
        const [source, place] = [x + 4 * first, y + first * toRow];
        use('copyTransposed')(source, fromColumn, place, toRow, end - first, columns);
      });
      return;
    }
    if (rows * columns < fewElements) {
      run(x, fromRow, fromColumn, y, toRow, toColumn, rows, columns);
      return;
    }
    inParts(rows, 1, 0.4 * columns, (first, end, use) => {
      const [source, place] = [x + first * fromRow, y + first * toRow];
      use('copy')(source, fromRow, fromColumn, place, toRow, toColumn, end - first, columns);
    });
  });
  return true;
}

/** A dense copy of any strided tensor, whatever the output's own shape is. */
export const reshapeSimd: Kernel<{ shape: Shape }> = ({ inputs: [x], outputs: [y] }) =>
  copyTensor(x, new Tensor(null, x.shape, y.dtype), address(y));

/** Writes the inputs side by side along a dimension. */
export const catSimd: Kernel<{ dim: number }> = ({ inputs, outputs: [y], attributes: { dim } }) => {
  if (inputs.some((x) => x.dtype !== y.dtype) || bytesPerElement[y.dtype] !== 4) return false;
  let { offset } = y;
  for (const x of inputs) {
    copyTensor(x, windowOf(y, x.shape, y.strides, offset));
    offset += x.shape[dim] * y.strides[dim];
  }
  return true;
};

/** Copies each slice along a dimension into a tensor of its own. */
export const unbindSimd: Kernel<{ dim: number }> = ({ inputs: [x], outputs, attributes }) => {
  if (bytesPerElement[x.dtype] !== 4) return false;
  outputs.forEach((y, i) => copyTensor(lineOf(x, attributes.dim, i), y));
  return true;
};

/** Zeros, with g copied into every `step`-th place from `start` along a dimension. */
export const sliceGradientSimd: Kernel<{ dim: number; start: number; step: number }> = ({
  inputs: [g],
  outputs: [y],
  attributes: { dim, start, step },
}) => {
  if (g.dtype !== y.dtype || bytesPerElement[g.dtype] !== 4) return false;
  kernel('zero')(address(y), 4 * y.count);
  const strides = y.strides.with(dim, y.strides[dim] * step);
  return copyTensor(g, windowOf(y, g.shape, strides, y.offset + start * y.strides[dim]));
};
