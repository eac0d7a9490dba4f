// Sequences that answer sequences: source and target symbols, padded to one length. Knows no task.
import { EngineError } from '../tensor/errors';
import { TensorDataset, type Column } from './dataset';
import { Vocabulary } from './vocabulary';

/** Symbols that stand for no content; their numbers are the same in every vocabulary of pairs. */
export const pad = 0;
export const start = 1;
export const end = 2;
const marks = ['_', '<', '>'];

/** A text whose letters, or a list whose items, are the symbols. */
export type Sequence = string | readonly string[];

/**
 * Anything answered by a sequence. In a sample, y [T] is the mark `start`, the answer's symbols, the
 * mark `end`, then padding: a decoder reads y without its last symbol and predicts y without its first.
 */
export class AnswerDataset extends TensorDataset {
  constructor(
    inputs: Column,
    answers: readonly Sequence[],
    readonly target = vocabularyOf(answers),
  ) {
    super(inputs, padded(answers.map((answer) => [start, ...target.encode(answer), end])));
  }

  /** The answer that these numbers spell, up to the mark `end`, without marks. */
  read(numbers: ArrayLike<number>): string {
    const list = Array.from(numbers);
    const stop = list.indexOf(end);
    const content = (stop < 0 ? list : list.slice(0, stop)).filter((number) => number > end);
    return this.target.decode(content);
  }
}

/** Sequences answered by sequences; x [S] is the source's symbols, then padding. */
export class PairDataset extends AnswerDataset {
  constructor(
    sources: readonly Sequence[],
    targets: readonly Sequence[],
    readonly source = vocabularyOf(sources),
  ) {
    super(padded(sources.map((sequence) => source.encode(sequence))), targets);
  }
}

/** A dataset of source and target sequences, one pair per index; vocabularies come from the pairs. */
export function pairs(sources: readonly Sequence[], targets: readonly Sequence[]): PairDataset {
  if (sources.length !== targets.length) {
    throw new EngineError(
      'data',
      `pairs: ${sources.length} sources but ${targets.length} targets; there must be one for each`,
    );
  }
  return new PairDataset(sources, targets);
}

function vocabularyOf(sequences: readonly Sequence[]): Vocabulary {
  const words = sequences.some((sequence) => typeof sequence !== 'string');
  const symbols = new Set(sequences.flatMap((sequence) => Array.from(sequence)));
  const clash = marks.find((mark) => symbols.has(mark));
  if (clash !== undefined) {
    throw new EngineError(
      'data',
      `pairs: the symbol '${clash}' is a mark of its own and cannot be content`,
    );
  }
  return new Vocabulary([...marks, ...[...symbols].sort()], words ? ' ' : '');
}

/** Rows of numbers, filled up with `pad` to one length. */
export function padded(rows: readonly (readonly number[])[]): Column {
  const length = Math.max(0, ...rows.map((row) => row.length));
  const values = new Int32Array(rows.length * length).fill(pad);
  rows.forEach((row, i) => values.set(row, i * length));
  return { values, shape: [length] };
}
