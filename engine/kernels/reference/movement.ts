// Reference kernels that copy elements from place to place. Knows no shape rule and no gradient.
import type { KernelCall } from '../../ops/op';
import { elements, Tensor } from '../../tensor/tensor';
import { eachRow } from './iterate';

/** Copies `from`, strided, into `to`, strided, both of the same shape. */
export function copyInto(from: Tensor, to: Tensor): void {
  const source = elements(from);
  const target = elements(to);
  eachRow(to.shape, [from, to], ([at, out], [step, outStep], length) => {
    for (let i = 0; i < length; i++) target[out + i * outStep] = source[at + i * step]!;
  });
}

/** A window into a kernel's output, for writing a part of it. */
export function windowOf(
  y: Tensor,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): Tensor {
  return new Tensor(y.storage, shape, y.dtype, strides, offset);
}

/** The i-th slice along `dim`, which goes away. */
export function lineOf(x: Tensor, dim: number, i: number): Tensor {
  const shape = x.shape.filter((_, d) => d !== dim);
  const strides = x.strides.filter((_, d) => d !== dim);
  return windowOf(x, shape, strides, x.offset + i * x.strides[dim]);
}

/** Writes the inputs side by side along `dim`. */
export function catKernel({
  inputs,
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): void {
  let offset = y.offset;
  for (const x of inputs) {
    copyInto(x, windowOf(y, x.shape, y.strides, offset));
    offset += x.shape[dim] * y.strides[dim];
  }
}
