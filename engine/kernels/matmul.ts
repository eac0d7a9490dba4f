// SIMD kernels for products of matrices: any batch, any transposed view. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import type { Tensor } from '../tensor/tensor';
import { panelWidth } from './emit/gemm';
import { job } from './job';
import { scratch } from './library';
import { inParts, type Use } from './pool';
import { arithmetic } from './tier';
import { address, byteStrides, eachPlane, joinDims } from './planes';

/** A matrix in memory; strides are in bytes. */
export interface Matrix {
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** So much of a panel stays in the first-level cache. */
const innerBlock = 512;
/** Rows of the tallest tile. */
const tileRows = 5;
/** Names of the blocks for panels, one for each part of a product. */
const panelSlots = Array.from({ length: job.mostParts }, (_, part) => `panels ${part}`);
/** With so few rows, packing would cost as much as multiplying. */
const fewRows = 8;

/** Nanoseconds of one product and its sum, so that small products stay on one thread. */
const perTerm = 0.04;
/** So many rows below each other are shared by rows: then all threads read the same panels. */
const tall = 4;

/** c = a · b for float32 matrices of m × k and k × n; b must be dense along one side, c along its rows. */
export function multiply(
  a: Matrix,
  b: Matrix,
  c: { readonly at: number; readonly row: number },
  [m, n, k]: readonly [number, number, number],
): void {
  if (m < tall * n) {
    inParts(n, panelWidth, m * k * perTerm, (from, to, use, index) => {
      const columns = { ...b, at: b.at + from * b.column };
      const target = { ...c, at: c.at + 4 * from };
      multiplyHere(use, index, a, columns, target, [m, to - from, k]);
    });
  } else {
    inParts(m, tileRows, n * k * perTerm, (from, to, use, index) => {
      const rows = { ...a, at: a.at + from * a.row };
      const target = { ...c, at: c.at + from * c.row };
      multiplyHere(use, index, rows, b, target, [to - from, n, k]);
    });
  }
}

/** The same as one part of a larger product, or of many. */
function multiplyHere(
  use: Use,
  part: number,
  a: Matrix,
  b: Matrix,
  c: { readonly at: number; readonly row: number },
  [m, n, k]: readonly [number, number, number],
): void {
  const gemm = use(productFor(a));
  if (b.column === 4 && m <= fewRows) {
    gemm(a.at, a.row, a.column, b.at, b.row, 4 * panelWidth, c.at, c.row, m, n, k, 0);
    return;
  }
  const pack = use(b.column === 4 ? 'packRows' : 'packColumns');
  const stride = b.column === 4 ? b.row : b.column;
  const block = Math.min(k, innerBlock);
  const panel = 4 * panelWidth * block;
  const packed = scratch(panelSlots[part], Math.ceil(n / panelWidth) * panel);
  for (let from = 0; from < k; from += block) {
    const size = Math.min(block, k - from);
    pack(b.at + from * b.row, stride, packed, panel, n, size);
    const left = a.at + from * a.column;
    const accumulate = Number(from > 0);
    gemm(left, a.row, a.column, packed, 4 * panelWidth, panel, c.at, c.row, m, n, size, accumulate);
  }
}

/** The kernel whose loop suits what lies side by side in the left matrix. */
function productFor({ row, column }: Matrix): string {
  if (arithmetic.tier !== 'simd 5x8') return 'gemm';
  return column === 4 ? 'gemmRows' : row === 4 ? 'gemmColumns' : 'gemm';
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
  eachPlane(runs, [left.at, right.at, to.at], (starts, rowSteps, rows, columns) => {
    const each = m * n * k * perTerm;
    inParts(rows * columns, 1, each, (from, end, use, part) => {
      for (let i = from; i < end; i++) {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const at = (x: 0 | 1 | 2): number => starts[x] + row * rowSteps[x] + column * step[x];
        const [ofA, ofB] = [
          { ...left, at: at(0) },
          { ...right, at: at(1) },
        ];
        multiplyHere(use, part, ofA, ofB, { ...to, at: at(2) }, [m, n, k]);
      }
    });
  });
  return true;
}

function matrixOf(x: Tensor): Matrix {
  const rank = x.shape.length;
  const [rows, columns] = [x.shape[rank - 2], x.shape[rank - 1]];
  // The stride of a dimension of size 1 is never used, so it may as well be the dense one.
  const column = columns === 1 && x.strides[rank - 2] !== 1 ? 4 : 4 * x.strides[rank - 1];
  const row = rows === 1 && column !== 4 ? 4 : 4 * x.strides[rank - 2];
  return { at: address(x), row, column };
}
