// Convolution as a product that reads its image through a table of tap offsets. Knows no tensor.
import { emitConvolutionLines } from './conv-lines';
import type { ModuleBuilder } from './emitter';
import { multiplyAdd, panelWidth, storeSome, transpose } from './gemm';
import { f32x4, i32, v128 } from './instructions';

/** Pixels (or taps) of one tile. */
const tileRows = 4;

/**
 * One image: y[o, p] = bias[o] + Σₖ w[k, o] · x[p + table[k]], each sum in order of k. w and bias lie
 * in panels of 8 output channels; `row` and `column` are the bytes from one output's corner in x to the
 * next one's; `plane` is a channel of y. Four pixels at a time; it reads past the last of a row.
 */
function emitForward(module: ModuleBuilder): void {
  const signature = {
    x: 'i32',
    table: 'i32',
    w: 'i32',
    bias: 'i32',
    y: 'i32',
    k: 'i32',
    channels: 'i32',
    height: 'i32',
    width: 'i32',
    row: 'i32',
    column: 'i32',
    plane: 'i32',
  } as const;
  module.function('conv', signature, (body, p) => {
    const left = body.local('i32', p.channels);
    const y = body.local('i32');
    body.while(i32.gtSigned(left, i32.const(0)), () => {
      body.set(y, p.y);
      const line = body.local('i32', p.x);
      body.times(p.height, () => {
        const corner = body.local('i32', line);
        const pixels = body.local('i32', p.width);
        body.while(i32.gtSigned(pixels, i32.const(0)), () => {
          const sums = Array.from({ length: tileRows }, () =>
            [0, 16].map((half) => body.local('v128', v128.load(p.bias, half))),
          );
          const tap = body.local('i32', p.table);
          const w = body.local('i32', p.w);
          const count = body.local('i32', p.k);
          const from = body.local('i32');
          body.repeat(() => {
            body.set(from, i32.add(corner, i32.load(tap)));
            const weights = [0, 16].map((half) => body.local('v128', v128.load(w, half)));
            sums.forEach((pair, i) => {
              const pixel = body.local('v128', v128.load32Splat(from));
              pair.forEach((sum, half) => multiplyAdd(body, sum, weights[half], pixel));
              if (i < tileRows - 1) body.advance(from, p.column);
            });
            body.advance(tap, 4);
            body.advance(w, 4 * panelWidth);
            body.advance(count, -1);
          }, count);
          for (const half of [0, 1]) {
            const channels = transpose(
              body,
              sums.map((pair) => pair[half]),
            );
            channels.forEach((value, i) => {
              const channel = half * 4 + i;
              const kept = body.local('v128', value);
              body.if(i32.gtSigned(left, i32.const(channel)), () => {
                const address = i32.add(y, i32.mul(p.plane, i32.const(channel)));
                storeSome(body, body.local('i32', address), kept, pixels);
              });
            });
          }
          body.advance(corner, i32.mul(p.column, i32.const(tileRows)));
          const done = i32.select(
            i32.ltSigned(pixels, i32.const(tileRows)),
            pixels,
            i32.const(tileRows),
          );
          body.advance(y, i32.shl(done, i32.const(2)));
          body.advance(pixels, -tileRows);
        });
        body.advance(line, p.row);
      });
      body.advance(p.w, i32.mul(p.k, i32.const(4 * panelWidth)));
      body.advance(p.bias, 4 * panelWidth);
      body.advance(p.y, i32.mul(p.plane, i32.const(panelWidth)));
      body.advance(left, -panelWidth);
    });
  });
}

/**
 * One image's share of a weight's gradient: dw[k, o] += Σₚ x[p + table[k]] · g[p, o], the share summed
 * in order of p and then added. g and dw lie in panels of 8 output channels; the table's length is a
 * multiple of 4, `k`.
 */
function emitWeightGradient(module: ModuleBuilder): void {
  const signature = {
    x: 'i32',
    table: 'i32',
    g: 'i32',
    dw: 'i32',
    k: 'i32',
    panels: 'i32',
    height: 'i32',
    width: 'i32',
    row: 'i32',
    column: 'i32',
  } as const;
  module.function('convWeightGrad', signature, (body, p) => {
    const pixels = i32.mul(p.height, p.width);
    body.times(p.panels, () => {
      const tap = body.local('i32', p.table);
      body.times(
        p.k,
        () => {
          const lines = Array.from({ length: tileRows }, (_, i) =>
            body.local('i32', i32.add(p.x, i32.load(tap, 4 * i))),
          );
          const sums = lines.map(() => [0, 1].map(() => body.local('v128', body.splat(0))));
          const g = body.local('i32', p.g);
          body.times(p.height, () => {
            const at = lines.map((line) => body.local('i32', line));
            const count = body.local('i32', p.width);
            body.repeat(() => {
              const gradients = [0, 16].map((half) => body.local('v128', v128.load(g, half)));
              sums.forEach((pair, i) => {
                const pixel = body.local('v128', v128.load32Splat(at[i]));
                pair.forEach((sum, half) => multiplyAdd(body, sum, gradients[half], pixel));
                body.advance(at[i], p.column);
              });
              body.advance(g, 4 * panelWidth);
              body.advance(count, -1);
            }, count);
            lines.forEach((line) => body.advance(line, p.row));
          });
          sums.flat().forEach((sum, i) => {
            body.do(v128.store(p.dw, f32x4.add(v128.load(p.dw, 16 * i), sum), 16 * i));
          });
          body.advance(p.dw, 4 * panelWidth * tileRows);
          body.advance(tap, 4 * tileRows);
        },
        tileRows,
      );
      body.advance(p.g, i32.mul(pixels, i32.const(4 * panelWidth)));
    });
  });
}

export function emitConvolution(module: ModuleBuilder): void {
  emitForward(module);
  emitConvolutionLines(module);
  emitWeightGradient(module);
}
