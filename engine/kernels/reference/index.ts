// Reference kernels that read and write where an index tensor says. Knows no gradient.
import type { Kernel, KernelCall } from '../../ops/op';
import { ArgumentError } from '../../tensor/errors';
import { contiguousStrides, formatShape } from '../../tensor/shape';
import { elements, forEachElement, type Tensor } from '../../tensor/tensor';
import { copyInto, windowOf } from './movement';
import { eachRow } from './iterate';

/** A checked index: inside the dimension. */
function place(
  name: string,
  index: number,
  size: number,
  dim: number,
  shape: readonly number[],
): number {
  if (index >= 0 && index < size) return index;
  throw new ArgumentError(
    `${name}: index ${index} is out of range for dim ${dim} of ${formatShape(shape)} (0 to ${size - 1})`,
  );
}

/** Whole rows of x along dim, in the order of a vector of indices. */
export function indexSelectKernel({
  inputs: [x, index],
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): void {
  const order = elements(index);
  const rowShape = x.shape.with(dim, 1);
  for (let i = 0; i < index.count; i++) {
    const from = place(
      'indexSelect',
      order[index.start + i * index.strides[0]],
      x.shape[dim],
      dim,
      x.shape,
    );
    copyInto(
      windowOf(x, rowShape, x.strides, x.offset + from * x.strides[dim]),
      windowOf(y, rowShape, y.strides, y.offset + i * y.strides[dim]),
    );
  }
}

/** Adds whole rows of g to the rows of y that a vector of indices names; y starts at zero. */
export function indexAddKernel({
  inputs: [g, index],
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): void {
  const order = elements(index);
  elements(y).fill(0, y.start, y.start + y.count);
  const rowShape = g.shape.with(dim, 1);
  for (let i = 0; i < index.count; i++) {
    const to = place(
      'indexAdd',
      order[index.start + i * index.strides[0]],
      y.shape[dim],
      dim,
      y.shape,
    );
    addInto(
      windowOf(g, rowShape, g.strides, g.offset + i * g.strides[dim]),
      windowOf(y, rowShape, y.strides, y.offset + to * y.strides[dim]),
    );
  }
}

function addInto(from: Tensor, to: Tensor): void {
  const source = elements(from);
  const target = elements(to);
  eachRow(to.shape, [from, to], ([at, out], [step, outStep], length) => {
    for (let i = 0; i < length; i++) target[out + i * outStep] += source[at + i * step];
  });
}

/** y[i…] = x[i… with dim replaced by index[i…]]. */
export function gatherKernel({
  inputs: [x, index],
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): void {
  const [from, order, to] = [elements(x), elements(index), elements(y)];
  eachIndexed(x, index, y, dim, (at, which, out) => {
    const i = place('gather', order[which], x.shape[dim], dim, x.shape);
    to[out] = from[at + i * x.strides[dim]]!;
  });
}

/** y = x, then source[…] put into y[… index …] by `put`. */
function scatterWith(
  name: string,
  put: (old: number, value: number) => number,
): Kernel<{ dim: number }> {
  return ({ inputs: [x, index, source], outputs: [y], attributes: { dim } }) => {
    copyInto(x, y);
    const [values, order, to] = [elements(source), elements(index), elements(y)];
    eachIndexed(y, index, source, dim, (at, which, from) => {
      const i = place(name, order[which], y.shape[dim] ?? 1, dim, y.shape);
      const target = at + i * (y.strides[dim] ?? 0);
      to[target] = put(to[target], values[from]);
    });
  };
}

/** y = x, then y[… index …] += source[…]. */
export const scatterAddKernel = scatterWith('scatterAdd', (old, value) => old + value);

/** y = x, then y[… index …] = source[…], the last of several. */
export const scatterKernel = scatterWith('scatter', (_, value) => value);

export type ScatterFold = 'prod' | 'amax' | 'amin';

/** y = x, then every source[…] folded into y[… index …]. */
export const scatterReduceKernels: Record<ScatterFold, Kernel<{ dim: number }>> = {
  prod: scatterWith('scatterReduce', (old, value) => old * value),
  amax: scatterWith('scatterReduce', Math.max),
  amin: scatterWith('scatterReduce', Math.min),
};

/** The indices of all elements that are not zero, one row for each. */
export function nonzeroKernel({ inputs: [x], outputs: [y] }: KernelCall): void {
  const [from, to] = [elements(x), elements(y)];
  const steps = contiguousStrides(x.shape);
  let row = 0;
  let out = y.start;
  forEachElement(x, (position) => {
    if (from[position] !== 0) {
      for (let d = 0; d < x.rank; d++) to[out++] = Math.floor(row / steps[d]) % x.shape[d];
    }
    row++;
  });
}

/** Walks an index tensor beside the line of `lines` that it points into and its twin of equal shape. */
function eachIndexed(
  lines: Tensor,
  index: Tensor,
  twin: Tensor,
  dim: number,
  visit: (lineStart: number, indexAt: number, twinAt: number) => void,
): void {
  // Along dim the line's own position does not move: the index says where to look.
  const line = windowOf(
    lines,
    index.shape,
    lines.strides.map((step, d) => (d === dim ? 0 : step)),
    lines.offset,
  );
  const same = windowOf(twin, index.shape, twin.strides, twin.offset);
  eachRow(index.shape, [line, index, same], (at, step, length) => {
    for (let i = 0; i < length; i++) {
      visit(at[0] + i * step[0], at[1] + i * step[1], at[2] + i * step[2]);
    }
  });
}
