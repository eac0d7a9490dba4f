// SIMD kernels for products of matrices: any batch, any transposed view. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import type { Tensor } from '../tensor/tensor';
import { packingNames, panelWidth, productNames, widePanelWidth } from './emit/gemm';
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
export const tileRows = 5;
/** Names of the blocks for panels, one for each part of a product. */
const panelSlots = Array.from({ length: job.mostParts }, (_, part) => `panels ${part}`);
/** With so few rows, packing would cost as much as multiplying: they multiply b as it lies. */
const fewRows = 8;

/** Below so many nanoseconds a product is one thread's, in the usual tiles. */
const smallest = 2000;
type ProductName = (typeof productNames)[number];
type PackingName = (typeof packingNames)[number];
/** The product in tiles of twice the columns. */
const twice = { gemm: 'gemm', gemmRows: 'gemmRowsWide', gemmColumns: 'gemmColumnsWide' } as const;
/** Nanoseconds of one product and its sum, so that small products stay on one thread. */
export const perTerm = 0.04;
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
  for (let from = 0; from < k; from += innerBlock) {
    const size = Math.min(innerBlock, k - from);
    const packed = pack(use, part, pairs, a, { ...b, at: b.at + from * b.row }, [m, n, size]);
    multiplyPacked(use, { ...a, at: a.at + from * a.column }, packed, c, [m, size], from > 0);
  }
}

/** Columns of a right matrix as the product from the left reads them. */
interface Panels {
  readonly product: ProductName;
  readonly at: number;
  /** Bytes from row to row, and from one panel to the next. */
  readonly row: number;
  readonly step: number;
  /** The first column, and how many there are. */
  readonly from: number;
  readonly columns: number;
  /** How they get there, from where, and its stride in bytes; absent when they are multiplied as they lie. */
  readonly packing?: { readonly name: PackingName; readonly at: number; readonly stride: number };
}

/** Where the panels of b, k × n, will be for products from the left with matrices like a, of m rows. */
function layOut(
  part: number,
  pairs: boolean,
  a: Pick<Matrix, 'row' | 'column'>,
  b: Matrix,
  [m, n, k]: readonly [number, number, number],
): readonly Panels[] {
  const product = productFor(a);
  const whole = pairs && product !== 'gemm' ? n - (n % widePanelWidth) : 0;
  const panels: Panels[] = [];
  const packs = b.column !== 4 || m > fewRows;
  const rest = panelWidth * Math.ceil((n - whole) / panelWidth);
  let at = packs ? scratch(panelSlots[part], 4 * k * (whole + rest)) : b.at;
  const add = (wideTiles: boolean, from: number, columns: number): void => {
    const row = 4 * (wideTiles ? widePanelWidth : panelWidth);
    const shared = { product: wideTiles ? twice[product] : product, from, columns };
    if (!packs) {
      panels.push({ ...shared, at: at + 4 * from, row: b.row, step: row });
      return;
    }
    const ofRows = wideTiles ? 'packRowsWide' : 'packRows';
    const ofColumns = wideTiles ? 'packColumnsWide' : 'packColumns';
    const dense = b.column === 4;
    const packing = {
      name: dense ? ofRows : ofColumns,
      at: b.at + from * b.column,
      stride: dense ? b.row : b.column,
    } as const;
    panels.push({ ...shared, at, row, step: row * k, packing });
    at += 4 * columns * k;
  };
  if (whole > 0) add(true, 0, whole);
  if (whole < n) add(false, whole, n - whole);
  return panels;
}

/** Copies columns of k rows to where they are read. */
function packPanels(use: Use, { packing, at, step, columns }: Panels, k: number): void {
  if (packing) use(packing.name)(packing.at, packing.stride, at, step, columns, k);
}

/**
 * Packs b, k × n, to be multiplied from the left by matrices like a, of m rows; it lies there until this part
 * packs again.
 */
export function pack(
  use: Use,
  part: number,
  pairs: boolean,
  a: Pick<Matrix, 'row' | 'column'>,
  b: Matrix,
  sizes: readonly [number, number, number],
): readonly Panels[] {
  const panels = layOut(part, pairs, a, b, sizes);
  for (const some of panels) packPanels(use, some, sizes[2]);
  return panels;
}

/** c = a · b for a b that was packed, or c + a · b going on with its sums. */
export function multiplyPacked(
  use: Use,
  a: Matrix,
  packed: readonly Panels[],
  c: { readonly at: number; readonly row: number },
  [m, k]: readonly [number, number],
  goesOn = false,
): void {
  const sums = goesOn ? 1 : 0;
  for (const { product, at, row, step, from, columns } of packed) {
    const target = c.at + 4 * from;
    use(product)(a.at, a.row, a.column, at, row, step, target, c.row, m, columns, k, sums);
  }
}

/** `count` products, each matrix so many bytes behind the one before: one call for all of them. */
function multiplyInTurn(
  use: Use,
  part: number,
  pairs: boolean,
  [a, b, c]: readonly [Matrix, Matrix, { readonly at: number; readonly row: number }],
  [m, n, k]: readonly [number, number, number],
  count: number,
  [aStep, bStep, cStep]: readonly number[],
): void {
  if (k > innerBlock) {
    for (let i = 0; i < count; i++) {
      const left = { ...a, at: a.at + i * aStep };
      const right = { ...b, at: b.at + i * bStep };
      multiplyPart(use, part, pairs, left, right, { ...c, at: c.at + i * cStep }, [m, n, k]);
    }
    return;
  }
  for (const panels of layOut(part, pairs, a, b, [m, n, k])) {
    // One right matrix for all is packed once.
    const once = bStep === 0;
    if (once) packPanels(use, panels, k);
    const { product, at, row, step, from, columns, packing } = panels;
    const [source, stride, name] =
      packing && !once
        ? [packing.at, packing.stride, packingNames.indexOf(packing.name)]
        : [at, 0, -1];
    const target = [c.at + 4 * from, c.row, m, columns, k];
    const turns = [count, aStep, bStep, cStep, productNames.indexOf(product), name];
    use('products')(a.at, a.row, a.column, source, stride, at, row, step, ...target, ...turns);
  }
}

/** The kernel whose loop suits what lies side by side in the left matrix. */
function productFor({ row, column }: Pick<Matrix, 'row' | 'column'>): keyof typeof twice {
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
  // A column is a row of the transposed product: the same sums, with none of a panel's columns idle.
  const turned = n === 1 && m > 1 && (left.column === 4 || left.row === 4);
  const sizes = turned ? ([1, m, k] as const) : ([m, n, k] as const);
  eachPlane(runs, [left.at, right.at, to.at], (starts, rowSteps, rows, columns) => {
    const each = m * n * k * perTerm;
    inParts(rows * columns, 1, each, (from, end, use, part) => {
      for (let i = from; i < end;) {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const count = Math.min(end - i, columns - column);
        const at = (x: 0 | 1 | 2): number => starts[x] + row * rowSteps[x] + column * step[x];
        const [ofA, ofB] = [
          { ...left, at: at(0) },
          { ...right, at: at(1) },
        ];
        const ofY = { at: at(2), row: 4 * sizes[1] };
        if (turned) {
          const all = [transposed(ofB), transposed(ofA), ofY] as const;
          multiplyInTurn(use, part, pairs, all, sizes, count, [step[1], step[0], step[2]]);
        } else multiplyInTurn(use, part, pairs, [ofA, ofB, ofY], sizes, count, step);
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
