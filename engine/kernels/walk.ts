// A recurrent layer's walk along time: each thread takes some samples through all steps. Knows no gradient.
import type { KernelCall } from '../ops/op';
import { arena } from '../tensor/arena';
import type { Tensor } from '../tensor/tensor';
import { scratch } from './library';
import { matrixOf, perTerm, tileRows } from './matmul';
import { multiplyPacked, pack } from './panels';
import { inParts, type Use } from './pool';
import { address } from './planes';
import { wide } from './tier';

export type CellName = 'rnnTanh' | 'rnnRelu' | 'lstm' | 'gru';

export interface WalkAttributes {
  readonly cell: CellName;
  /** From the last time to the first. */
  readonly reverse: boolean;
  /** The state's part of the gates has a bias. */
  readonly bias: boolean;
}

/** What a cell has: gates side by side, states, and tensors [T, N, H] that it keeps, of which the states come first. */
export const cells: Readonly<Record<CellName, { gates: number; states: number; kept: number }>> = {
  rnnTanh: { gates: 1, states: 1, kept: 1 },
  rnnRelu: { gates: 1, states: 1, kept: 1 },
  lstm: { gates: 4, states: 2, kept: 6 },
  gru: { gates: 3, states: 1, kept: 4 },
};

/** Steps whose calls are handed to the threads at once. */
export const chunk = 32;
/** Nanoseconds of a gate of one sample in one step. */
const perGate = 1.5;

/** Float32 that the kernels can read: a walk has data, and its rows are dense. */
export function walks(drive: Tensor, turned: Tensor, states: readonly Tensor[]): boolean {
  const { row, column } = matrixOf(turned);
  return (
    drive.isContiguous &&
    drive.count > 0 &&
    (row === 4 || column === 4) &&
    states.every(({ strides, shape }) => strides[1] === 1 || shape[1] === 1) &&
    [drive, turned, ...states].every(({ dtype }) => dtype === 'float32')
  );
}

/** Where row `row` of step `time` of a dense [T, N, *] lies; one of [N, *] is the same at each step. */
export function places(x: Tensor): (time: number, row: number) => number {
  const at = address(x);
  const row = 4 * x.strides[x.shape.length - 2];
  const step = x.shape.length === 3 ? 4 * x.strides[0] : 0;
  return (time, sample) => at + time * step + sample * row;
}

/** The time of each turn of a walk. */
export const times =
  (turns: number, reverse: boolean) =>
  (turn: number): number =>
    reverse ? turns - 1 - turn : turn;

/** Does `step` for each turn of a walk in each part of the samples, some turns at a time. */
export function walk(
  turns: number,
  samples: number,
  nanoseconds: number,
  begin: (
    use: Use,
    part: number,
    rows: number,
  ) => (turn: number, from: number, rows: number) => void,
): void {
  for (let first = 0; first < turns; first += chunk) {
    const end = Math.min(turns, first + chunk);
    inParts(samples, tileRows, nanoseconds * (end - first), (from, to, use, part) => {
      const step = begin(use, part, to - from);
      for (let turn = first; turn < end; turn++) step(turn, from, to - from);
    });
  }
}

/** Nanoseconds of one sample's step. */
export const cost = (gates: number, size: number): number =>
  gates * size * (size * perTerm + perGate);

/** Whether products go in tiles of twice the columns: nothing is tried here. */
export const pairs = (): boolean => wide?.verdict === 'other';

/**
 * Inputs: the input's part of the gates [T, N, G·H], W_hhᵀ [H, G·H], the first states [N, H], and b_hh where there
 * is one. Outputs: the states of all steps [T, N, H], what each step keeps for the way back, and the last states.
 */
export function walkSimd({ inputs, outputs, attributes }: KernelCall): boolean {
  const { cell, reverse, bias } = attributes as WalkAttributes;
  const [drive, turned, ...more] = inputs;
  const [turns, samples, width] = drive.shape;
  const [size] = turned.shape;
  const { states, kept } = cells[cell];
  const first = more.slice(0, states).map(places);
  const firstRows = more.slice(0, states).map((x) => 4 * x.strides[0]);
  const at = outputs.map(places);
  const x = places(drive);
  const biasAt = bias ? address(more[states]) : 0;
  const hidden = scratch('state gates', 4 * samples * width);
  const timeOf = times(turns, reverse);
  const right = matrixOf(turned);
  const rowBytes = 4 * width;

  walk(turns, samples, cost(width / size, size), (use, part, m) => {
    const left = { row: 4 * size, column: 4 };
    const packed = pack(use, part, pairs(), left, right, [m, width, size]);
    return (turn, from, rows) => {
      const time = timeOf(turn);
      const before = (state: number): [number, number] =>
        turn === 0
          ? [first[state](0, from), firstRows[state]]
          : [at[state](timeOf(turn - 1), from), 4 * size];
      const [h, hRow] = before(0);
      const y = cell === 'gru' ? at[kept](time, from) : hidden + from * rowBytes;
      const to = { at: y, row: rowBytes };
      multiplyPacked(use, { at: h, row: hRow, column: 4 }, packed, to, [rows, size]);
      if (bias) use('add:both')(y, biasAt, y, rowBytes, 0, rows, width);
      const now = at.slice(0, kept).map((place) => place(time, from));
      const gates = [x(time, from), rowBytes, y, rowBytes];
      if (cell === 'lstm') use('lstmCell')(...gates, ...before(1), ...now, rows, size);
      else if (cell === 'gru') use('gruCell')(...gates, h, hRow, ...now, rows, size);
      else {
        use('add:both')(x(time, from), y, now[0], 0, 0, 1, rows * size);
        use(cell === 'rnnTanh' ? 'tanh' : 'relu')(now[0], now[0], 0, 1, rows * size);
      }
    };
  });

  const last = timeOf(turns - 1);
  for (let state = 0; state < states; state++)
    copy(at[state](last, 0), at[at.length - states + state](0, 0), samples * size);
  return true;
}

/** Copies float32 from one address to another. */
export function copy(from: number, to: number, count: number): void {
  arena.view('float32').copyWithin(to / 4, from / 4, from / 4 + count);
}
