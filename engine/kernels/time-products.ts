// What all steps of a sequence give to one weight: products and sums, added in the order in which they arrive. Knows no cell.
import type { KernelCall } from '../ops/op';
import { scratch } from './library';
import { perTerm, tileRows } from './matmul';
import { multiplyPacked, pack } from './panels';
import { inParts } from './pool';
import { address } from './planes';
import { chunk, pairs, times } from './walk';

export interface TimeAttributes {
  /** Walked from the last time to the first. */
  readonly reverse: boolean;
}

/**
 * Σ over steps, the last first, of (state before)ᵀ · (gradient of the gates): from all states [T, N, H], the first
 * ones [N, H] and gradients [T, N, W], dense, to [H, W]. Each step's product is a sum of its own, as it is when
 * steps come one by one.
 */
export function timeProductsSimd({ inputs, outputs: [y], attributes }: KernelCall): boolean {
  const { reverse } = attributes as TimeAttributes;
  const [states, first, gradients] = inputs;
  const [turns, samples, width] = gradients.shape;
  const [size] = y.shape;
  const timeOf = times(turns, reverse);
  const stateStep = 4 * samples * size;
  const row = 4 * width;
  const sums = scratch('time products', 4 * size * width);
  for (let last = turns - 1; last >= 0; last -= chunk) {
    const end = Math.max(0, last - chunk + 1);
    const cost = width * samples * perTerm * (last - end + 1);
    inParts(size, tileRows, cost, (from, to, use, part) => {
      for (let turn = last; turn >= end; turn--) {
        const before =
          turn === 0
            ? { at: address(first), column: 4 * first.strides[0] }
            : { at: address(states) + timeOf(turn - 1) * stateStep, column: 4 * size };
        const a = { ...before, at: before.at + 4 * from, row: 4 };
        const b = { at: address(gradients) + timeOf(turn) * samples * row, row, column: 4 };
        const target = address(y) + from * row;
        const own = turn === turns - 1 ? target : sums + from * row;
        const packed = pack(use, part, pairs(), a, b, [to - from, width, samples]);
        multiplyPacked(use, a, packed, { at: own, row }, [to - from, samples]);
        if (own !== target) use('add:both')(target, own, target, 0, 0, 1, (to - from) * width);
      }
    });
  }
  return true;
}
