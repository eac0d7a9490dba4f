// SIMD kernels for products of matrices: any batch, any transposed view. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import type { Tensor } from '../tensor/tensor';
import { panelWidth, widePanelWidth } from './emit/gemm';
import { job } from './job';
import { kernel, scratch } from './library';
import { inParts, type Use } from './pool';
import { arithmetic, wide } from './tier';
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

/** Below so many nanoseconds a product is one thread's, in the usual tiles. */
const smallest = 2000;
const packRows = { '': 'packRows', Wide: 'packRowsWide' } as const;
const packColumns = { '': 'packColumns', Wide: 'packColumnsWide' } as const;
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

/** The same as one part of a larger product, or of many; `pairs`: in tiles of twice the columns. */
export function multiplyPart(
  use: Use,
  part: number,
  pairs: boolean,
  a: Matrix,
  b: Matrix,
  c: { readonly at: number; readonly row: number },
  [m, n, k]: readonly [number, number, number],
): void {
  const name = productFor(a);
  const whole = pairs && name !== 'gemm' ? n - (n % widePanelWidth) : 0;
  if (whole > 0) {
    multiplyPanels(use, part, 'Wide', name, a, b, c, [m, whole, k]);
    if (whole === n) return;
    const rest = { ...b, at: b.at + whole * b.column };
    const target = { ...c, at: c.at + 4 * whole };
    multiplyPanels(use, part, '', name, a, rest, target, [m, n - whole, k]);
  } else multiplyPanels(use, part, '', name, a, b, c, [m, n, k]);
}

function multiplyPanels(
  use: Use,
  part: number,
  kind: '' | 'Wide',
  name: string,
  a: Matrix,
  b: Matrix,
  c: { readonly at: number; readonly row: number },
  [m, n, k]: readonly [number, number, number],
): void {
  const gemm = use(kind === '' ? name : `${name}Wide`);
  const width = kind === '' ? panelWidth : widePanelWidth;
  if (b.column === 4 && m <= fewRows) {
    gemm(a.at, a.row, a.column, b.at, b.row, 4 * width, c.at, c.row, m, n, k, 0);
    return;
  }
  const pack = use(b.column === 4 ? packRows[kind] : packColumns[kind]);
  const stride = b.column === 4 ? b.row : b.column;
  const block = Math.min(k, innerBlock);
  const panel = 4 * width * block;
  const packed = scratch(panelSlots[part], Math.ceil(n / width) * panel);
  for (let from = 0; from < k; from += block) {
    const size = Math.min(block, k - from);
    pack(b.at + from * b.row, stride, packed, panel, n, size);
    const left = a.at + from * a.column;
    const accumulate = Number(from > 0);
    gemm(left, a.row, a.column, packed, 4 * width, panel, c.at, c.row, m, n, size, accumulate);
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
  const pairs = wide?.verdict === 'other';
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
        multiplyPart(use, part, pairs, ofA, ofB, { ...to, at: at(2) }, [m, n, k]);
      }
    });
  });
  return true;
}

/** Where the last two dimensions lie. */
export function matrixOf(x: Tensor): Matrix {
  const rank = x.shape.length;
  const [rows, columns] = [x.shape[rank - 2], x.shape[rank - 1]];
  // The stride of a dimension of size 1 is never used, so it may as well be the dense one.
  const column = columns === 1 && x.strides[rank - 2] !== 1 ? 4 : 4 * x.strides[rank - 1];
  const row = rows === 1 && column !== 4 ? 4 : 4 * x.strides[rank - 2];
  return { at: address(x), row, column };
}
