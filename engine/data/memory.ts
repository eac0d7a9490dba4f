// Sequences that ask a network to remember: parity, brackets, adding, copy-memory, waves. Knows no model.
import { checkOptions } from '../tensor/errors';
import { checkCount } from './batches';
import { TensorDataset } from './dataset';
import { Random, seedOf, type Seeded } from './random';

export interface MemoryOptions extends Seeded {
  /** How many sequences. Default 1000. */
  count?: number;
  /** Steps per sequence. */
  length?: number;
}

function streams(
  name: string,
  options: MemoryOptions,
  defaultLength: number,
): { length: number; all: Random[] } {
  checkOptions(name, options, ['count', 'length', 'seed']);
  const { count = 1000, length = defaultLength } = options;
  checkCount(name, 'count', count);
  checkCount(name, 'length', length, 2);
  const seed = seedOf(options);
  return { length, all: Array.from({ length: count }, (_, i) => new Random(seed, name, i)) };
}

/** Bits, and whether the number of ones is odd. Samples: x [length], y 0 or 1. */
export function parity(options: MemoryOptions = {}): TensorDataset {
  const { length, all } = streams('parity', options, 10);
  const rows = all.map((random) => Array.from({ length }, () => random.whole(0, 2)));
  const y = rows.map((row) => row.reduce((sum, bit) => sum + bit, 0) % 2);
  return new TensorDataset(
    { values: Int32Array.from(rows.flat()), shape: [length] },
    { values: Int32Array.from(y), shape: [] },
  );
}

/**
 * Rows of brackets '(' 0 and ')' 1, half of them balanced, and half of them balanced but for a few
 * that were turned around. Samples: x [length] (even), y 1 where every bracket has its partner.
 */
export function brackets(options: MemoryOptions = {}): TensorDataset {
  const { length: asked, all } = streams('brackets', options, 12);
  const length = asked + (asked % 2);
  const rows = all.map((random, i) => {
    const row = balanced(length, random);
    if (i % 2 === 1) while (isBalanced(row)) row[random.whole(0, length)] ^= 1;
    return row;
  });
  return new TensorDataset(
    { values: Int32Array.from(rows.flat()), shape: [length] },
    { values: Int32Array.from(rows, (row) => Number(isBalanced(row))), shape: [] },
  );
}

function balanced(length: number, random: Random): number[] {
  let open = 0;
  return Array.from({ length }, (_, i) => {
    const opens = open === 0 || (open < length - i && random.uniform() < 0.5);
    open += opens ? 1 : -1;
    return opens ? 0 : 1;
  });
}

function isBalanced(row: readonly number[]): boolean {
  let open = 0;
  return row.every((bracket) => (open += bracket === 0 ? 1 : -1) >= 0) && open === 0;
}

/**
 * The adding problem (Hochreiter and Schmidhuber, 1997): numbers in [0, 1), two of which are marked,
 * one in each half; the answer is their sum. Always answering 1 has a squared error of 1/6.
 * Samples: x [length, 2] number and mark, y [1].
 */
export function adding(options: MemoryOptions = {}): TensorDataset {
  const { length, all } = streams('adding', options, 50);
  const x = new Float32Array(all.length * length * 2);
  const y = Float32Array.from(all, (random, i) => {
    const half = Math.floor(length / 2);
    const marked = [random.whole(0, half), random.whole(half, length)];
    let sum = 0;
    for (let t = 0; t < length; t++) {
      const value = random.uniform();
      const mark = marked.includes(t) ? 1 : 0;
      x.set([value, mark], (i * length + t) * 2);
      sum += value * mark;
    }
    return sum;
  });
  return new TensorDataset({ values: x, shape: [length, 2] }, { values: y, shape: [1] });
}

/**
 * The copy-memory problem: ten symbols 1…8, then blanks (0) for `length` steps, the last of them the
 * call (9) to repeat the ten symbols. Samples: x and y [length + 20].
 */
export function copyMemory(options: MemoryOptions = {}): TensorDataset {
  const { length, all } = streams('copyMemory', options, 20);
  const total = length + 20;
  const [x, y] = [new Int32Array(all.length * total), new Int32Array(all.length * total)];
  all.forEach((random, i) => {
    const symbols = Array.from({ length: 10 }, () => random.whole(1, 9));
    x.set(symbols, i * total);
    x[i * total + length + 9] = 9;
    y.set(symbols, (i + 1) * total - 10);
  });
  return new TensorDataset({ values: x, shape: [total] }, { values: y, shape: [total] });
}

/** Noisy waves of different lengths and phases, to be continued. Samples: x [length, 1], y [length, 1] one step later. */
export function sine(options: MemoryOptions = {}): TensorDataset {
  const { length, all } = streams('sine', options, 40);
  const [x, y] = [new Float32Array(all.length * length), new Float32Array(all.length * length)];
  all.forEach((random, i) => {
    const [period, phase] = [random.uniform(8, 24), random.uniform(0, 2 * Math.PI)];
    const wave = (t: number): number => Math.sin((2 * Math.PI * t) / period + phase);
    for (let t = 0; t < length; t++) {
      x[i * length + t] = wave(t) + random.normal(0, 0.02);
      y[i * length + t] = wave(t + 1);
    }
  });
  return new TensorDataset({ values: x, shape: [length, 1] }, { values: y, shape: [length, 1] });
}
