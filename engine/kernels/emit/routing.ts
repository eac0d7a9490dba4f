// Pooling, and moving rows or elements to where an index says. Knows no tensor.
import type { Local, ModuleBuilder } from './emitter';
import { f32, f32x4, i32, i32x4, memory, v128 } from './instructions';

/**
 * One plane: the largest element of each window, and its place in the plane, row · width + column. The
 * first of equals, and the last NaN: what a scan in order gives. Strides are in elements.
 */
function emitMaxPool(module: ModuleBuilder): void {
  const signature = {
    x: 'i32',
    height: 'i32',
    width: 'i32',
    y: 'i32',
    places: 'i32',
    outHeight: 'i32',
    outWidth: 'i32',
    windowHeight: 'i32',
    windowWidth: 'i32',
    strideY: 'i32',
    strideX: 'i32',
    paddingY: 'i32',
    paddingX: 'i32',
    dilationY: 'i32',
    dilationX: 'i32',
  } as const;
  module.function('maxPool', signature, (body, p) => {
    const [best, place] = [body.local('f32'), body.local('i32')];
    const [row, column] = [body.local('i32'), body.local('i32')];
    const [at, value] = [body.local('i32'), body.local('f32')];
    const top = body.local('i32', i32.sub(i32.const(0), p.paddingY));
    body.times(p.outHeight, () => {
      const left = body.local('i32', i32.sub(i32.const(0), p.paddingX));
      body.times(p.outWidth, () => {
        body.set(best, f32.const(-Infinity));
        body.set(place, i32.const(-1));
        body.set(row, top);
        body.times(p.windowHeight, () => {
          // As unsigned numbers, rows above the plane are beyond its end, too.
          body.if(i32.ltUnsigned(row, p.height), () => {
            body.set(column, left);
            body.times(p.windowWidth, () => {
              body.if(i32.ltUnsigned(column, p.width), () => {
                body.set(at, i32.add(i32.mul(row, p.width), column));
                body.set(value, f32.load(i32.add(p.x, i32.shl(at, i32.const(2)))));
                const first = i32.ltSigned(place, i32.const(0));
                const wins = i32.or(f32.gt(value, best), f32.ne(value, value));
                body.if(i32.or(first, wins), () => {
                  body.set(best, value);
                  body.set(place, at);
                });
              });
              body.advance(column, p.dilationX);
            });
          });
          body.advance(row, p.dilationY);
        });
        body.do(f32.store(p.y, best));
        body.do(i32.store(p.places, place));
        body.advance(p.y, 4);
        body.advance(p.places, 4);
        body.advance(left, p.strideX);
      });
      body.advance(top, p.strideY);
    });
  });
}

/**
 * The same for windows of 2 by 2, side by side and without padding: four windows at a time, then one by
 * one. Rows and columns that no whole window covers do not count.
 */
function emitMaxPoolHalf(module: ModuleBuilder): void {
  const signature = {
    x: 'i32',
    width: 'i32',
    y: 'i32',
    places: 'i32',
    outHeight: 'i32',
    outWidth: 'i32',
  } as const;
  module.function('maxPoolHalf', signature, (body, p) => {
    const place = body.local('i32');
    body.times(p.outHeight, (row) => {
      const top = body.local('i32', p.x);
      const bottom = body.local('i32', i32.add(p.x, i32.shl(p.width, i32.const(2))));
      body.set(place, i32.mul(i32.shl(row, i32.const(1)), p.width));
      const left = body.local('i32', p.outWidth);
      const step = (lanes: 1 | 4): void => {
        const best = body.local('v128');
        const at = body.local('v128');
        const [even, odd] = [[0, 2, 4, 6] as const, [1, 3, 5, 7] as const];
        for (const [line, offset] of [
          [top, undefined],
          [bottom, p.width],
        ] as const) {
          const read = (byte: number): Local<'v128'> =>
            body.local('v128', lanes === 4 ? v128.load(line, byte) : v128.load32Splat(line, byte));
          const [low, high] = [read(0), read(lanes === 4 ? 16 : 4)];
          const first = offset === undefined ? place : i32.add(place, offset);
          for (const [column, pick] of [even, odd].entries()) {
            const value = body.local(
              'v128',
              lanes === 4 ? v128.shuffle(low, high, pick) : column === 0 ? low : high,
            );
            const here = i32x4.add(
              i32x4.splat(i32.add(first, i32.const(column))),
              body.lanes(0, 2, 4, 6),
            );
            if (offset === undefined && column === 0) {
              body.set(best, value);
              body.set(at, here);
            } else {
              const wins = body.local(
                'v128',
                v128.or(f32x4.gt(value, best), f32x4.ne(value, value)),
              );
              body.set(at, v128.select(wins, here, at));
              body.set(best, v128.select(wins, value, best));
            }
          }
        }
        body.do(lanes === 4 ? v128.store(p.y, best) : v128.store32(p.y, best));
        body.do(lanes === 4 ? v128.store(p.places, at) : v128.store32(p.places, at));
        body.advance(p.y, 4 * lanes);
        body.advance(p.places, 4 * lanes);
        body.advance(top, 8 * lanes);
        body.advance(bottom, 8 * lanes);
        body.advance(place, 2 * lanes);
        body.advance(left, -lanes);
      };
      for (const lanes of [4, 1] as const)
        body.while(i32.geSigned(left, i32.const(lanes)), () => step(lanes));
      body.advance(p.x, i32.shl(p.width, i32.const(3)));
    });
  });
}

/** Whether all indices lie in 0…size−1. */
function emitIndicesFit(module: ModuleBuilder): void {
  module.function('indicesFit', { index: 'i32', count: 'i32', size: 'i32' }, (body, p) => {
    const bad = body.local('i32', i32.const(0));
    body.times(p.count, () => {
      // As an unsigned number, a negative index is too large as well.
      body.set(bad, i32.or(bad, i32.geUnsigned(i32.load(p.index), p.size)));
      body.advance(p.index, 4);
    });
    return i32.eqz(bad);
  });
}

/** Rows of `columns` elements: y[i] = x[index[i]], or y[index[i]] += x[i] in order of i. */
function emitRows(module: ModuleBuilder, name: string, adds: boolean): void {
  const signature = {
    x: 'i32',
    index: 'i32',
    y: 'i32',
    count: 'i32',
    columns: 'i32',
  } as const;
  module.function(name, signature, (body, p) => {
    const bytes = body.local('i32', i32.shl(p.columns, i32.const(2)));
    body.times(p.count, () => {
      const indexed = i32.add(adds ? p.y : p.x, i32.mul(i32.load(p.index), bytes));
      const from = body.local('i32', adds ? p.x : indexed);
      const to = body.local('i32', adds ? indexed : p.y);
      const left = body.local('i32', p.columns);
      body.while(i32.geSigned(left, i32.const(4)), () => {
        const row = v128.load(from);
        body.do(v128.store(to, adds ? f32x4.add(v128.load(to), row) : row));
        body.advance(from, 16);
        body.advance(to, 16);
        body.advance(left, -4);
      });
      body.while(left, () => {
        if (adds) body.do(f32.store(to, f32.add(f32.load(to), f32.load(from))));
        else body.do(i32.store(to, i32.load(from)));
        body.advance(from, 4);
        body.advance(to, 4);
        body.advance(left, -1);
      });
      if (adds) body.advance(p.x, bytes);
      else body.advance(p.y, bytes);
      body.advance(p.index, 4);
    });
  });
}

/** Along dense lines of `size`: y[r, i] = x[r, index[r, i]], or y[r, index[r, i]] += x[r, i]. */
function emitLines(module: ModuleBuilder, name: string, adds: boolean): void {
  const signature = {
    x: 'i32',
    index: 'i32',
    y: 'i32',
    rows: 'i32',
    columns: 'i32',
    size: 'i32',
  } as const;
  module.function(name, signature, (body, p) => {
    const pick = body.local('i32');
    const at = body.local('i32');
    const line = i32.shl(p.size, i32.const(2));
    body.times(p.rows, () => {
      body.times(p.columns, () => {
        body.set(pick, i32.load(p.index));
        body.set(at, i32.add(adds ? p.y : p.x, i32.shl(pick, i32.const(2))));
        if (adds) {
          body.do(f32.store(at, f32.add(f32.load(at), f32.load(p.x))));
          body.advance(p.x, 4);
        } else {
          body.do(i32.store(p.y, i32.load(at)));
          body.advance(p.y, 4);
        }
        body.advance(p.index, 4);
      });
      body.advance(adds ? p.y : p.x, line);
    });
  });
}

function emitMemory(module: ModuleBuilder): void {
  module.function('zero', { to: 'i32', bytes: 'i32' }, (body, { to, bytes }) => {
    body.do(memory.fill(to, i32.const(0), bytes));
  });
  module.function('move', { from: 'i32', to: 'i32', bytes: 'i32' }, (body, p) => {
    body.do(memory.copy(p.to, p.from, p.bytes));
  });
}

export function emitRouting(module: ModuleBuilder): void {
  emitMemory(module);
  emitMaxPool(module);
  emitMaxPoolHalf(module);
  emitIndicesFit(module);
  emitRows(module, 'selectRows', false);
  emitRows(module, 'addRows', true);
  emitLines(module, 'gatherLines', false);
  emitLines(module, 'scatterLines', true);
}
