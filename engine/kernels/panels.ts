// Lays right matrices out in panels and multiplies them from the left, on one thread. Knows no op.
import { panelWidth, widePanelWidth } from './emit/gemm';
import { packingNames, productNames } from './emit/products';
import { job } from './job';
import { scratch } from './library';
import type { Use } from './pool';
import { arithmetic } from './tier';

/** A matrix in memory; strides are in bytes. */
export interface Matrix {
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** So much of a panel stays in the first-level cache. */
const innerBlock = 512;
/** Names of the blocks for panels, one for each part of a product. */
const panelSlots = Array.from({ length: job.mostParts }, (_, part) => `panels ${part}`);
/** With so few rows, packing would cost as much as multiplying: they multiply b as it lies. */
const fewRows = 8;

type ProductName = (typeof productNames)[number];
type PackingName = (typeof packingNames)[number];
/** The product in tiles of twice the columns. */
const twice = { gemm: 'gemm', gemmRows: 'gemmRowsWide', gemmColumns: 'gemmColumnsWide' } as const;
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
  for (const { packing, at, step, columns } of panels)
    if (packing) use(packing.name)(packing.at, packing.stride, at, step, columns, sizes[2]);
  return panels;
}

/** c = a · b for a b that was packed. */
export function multiplyPacked(
  use: Use,
  a: Matrix,
  packed: readonly Panels[],
  c: Pick<Matrix, 'at' | 'row'>,
  [m, k]: readonly [number, number],
): void {
  for (const { product, at, row, step, from, columns } of packed)
    use(product)(a.at, a.row, a.column, at, row, step, c.at + 4 * from, c.row, m, columns, k, 0);
}

/** How many products there are, and the bytes from each of their matrices to the next. */
export interface Turns {
  readonly count: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const once: Turns = { count: 1, a: 0, b: 0, c: 0 };

/**
 * c = a · b for float32 matrices of m × k and k × n, as a part of a larger product or of many that lie evenly;
 * b must be dense along one side, c along its rows. `pairs`: in tiles of twice the columns.
 */
export function multiplyPart(
  use: Use,
  part: number,
  pairs: boolean,
  a: Matrix,
  b: Matrix,
  c: Pick<Matrix, 'at' | 'row'>,
  [m, n, k]: readonly [number, number, number],
  turns: Turns = once,
): void {
  const steps = [turns.count, turns.a, turns.b, turns.c];
  for (let done = 0; done < k; done += innerBlock) {
    const size = Math.min(innerBlock, k - done);
    const right = { ...b, at: b.at + done * b.row };
    const left = [a.at + done * a.column, a.row, a.column];
    const goesOn = done > 0 ? 1 : 0;
    for (const panels of layOut(part, pairs, a, right, [m, n, size])) {
      const { product, at, row, step, from, columns, packing } = panels;
      const source = packing ? [packing.at, packing.stride] : [at, row];
      const target = [c.at + 4 * from, c.row, m, columns, size, goesOn];
      const kinds = [
        productNames.indexOf(product),
        packing ? packingNames.indexOf(packing.name) : -1,
      ];
      use('products')(...left, ...source, at, row, step, ...target, ...steps, ...kinds);
    }
  }
}

/** The kernel whose loop suits what lies side by side in the left matrix. */
function productFor({ row, column }: Pick<Matrix, 'row' | 'column'>): keyof typeof twice {
  if (arithmetic.tier !== 'simd 5x8') return 'gemm';
  return column === 4 ? 'gemmRows' : row === 4 ? 'gemmColumns' : 'gemm';
}
