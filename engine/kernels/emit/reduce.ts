// Sums in double precision, and softmax along rows. Knows no tensor.
import type { FunctionBody, Local, ModuleBuilder } from './emitter';
import { f32, f32x4, f64, f64x2, i32, v128, type Value } from './instructions';
import { exp, log } from './math';

/** The upper two float32 lanes, as double precision. */
const promoteHigh = (x: Local<'v128'>): Value<'v128'> =>
  f64x2.promoteLow(v128.shuffle(x, x, [2, 3, 2, 3]));

/** sums[r] += Σ over c of x[r, c], for dense rows `row` bytes apart; sums are float64, `step` bytes apart. */
function emitSumRows(module: ModuleBuilder): void {
  const signature = { x: 'i32', row: 'i32', sums: 'i32', rows: 'i32', columns: 'i32' } as const;
  module.function('sumRows', signature, (body, { x, row, sums, rows, columns }) => {
    body.times(rows, () => {
      const low = body.local('v128', body.splat(0));
      const high = body.local('v128', body.splat(0));
      const at = body.local('i32', x);
      const left = body.local('i32', columns);
      body.while(i32.geSigned(left, i32.const(4)), () => {
        const four = body.local('v128', v128.load(at));
        body.set(low, f64x2.add(low, f64x2.promoteLow(four)));
        body.set(high, f64x2.add(high, promoteHigh(four)));
        body.advance(at, 16);
        body.advance(left, -4);
      });
      const pair = body.local('v128', f64x2.add(low, high));
      const sum = body.local('f64', f64.add(f64x2.extract(pair, 0), f64x2.extract(pair, 1)));
      body.while(left, () => {
        body.set(sum, f64.add(sum, f64.promote(f32.load(at))));
        body.advance(at, 4);
        body.advance(left, -1);
      });
      body.do(f64.store(sums, f64.add(f64.load(sums), sum)));
      body.advance(sums, 8);
      body.advance(x, row);
    });
  });
}

/** sums[c] += Σ over r of x[r, c], in order of r, for dense rows `row` bytes apart; sums are float64. */
function emitSumColumns(module: ModuleBuilder): void {
  const signature = { x: 'i32', row: 'i32', sums: 'i32', rows: 'i32', columns: 'i32' } as const;
  module.function('sumColumns', signature, (body, { x, row, sums, rows, columns }) => {
    const left = body.local('i32', columns);
    // Sixteen at a time read whole cache lines: rows that lie a power of two apart push each other out.
    for (const width of [16, 4]) {
      body.while(i32.geSigned(left, i32.const(width)), () => {
        const pairs = Array.from({ length: width / 2 }, (_, i) =>
          body.local('v128', v128.load(sums, 16 * i)),
        );
        const at = body.local('i32', x);
        body.times(rows, () => {
          for (let i = 0; i < width / 4; i++) {
            const [low, high] = [pairs[2 * i], pairs[2 * i + 1]];
            const four = body.local('v128', v128.load(at, 16 * i));
            body.set(low, f64x2.add(low, f64x2.promoteLow(four)));
            body.set(high, f64x2.add(high, promoteHigh(four)));
          }
          body.advance(at, row);
        });
        pairs.forEach((pair, i) => body.do(v128.store(sums, pair, 16 * i)));
        body.advance(sums, 8 * width);
        body.advance(x, 4 * width);
        body.advance(left, -width);
      });
    }
    body.while(left, () => {
      const sum = body.local('f64', f64.load(sums));
      const at = body.local('i32', x);
      body.times(rows, () => {
        body.set(sum, f64.add(sum, f64.promote(f32.load(at))));
        body.advance(at, row);
      });
      body.do(f64.store(sums, sum));
      body.advance(sums, 8);
      body.advance(x, 4);
      body.advance(left, -1);
    });
  });
}

/** y[i] = sums[i] / divisor. */
function emitFinish(module: ModuleBuilder): void {
  const signature = { sums: 'i32', y: 'i32', count: 'i32', divisor: 'f64' } as const;
  module.function('finishSums', signature, (body, { sums, y, count, divisor }) => {
    body.times(count, () => {
      body.do(f32.store(y, f32.demote(f64.div(f64.load(sums), divisor))));
      body.advance(sums, 8);
      body.advance(y, 4);
    });
  });
}

/** Loads four elements of a row, or at its end the one that is left in all lanes. */
function alongRow(
  body: FunctionBody,
  columns: Local<'i32'>,
  addresses: readonly Local<'i32'>[],
  visit: (lanes: 1 | 4) => void,
): void {
  const left = body.local('i32', columns);
  for (const lanes of [4, 1] as const) {
    body.while(i32.geSigned(left, i32.const(lanes)), () => {
      visit(lanes);
      addresses.forEach((address) => body.advance(address, 4 * lanes));
      body.advance(left, -lanes);
    });
  }
}

/** y[r, c] = e^(x − max) / Σ e^(x − max) along dense rows, or its logarithm. */
function emitSoftmax(module: ModuleBuilder, name: string, logarithm: boolean): void {
  const signature = { x: 'i32', y: 'i32', row: 'i32', rows: 'i32', columns: 'i32' } as const;
  module.function(name, signature, (body, { x, y, row, rows, columns }) => {
    const load = (at: Local<'i32'>, lanes: 1 | 4): Value<'v128'> =>
      lanes === 4 ? v128.load(at) : v128.load32Splat(at);
    const store = (at: Local<'i32'>, value: Value<'v128'>, lanes: 1 | 4): void =>
      body.do(lanes === 4 ? v128.store(at, value) : v128.store32(at, value));
    const at = body.local('i32');
    const out = body.local('i32');
    body.times(rows, () => {
      // NaN does not win here, but makes the sum NaN.
      body.set(at, x);
      const max = body.local('v128', body.splat(-Infinity));
      alongRow(body, columns, [at], (lanes) =>
        body.set(max, f32x4.pseudoMax(max, load(at, lanes))),
      );
      body.set(max, f32x4.pseudoMax(max, v128.shuffle(max, max, [2, 3, 0, 1])));
      body.set(max, f32x4.pseudoMax(max, v128.shuffle(max, max, [1, 0, 3, 2])));

      body.set(at, x);
      body.set(out, y);
      const sums = body.local('v128', body.splat(0));
      const total = body.local('f32', f32.const(0));
      alongRow(body, columns, [at, out], (lanes) => {
        const shifted = body.local('v128', f32x4.sub(load(at, lanes), max));
        const e = exp(body, shifted);
        if (lanes === 4) body.set(sums, f32x4.add(sums, e));
        else body.set(total, f32.add(total, f32x4.extract(e, 0)));
        store(out, logarithm ? shifted : e, lanes);
      });
      const pairs = f32x4.add(sums, v128.shuffle(sums, sums, [2, 3, 0, 1]));
      body.set(sums, pairs);
      body.set(sums, f32x4.add(sums, v128.shuffle(sums, sums, [1, 0, 3, 2])));
      const sum = f32x4.splat(f32.add(f32x4.extract(sums, 0), total));
      const scale = logarithm ? log(body, sum) : sum;
      const last = body.local('v128', scale);
      body.set(out, y);
      alongRow(body, columns, [out], (lanes) => {
        const value = load(out, lanes);
        store(out, logarithm ? f32x4.sub(value, last) : f32x4.div(value, last), lanes);
      });
      body.advance(x, row);
      body.advance(y, i32.shl(columns, i32.const(2)));
    });
  });
}

export function emitReductions(module: ModuleBuilder): void {
  emitSumRows(module);
  emitSumColumns(module);
  emitFinish(module);
  emitSoftmax(module, 'softmax', false);
  emitSoftmax(module, 'logSoftmax', true);
}
