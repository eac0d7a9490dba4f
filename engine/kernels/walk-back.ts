// A recurrent layer's walk back through time: each thread takes some samples' gradients through all steps. Knows no gradient rule.
import type { KernelCall } from '../ops/op';
import { arena } from '../tensor/arena';
import { scratch } from './library';
import { matrixOf } from './matmul';
import { multiplyPacked, pack, type Matrix } from './panels';
import { address } from './planes';
import { cells, copy, cost, pairs, places, times, walk, type WalkAttributes } from './walk';

export interface WalkBackAttributes extends WalkAttributes {
  /** Which gradients there are: of all outputs, of the last one, of the last cell state. */
  readonly given: readonly [all: boolean, last: boolean, lastCell: boolean];
  /** Whether the first state's gradient is wanted. */
  readonly first: boolean;
}

/**
 * Inputs: the gradients that are given, W_hhᵀ, the first states, and of all steps what the way there has kept, in
 * its order. Outputs: gradients of the input's gates, of the state's gates where they are others (GRU), and of the
 * first states.
 */
export function walkBackSimd({ inputs, outputs, attributes }: KernelCall): boolean {
  const { cell, reverse, given, first: wanted } = attributes as WalkBackAttributes;
  const count = given.filter(Boolean).length;
  const gradients = inputs.slice(0, count);
  const [ofAll, ofLast, ofLastCell] = given.map((is) => (is ? gradients.shift() : undefined));
  const { states } = cells[cell];
  const [turned, ...more] = inputs.slice(count);
  const firstStates = more.slice(0, states);
  const kept = more.slice(states).map(places);
  const ofGates = places(outputs[0]);
  const ofHidden = cell === 'gru' ? places(outputs[1]) : ofGates;
  const [turns, samples, width] = outputs[0].shape;
  const [size] = turned.shape;
  const area = samples * size;
  const timeOf = times(turns, reverse);
  const all = ofAll && places(ofAll);
  const rowBytes = 4 * size;
  const gateBytes = 4 * width;
  // What arrives at a state: through its cell, through the product, and together.
  const [through, product, together] = [0, 1, 2].map(
    (i) => scratch('ways back', 12 * area) + 4 * i * area,
  );
  const ofFirst = address(outputs.at(-states)!);
  const ofCell = cell === 'lstm' ? address(outputs.at(-1)!) : 0;
  if (ofCell !== 0 && ofLastCell) copy(address(ofLastCell), ofCell, area);
  else if (ofCell !== 0) arena.view('float32').fill(0, ofCell / 4, ofCell / 4 + area);
  const nothing = ofAll || ofLast ? 0 : scratch('no gradient', 4 * area);
  if (nothing !== 0) arena.view('float32').fill(0, nothing / 4, nothing / 4 + area);
  const right: Matrix = { ...matrixOf(turned), ...sides(matrixOf(turned)) };

  walk(turns, samples, cost(width / size, size), (use, part, m) => {
    const left = { row: gateBytes, column: 4 };
    const packed = pack(use, part, pairs(), left, right, [m, size, width]);
    return (back, from, rows) => {
      const turn = turns - 1 - back;
      const time = timeOf(turn);
      const offset = from * rowBytes;
      const elements = rows * size;
      const sum = (a: number, b: number): number => {
        use('add:both')(a, b, together + offset, 0, 0, 1, elements);
        return together + offset;
      };
      const parts = [
        ...(back === 0 && ofLast ? [address(ofLast) + offset] : []),
        ...(all ? [all(time, from)] : []),
        ...(back > 0 && cell === 'gru' ? [through + offset] : []),
        ...(back > 0 ? [product + offset] : []),
      ];
      const dh = parts.length === 0 ? nothing + offset : parts.reduce(sum);
      const now = kept.map((place) => place(time, from));
      const gates = ofGates(time, from);
      const before = (state: number): [number, number] =>
        turn === 0
          ? [places(firstStates[state])(0, from), 4 * firstStates[state].strides[0]]
          : [kept[state](timeOf(turn - 1), from), rowBytes];
      if (cell === 'lstm') {
        const cellState = [ofCell + offset, ...now.slice(1), ofCell + offset];
        use('lstmCellGrad')(dh, ...cellState, ...before(1), gates, gateBytes, rows, size);
      } else if (cell === 'gru') {
        const [, r, z, n, y] = now;
        const read = [dh, r, z, n, through + offset, y, gateBytes, ...before(0)];
        use('gruCellGrad')(...read, gates, ofHidden(time, from), gateBytes, rows, size);
      } else
        use(cell === 'rnnTanh' ? 'tanhGrad' : 'reluGrad')(dh, now[0], gates, 0, 0, 1, elements);
      if (turn === 0 && !wanted) return;
      const to = { at: product + offset, row: rowBytes };
      const a = { at: ofHidden(time, from), row: gateBytes, column: 4 };
      multiplyPacked(use, a, packed, to, [rows, width]);
      if (turn > 0) return;
      const target = ofFirst + offset;
      if (cell === 'gru') use('add:both')(through + offset, to.at, target, 0, 0, 1, elements);
    };
  });
  if (wanted && cell !== 'gru') copy(product, ofFirst, area);
  return true;
}

/** A matrix turned over. */
const sides = ({ row, column }: Matrix): Pick<Matrix, 'row' | 'column'> => ({
  row: column,
  column: row,
});
