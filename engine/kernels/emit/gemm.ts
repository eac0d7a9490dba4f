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
export function emitGemm(module: ModuleBuilder, name: string, how: Tiling): void {
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
