// SIMD kernels of the gradients of softmax and its logarithm, some rows at a time while they are at hand. Knows no rule.
import type { KernelCall } from '../ops/op';
import { arena } from '../tensor/arena';
import { scratch } from './library';
import { inParts } from './pool';
import { address } from './planes';

/** So many elements at a time stay in the first-level cache. */
const atHand = 2048;
/** Nanoseconds of an element. */
const each = 1;

/**
 * From the gradient of y, and y, dense and of float32, to that of x, along the last dimension:
 * g·y − y·Σ g·y for softmax, g − e^y·Σ g for its logarithm, each step rounded as an op of its own.
 */
export function softmaxGradSimd(name: 'softmax' | 'logSoftmax') {
  return ({ inputs: [g, y], outputs: [x] }: KernelCall): boolean => {
    const columns = y.shape[y.shape.length - 1];
    const rows = y.count / columns;
    const block = Math.max(8, Math.floor(atHand / columns));
    const sums = scratch('sums', 8 * rows);
    arena.view('float64').fill(0, sums / 8, sums / 8 + rows);
    const totals = scratch('row totals', 4 * rows);
    const step = 4 * columns;
    const [gAt, yAt, xAt] = [g, y, x].map(address);
    inParts(rows, 8, each * columns, (from, to, use, part) => {
      const spare = scratch(`row block ${part}`, block * step);
      for (let first = from; first < to; first += block) {
        const count = Math.min(block, to - first);
        const elements = count * columns;
        const [ofG, ofY, ofX] = [gAt, yAt, xAt].map((at) => at + first * step);
        const [sum, total] = [sums + 8 * first, totals + 4 * first];
        const soft = name === 'softmax';
        if (soft) use('mul:both')(ofG, ofY, ofX, 0, 0, 1, elements);
        else use('exp')(ofY, spare, 0, 1, elements);
        use('sumRows')(soft ? ofX : ofG, step, sum, count, columns);
        use('finishSums')(sum, total, count, 1);
        use('mul:left')(soft ? ofY : spare, total, spare, step, 4, count, columns);
        use('sub:both')(soft ? ofX : ofG, spare, ofX, 0, 0, 1, elements);
      }
    });
    return true;
  };
}
