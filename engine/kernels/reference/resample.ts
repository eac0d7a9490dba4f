// Reference kernels that read a plane through weighted or variable windows, one list for rows and one for columns.
import type { Kernel } from '../../ops/op';
import { elements } from '../../tensor/tensor';

/** For each output row (or column): which inputs it reads, and with what weight. */
export type Taps = readonly (readonly (readonly [input: number, weight: number])[])[];

export interface Resampling {
  readonly rows: Taps;
  readonly columns: Taps;
}

/** y[…, i, j] = Σ over taps of row weight · column weight · x. Sums in double precision. */
export const resampleKernel: Kernel<Resampling> = ({
  inputs: [x],
  outputs: [y],
  attributes: { rows, columns },
}) => {
  const [from, to] = [elements(x), elements(y)];
  let out = y.start;
  eachPlane(x.shape, x.strides, x.start, (plane) => {
    for (const row of rows) {
      for (const column of columns) {
        let sum = 0;
        for (const [i, rowWeight] of row) {
          const at = plane + i * x.strides[2];
          for (const [j, weight] of column) sum += rowWeight * weight * from[at + j * x.strides[3]];
        }
        to[out++] = sum;
      }
    }
  });
};

/** The largest element that each row and column of taps reads, and its place in the plane. */
export const largestKernel: Kernel<Resampling> = ({
  inputs: [x],
  outputs: [y, indices],
  attributes: { rows, columns },
}) => {
  const [from, to, where] = [elements(x), elements(y), elements(indices)];
  const shift = indices.start - y.start;
  let out = y.start;
  eachPlane(x.shape, x.strides, x.start, (plane) => {
    for (const row of rows) {
      for (const column of columns) {
        let best = -Infinity;
        let place = -1;
        for (const [i] of row) {
          for (const [j] of column) {
            const value = from[plane + i * x.strides[2] + j * x.strides[3]];
            if (place < 0 || value > best || Number.isNaN(value)) {
              best = value;
              place = i * x.shape[3] + j;
            }
          }
        }
        to[out] = best;
        where[out + shift] = place;
        out++;
      }
    }
  });
};

function eachPlane(
  shape: readonly number[],
  strides: readonly number[],
  start: number,
  visit: (plane: number) => void,
): void {
  for (let n = 0; n < shape[0]; n++) {
    for (let c = 0; c < shape[1]; c++) visit(start + n * strides[0] + c * strides[1]);
  }
}
