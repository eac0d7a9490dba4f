// SIMD kernels for products of matrices: any batch, any transposed view. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import type { Tensor } from '../tensor/tensor';
import { widePanelWidth } from './emit/gemm';
import { kernel } from './library';
import { multiplyPart, type Matrix } from './panels';
import { inParts } from './pool';
import { wide } from './tier';
import { address, byteStrides, eachPlane, joinDims } from './planes';

/** Rows of the tallest tile. */
export const tileRows = 5;
/** Below so many nanoseconds a product is one thread's, in the usual tiles. */
const smallest = 2000;
/** Nanoseconds of one product and its sum, so that small products stay on one thread. */
export const perTerm = 0.04;
/** So many rows below each other are shared by rows: then all threads read the same panels. */
const tall = 4;

/** c = a · b for float32 matrices of m × k and k × n; b must be dense along one side, c along its rows. */
export function multiply(
  a: Matrix,
  b: Matrix,
  c: Pick<Matrix, 'at' | 'row'>,
  [m, n, k]: readonly [number, number, number],
): void {
  const each = n * k * perTerm;
  if (m * each < smallest) {
    multiplyPart(kernel, 0, false, a, b, c, [m, n, k]);
    return;
  }
  const trial = wide?.begin(m * each);
  const pairs = trial?.way === 'other';
  if (trial !== undefined && wide!.verdict === undefined) {
    // One thing is tried at a time.
    multiplyPart(kernel, 0, pairs, a, b, c, [m, n, k]);
  } else if (m < tall * n) {
    inParts(n, widePanelWidth, m * k * perTerm, (from, to, use, index) => {
      const columns = { ...b, at: b.at + from * b.column };
      const target = { ...c, at: c.at + 4 * from };
      multiplyPart(use, index, pairs, a, columns, target, [m, to - from, k]);
    });
  } else {
    inParts(m, tileRows, each, (from, to, use, index) => {
      const rows = { ...a, at: a.at + from * a.row };
      const target = { ...c, at: c.at + from * c.row };
      multiplyPart(use, index, pairs, rows, b, target, [to - from, n, k]);
    });
  }
  if (trial !== undefined) wide!.end(trial);
}

/** y[…, i, j] = Σₖ a[…, i, k] · b[…, k, j] in float32, each sum in order of k. */
export function matmulSimd({ inputs: [a, b], outputs: [y] }: KernelCall): boolean {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return false;
  const rank = y.shape.length;
  const [m, n, k] = [y.shape[rank - 2], y.shape[rank - 1], a.shape[a.shape.length - 1]];
  if (m === 0 || n === 0 || k === 0) return false;
  const [left, right] = [matrixOf(a), matrixOf(b)];
  if (right.column !== 4 && right.row !== 4) return false;
  const to = { at: address(y), row: 4 * n };
  if (rank === 2) {
    multiply(left, right, to, [m, n, k]);
    return true;
  }
  const batch = y.shape.slice(0, -2);
  const strides = [a, b, y].map((x) => {
    const all = byteStrides(x, [...batch, ...x.shape.slice(-2)]);
    return all.slice(0, batch.length);
  });
  const runs = joinDims(batch, strides);
  // One matrix on the right for a whole batch on the left is one tall product.
  const only = runs.length === 1 ? runs[0] : undefined;
  if (only !== undefined && only.strides[1] === 0 && only.strides[0] === m * left.row) {
    multiply(left, right, to, [m * only.size, n, k]);
    return true;
  }
  const step = runs.at(-1)?.strides ?? [0, 0, 0];
  const pairs = wide?.verdict === 'other';
  // A column is a row of the transposed product: the same sums, with none of a panel's columns idle.
  const turned = n === 1 && m > 1 && (left.column === 4 || left.row === 4);
  const [first, second] = turned ? ([1, 0] as const) : ([0, 1] as const);
  const [ofFirst, ofSecond] = turned ? [transposed(right), transposed(left)] : [left, right];
  const sizes = turned ? ([1, m, k] as const) : ([m, n, k] as const);
  const steps = { a: step[first], b: step[second], c: step[2] };
  eachPlane(runs, [left.at, right.at, to.at], (starts, rowSteps, rows, columns) => {
    const each = m * n * k * perTerm;
    inParts(rows * columns, 1, each, (from, end, use, part) => {
      for (let i = from; i < end;) {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const count = Math.min(end - i, columns - column);
        const at = (x: 0 | 1 | 2): number => starts[x] + row * rowSteps[x] + column * step[x];
        const [a, b] = [
          { ...ofFirst, at: at(first) },
          { ...ofSecond, at: at(second) },
        ];
        const c = { at: at(2), row: 4 * sizes[1] };
        multiplyPart(use, part, pairs, a, b, c, sizes, { count, ...steps });
        i += count;
      }
    });
  });
  return true;
}

const transposed = ({ at, row, column }: Matrix): Matrix => ({ at, row: column, column: row });

/** Where the last two dimensions lie. */
export function matrixOf(x: Tensor): Matrix {
  const rank = x.shape.length;
  const [rows, columns] = [x.shape[rank - 2], x.shape[rank - 1]];
  // The stride of a dimension of size 1 is never used, so it may as well be the dense one.
  const column = columns === 1 && x.strides[rank - 2] !== 1 ? 4 : 4 * x.strides[rank - 1];
  const row = rows === 1 && column !== 4 ? 4 : 4 * x.strides[rank - 2];
  return { at: address(x), row, column };
}
