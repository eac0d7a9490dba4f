// Convolution whose windows move by one pixel: eight neighbours of a line at a time, for up to six channels. Knows no tensor.
import type { FunctionBody, Local, ModuleBuilder } from './emitter';
import { multiplyAdd } from './gemm';
import { i32, v128 } from './instructions';

/** Channels of a tile, the most first: with two vectors of pixels each they fill the registers. */
const tiles = [6, 4, 2, 1];
/** Pixels of a tile, in vectors of four: two that lie side by side, where V8 makes one of them, or one. */
const wide = [0, 16];
const narrow = [0];

/** Widths below this have no tile. */
export const fewestPixels = 4;

/**
 * One image: y[o, p] = bias[o] + Σₖ w[k, o] · x[p + table[k]], each sum in order of k. w lies in dense
 * rows of all channels, `wRow` bytes apart; a pixel's neighbour lies beside it in x, `row` bytes lie
 * between lines of x, `plane` between channels of y. The last tile of a line ends with it: it may
 * compute what the one before has computed, to the same bits, and so no tile has an edge.
 */
export function emitConvolutionLines(module: ModuleBuilder): void {
  const signature = {
    x: 'i32',
    table: 'i32',
    w: 'i32',
    wRow: 'i32',
    bias: 'i32',
    y: 'i32',
    k: 'i32',
    channels: 'i32',
    height: 'i32',
    width: 'i32',
    row: 'i32',
    plane: 'i32',
  } as const;
  module.function('convLines', signature, (body, p) => {
    const left = body.local('i32', p.channels);
    const [line, to, at, pixel] = [0, 1, 2, 3].map(() => body.local('i32')) as [
      Local<'i32'>,
      Local<'i32'>,
      Local<'i32'>,
      Local<'i32'>,
    ];
    /** The place of the next tile, and how far the one after it lies; at a line's end it moves back. */
    const next = (pixels: number): void => {
      const last = i32.sub(p.width, i32.const(pixels));
      const place = i32.select(i32.ltSigned(pixel, last), pixel, last);
      body.set(at, i32.shl(place, i32.const(2)));
      body.advance(pixel, pixels);
    };
    for (const channels of tiles) {
      body.while(i32.geSigned(left, i32.const(channels)), () => {
        body.set(line, p.x);
        body.set(to, p.y);
        body.times(p.height, () => {
          body.set(pixel, i32.const(0));
          body.while(i32.ltSigned(pixel, p.width), () => {
            const rest = i32.sub(p.width, pixel);
            const narrowly = i32.or(
              i32.ltSigned(p.width, i32.const(8)),
              i32.leSigned(rest, i32.const(4)),
            );
            body.if(
              narrowly,
              () => {
                next(4);
                tile(channels, narrow);
              },
              () => {
                next(8);
                tile(channels, wide);
              },
            );
          });
          body.advance(line, p.row);
          body.advance(to, i32.shl(p.width, i32.const(2)));
        });
        body.advance(p.w, 4 * channels);
        body.advance(p.bias, 4 * channels);
        body.advance(p.y, i32.mul(p.plane, i32.const(channels)));
        body.advance(left, -channels);
      });
    }

    function tile(channels: number, vectors: readonly number[]): void {
      const corner = body.local('i32', i32.add(line, at));
      const sums = Array.from({ length: channels }, (_, i) =>
        vectors.map(() => body.local('v128', v128.load32Splat(p.bias, 4 * i))),
      );
      const tap = body.local('i32', p.table);
      const w = body.local('i32', p.w);
      const count = body.local('i32', p.k);
      body.repeat(() => {
        const from = body.local('i32', i32.add(corner, i32.load(tap)));
        const pixels = vectors.map((offset) => body.local('v128', v128.load(from, offset)));
        sums.forEach((row, i) => {
          const weight = body.local('v128', v128.load32Splat(w, 4 * i));
          row.forEach((sum, half) => multiplyAdd(body, sum, weight, pixels[half]));
        });
        body.advance(tap, 4);
        body.advance(w, p.wRow);
        body.advance(count, -1);
      }, count);
      storeTile(body, i32.add(to, at), p.plane, sums, vectors);
    }
  });
}

/** One channel's pixels below the other's; stores side by side are where V8 looks for pairs of vectors. */
function storeTile(
  body: FunctionBody,
  start: ReturnType<typeof i32.add>,
  plane: Local<'i32'>,
  sums: readonly (readonly Local<'v128'>[])[],
  vectors: readonly number[],
): void {
  const target = body.local('i32', start);
  sums.forEach((row, i) => {
    if (i > 0) body.advance(target, plane);
    row.forEach((sum, half) => body.do(v128.store(target, sum, vectors[half])));
  });
}
