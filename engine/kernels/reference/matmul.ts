// The reference kernel for products of matrices. Knows no shape rule and no gradient.
import type { KernelCall } from '../../ops/op';
import { broadcastStrides } from '../../tensor/shape';
import { elements, Tensor } from '../../tensor/tensor';
import { eachRow } from './iterate';

/** y[…, i, j] = Σₖ a[…, i, k] · b[…, k, j]; batch dimensions broadcast. Sums in double precision, in order of k. */
export function matmulKernel({ inputs: [a, b], outputs: [y] }: KernelCall): void {
  const [left, right, to] = [elements(a), elements(b), elements(y)];
  const rows = a.shape.at(-2)!;
  const inner = a.shape.at(-1)!;
  const columns = b.shape.at(-1)!;
  const [aRow, aInner] = a.strides.slice(-2) as [number, number];
  const [bInner, bColumn] = b.strides.slice(-2) as [number, number];
  const batch = y.shape.slice(0, -2);
  const heads = [a, b, y].map((x) => batchHeads(x, batch));
  const sums = new Float64Array(columns);
  eachRow(batch, heads, ([atA, atB, out], [stepA, stepB, outStep], length) => {
    for (let n = 0; n < length; n++) {
      const startA = atA + n * stepA;
      const startB = atB + n * stepB;
      const start = out + n * outStep;
      for (let i = 0; i < rows; i++) {
        sums.fill(0);
        for (let k = 0; k < inner; k++) {
          const factor = left[startA + i * aRow + k * aInner];
          const row = startB + k * bInner;
          for (let j = 0; j < columns; j++) sums[j] += factor * right[row + j * bColumn];
        }
        for (let j = 0; j < columns; j++) to[start + i * columns + j] = sums[j]!;
      }
    }
  });
}

/** The first element of each matrix of a batch, as a tensor over the batch dimensions. */
function batchHeads(x: Tensor, batch: readonly number[]): Tensor {
  const shape = x.shape.slice(0, -2);
  const strides = broadcastStrides(shape, x.strides.slice(0, -2), batch);
  return new Tensor(x.storage, batch, x.dtype, strides, x.offset);
}
