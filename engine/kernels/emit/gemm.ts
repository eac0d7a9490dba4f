// Products of matrices in tiles of 4 or 5 rows by 8 or 16 columns, held in registers. Knows no tensor.
import type { FunctionBody, Local, ModuleBuilder } from './emitter';
import { f32x4, i32, v128, type Value } from './instructions';

type V128 = Value<'v128'>;
type Address = Value<'i32'>;

/** Columns of one panel of b: two vectors of four. */
export const panelWidth = 8;
/** Columns where V8 makes one vector of eight of two of four. */
export const widePanelWidth = 16;

/** Rows of four become columns of four. */
export function transpose(body: FunctionBody, rows: readonly V128[]): V128[] {
  const [a, b, c, d] = rows.map((row) => body.local('v128', row));
  const low = body.local('v128', v128.shuffle(a, b, [0, 4, 1, 5]));
  const lowRest = body.local('v128', v128.shuffle(c, d, [0, 4, 1, 5]));
  const high = body.local('v128', v128.shuffle(a, b, [2, 6, 3, 7]));
  const highRest = body.local('v128', v128.shuffle(c, d, [2, 6, 3, 7]));
  return [
    v128.shuffle(low, lowRest, [0, 1, 4, 5]),
    v128.shuffle(low, lowRest, [2, 3, 6, 7]),
    v128.shuffle(high, highRest, [0, 1, 4, 5]),
    v128.shuffle(high, highRest, [2, 3, 6, 7]),
  ];
}

/** Writes the first `width` of four lanes (all of them when there are more). */
export function storeSome(
  body: FunctionBody,
  address: Address,
  value: V128,
  width: Local<'i32'>,
): void {
  body.if(
    i32.geSigned(width, i32.const(4)),
    () => body.do(v128.store(address, value)),
    () =>
      [0, 1, 2].forEach((lane) =>
        body.if(i32.gtSigned(width, i32.const(lane)), () => {
          const first = v128.shuffle(value, value, [lane, lane, lane, lane]);
          body.do(v128.store32(address, first, 4 * lane));
        }),
      ),
  );
}

/** acc += a · b, as a product and then a sum: the same bits on every machine. */
export function multiplyAdd(body: FunctionBody, sum: Local<'v128'>, a: V128, b: V128): void {
  body.set(sum, f32x4.add(sum, f32x4.mul(a, b)));
}

/** Terms of a sum in one turn of the loop. */
const unrolled = 4;

interface Tiling {
  /** Columns of a panel. */
  readonly width: number;
  /** Whether the last panel may have fewer columns than that. */
  readonly tails: boolean;
  /** Rows of a tile, the most first. */
  readonly rows: readonly number[];
  /** Which neighbours of a touch: then one address serves for many of its elements. */
  readonly dense: 'rows' | 'columns' | 'neither';
}

/**
 * c[m, n] (+)= Σₖ a[m, k] · b[k, n], each sum in order of k. Strides are in bytes. b lies in panels of
 * 8 columns: `bPanel` from one to the next, `bK` from row to row inside. It reads up to 28 bytes past
 * the end of rows of b and c and drops what it read.
 */
function emitGemm(module: ModuleBuilder, name: string, how: Tiling): void {
  const panelBytes = 4 * how.width;
  /** Vectors of four side by side, by their bytes. */
  const vectors = Array.from({ length: how.width / 4 }, (_, i) => 16 * i);
  const signature = {
    a: 'i32',
    aRow: 'i32',
    aK: 'i32',
    b: 'i32',
    bK: 'i32',
    bPanel: 'i32',
    c: 'i32',
    cRow: 'i32',
    m: 'i32',
    n: 'i32',
    k: 'i32',
    accumulate: 'i32',
  } as const;
  module.function(name, signature, (body, p) => {
    const width = body.local('i32', p.n);
    const aAt = body.local('i32');
    const cAt = body.local('i32');
    const left = body.local('i32');
    body.while(i32.gtSigned(width, i32.const(0)), () => {
      body.set(aAt, p.a);
      body.set(cAt, p.c);
      body.set(left, p.m);
      for (const rows of how.rows) {
        body.while(i32.geSigned(left, i32.const(rows)), () => {
          tile(rows);
          body.advance(aAt, i32.mul(p.aRow, i32.const(rows)));
          body.advance(cAt, i32.mul(p.cRow, i32.const(rows)));
          body.advance(left, -rows);
        });
      }
      body.advance(p.b, p.bPanel);
      body.advance(p.c, panelBytes);
      body.advance(width, -how.width);
    });

    function tile(rows: number): void {
      const cRows = [body.local('i32', cAt)];
      const aRows = [body.local('i32', aAt)];
      for (let i = 1; i < rows; i++) {
        cRows.push(body.local('i32', i32.add(cRows[i - 1], p.cRow)));
        if (how.dense !== 'columns') aRows.push(body.local('i32', i32.add(aRows[i - 1], p.aRow)));
      }
      const sums = cRows.map(() => vectors.map(() => body.local('v128')));
      body.if(
        p.accumulate,
        () =>
          sums.forEach((row, i) =>
            row.forEach((sum, k) => body.set(sum, v128.load(cRows[i], vectors[k]))),
          ),
        () => sums.flat().forEach((sum) => body.set(sum, body.splat(0))),
      );
      const bAt = body.local('i32', p.b);
      const count = body.local('i32', p.k);
      const step = (at: (i: number) => V128): void => {
        const b = vectors.map((offset) => body.local('v128', v128.load(bAt, offset)));
        sums.forEach((row, i) => {
          const factor = body.local('v128', at(i));
          row.forEach((sum, k) => multiplyAdd(body, sum, factor, b[k]));
        });
        body.advance(bAt, p.bK);
      };
      if (how.dense === 'rows') {
        const some = (terms: number): void => {
          body.while(i32.geSigned(count, i32.const(terms)), () => {
            for (let t = 0; t < terms; t++) step((i) => v128.load32Splat(aRows[i], 4 * t));
            aRows.forEach((row) => body.advance(row, 4 * terms));
            body.advance(count, -terms);
          });
        };
        some(unrolled);
        some(1);
      } else if (how.dense === 'columns') {
        body.repeat(() => {
          step((i) => v128.load32Splat(aRows[0], 4 * i));
          body.advance(aRows[0], p.aK);
          body.advance(count, -1);
        }, count);
      } else {
        body.repeat(() => {
          step((i) => v128.load32Splat(aRows[i]));
          aRows.forEach((row) => body.advance(row, p.aK));
          body.advance(count, -1);
        }, count);
      }
      if (!how.tails) {
        // Stores side by side are where V8 looks for pairs of vectors.
        sums.forEach((row, i) =>
          row.forEach((sum, k) => body.do(v128.store(cRows[i], sum, vectors[k]))),
        );
        return;
      }
      const rest = body.local('i32', i32.sub(width, i32.const(4)));
      sums.forEach(([low, high], i) => {
        storeSome(body, cRows[i], low, width);
        storeSome(body, i32.add(cRows[i], i32.const(16)), high, rest);
      });
    }
  });
}

const packSignature = {
  b: 'i32',
  stride: 'i32',
  to: 'i32',
  panel: 'i32',
  n: 'i32',
  k: 'i32',
} as const;

/** Copies b[k, n], whose rows are dense and `stride` bytes apart, into panels of `width` columns. */
function emitPackRows(module: ModuleBuilder, name: string, width: number): void {
  const panelBytes = 4 * width;
  module.function(name, packSignature, (body, { b, stride, to, panel, n, k }) => {
    body.times(
      n,
      () => {
        const from = body.local('i32', b);
        const at = body.local('i32', to);
        body.times(k, () => {
          const row = Array.from({ length: width / 4 }, (_, i) =>
            body.local('v128', v128.load(from, 16 * i)),
          );
          row.forEach((four, i) => body.do(v128.store(at, four, 16 * i)));
          body.advance(from, stride);
          body.advance(at, panelBytes);
        });
        body.advance(b, panelBytes);
        body.advance(to, panel);
      },
      width,
    );
  });
}

/** The same for b whose columns are dense and `stride` bytes apart; missing columns repeat the last. */
function emitPackColumns(module: ModuleBuilder, name: string, width: number): void {
  const panelBytes = 4 * width;
  module.function(name, packSignature, (body, { b, stride, to, panel, n, k }) => {
    const last = body.local('i32', i32.add(b, i32.mul(i32.sub(n, i32.const(1)), stride)));
    const at = body.local('i32');
    const column = body.local('i32', b);
    const clamp = (address: Address): Address =>
      i32.select(i32.ltUnsigned(address, last), address, last);
    body.times(
      n,
      () => {
        for (let part = 0; part < width / 4; part++) {
          const columns: Local<'i32'>[] = [];
          for (let i = 0; i < 4; i++) {
            columns.push(body.local('i32', clamp(column)));
            body.advance(column, stride);
          }
          body.set(at, i32.add(to, i32.const(16 * part)));
          const left = body.local('i32', k);
          body.while(i32.geSigned(left, i32.const(4)), () => {
            const rows = transpose(
              body,
              columns.map((address) => v128.load(address)),
            );
            rows.forEach((row, i) => body.do(v128.store(at, row, panelBytes * i)));
            columns.forEach((address) => body.advance(address, 16));
            body.advance(at, 4 * panelBytes);
            body.advance(left, -4);
          });
          body.while(left, () => {
            columns.forEach((address, i) => {
              body.do(i32.store(at, i32.load(address), 4 * i));
              body.advance(address, 4);
            });
            body.advance(at, panelBytes);
            body.advance(left, -1);
          });
        }
        body.advance(to, panel);
      },
      width,
    );
  });
}

/** The products and the ways of packing, as `products` numbers them. */
export const productNames = [
  'gemm',
  'gemmRows',
  'gemmColumns',
  'gemmRowsWide',
  'gemmColumnsWide',
] as const;
export const packingNames = ['packRows', 'packColumns', 'packRowsWide', 'packColumnsWide'] as const;

/**
 * `count` products that lie evenly in memory, each a, b and c a step behind the one before: `product` and
 * `packing` say which (−1: b is multiplied as it lies). A call from outside for each would take longer than
 * a small product itself.
 */
function emitProductsInTurn(module: ModuleBuilder): void {
  const own = { a: 'i32', aRow: 'i32', aK: 'i32', b: 'i32', bStride: 'i32' } as const;
  const rest = { panels: 'i32', bK: 'i32', bPanel: 'i32', c: 'i32', cRow: 'i32' } as const;
  const sizes = { m: 'i32', n: 'i32', k: 'i32' } as const;
  const turns = { count: 'i32', aStep: 'i32', bStep: 'i32', cStep: 'i32' } as const;
  const kinds = { product: 'i32', packing: 'i32' } as const;
  const signature = { ...own, ...rest, ...sizes, ...turns, ...kinds };
  module.function('products', signature, (body, p) => {
    const from = body.local('i32', p.panels);
    const oneOf = (names: readonly string[], which: Local<'i32'>, args: readonly Value[]): void =>
      names.forEach((name, i) =>
        body.if(i32.eq(which, i32.const(i)), () => body.do(module.call(name, ...args))),
      );
    body.times(p.count, () => {
      body.if(i32.ltSigned(p.packing, i32.const(0)), () => body.set(from, p.b));
      oneOf(packingNames, p.packing, [p.b, p.bStride, p.panels, p.bPanel, p.n, p.k]);
      const where = [p.a, p.aRow, p.aK, from, p.bK, p.bPanel, p.c, p.cRow];
      oneOf(productNames, p.product, [...where, p.m, p.n, p.k, i32.const(0)]);
      body.advance(p.a, p.aStep);
      body.advance(p.b, p.bStep);
      body.advance(p.c, p.cStep);
    });
  });
}

export function emitProducts(module: ModuleBuilder): void {
  const width = panelWidth;
  const how = { width, tails: true };
  emitGemm(module, 'gemm', { ...how, rows: [4, 2, 1], dense: 'neither' });
  emitGemm(module, 'gemmRows', { ...how, rows: [5, 2, 1], dense: 'rows' });
  emitGemm(module, 'gemmColumns', { ...how, rows: [5, 2, 1], dense: 'columns' });
  emitPackRows(module, 'packRows', width);
  emitPackColumns(module, 'packColumns', width);
}

/** The same with twice the columns, for a V8 that computes on pairs of vectors; slower for any other. */
export function emitWideProducts(module: ModuleBuilder): void {
  const width = widePanelWidth;
  const how = { width, tails: false };
  emitGemm(module, 'gemmRowsWide', { ...how, rows: [5, 1], dense: 'rows' });
  emitGemm(module, 'gemmColumnsWide', { ...how, rows: [5, 1], dense: 'columns' });
  emitPackRows(module, 'packRowsWide', width);
  emitPackColumns(module, 'packColumnsWide', width);
  emitProductsInTurn(module);
}
