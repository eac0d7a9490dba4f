// What a way of asking the model is, and which one fits its input. Knows no way's inside.
import type { ProbeAnswer, ProbeInfo } from '../../engine/protocol';

/** A way of asking: controls for an input, told of what the model said. */
export interface ProbePad {
  readonly root: HTMLElement;
  /** Asks again: the model has learned meanwhile, or the input has changed. */
  ask(): void;
}

/** What a pad works with. */
export interface Asker {
  /** Asks for one sample, and shows the answer beside the pad; of many moves only the latest is asked. */
  ask(values: ArrayLike<number>, tokens?: readonly string[]): void;
  /** Asks for many samples at once. */
  many(values: number[], count: number): Promise<ProbeAnswer>;
  /** Something is wrong with the input; an empty text takes it back. */
  complain(text: string): void;
}

export type ProbeKind = 'surface' | 'symbols' | 'picture' | 'numbers';

/** So many numbers have a field each. */
const mostFields = 64;

export function kindOf({ shape, dtype, sample, others }: ProbeInfo): ProbeKind {
  if (dtype === 'int32') return 'symbols';
  if (shape.length === 1 && sample.length === 2 && others === 0) return 'surface';
  return sample.length <= mostFields ? 'numbers' : 'picture';
}

/** Planes of a sample: channels, rows and columns; a plain list is one row of them. */
export function planesOf(shape: readonly number[]): {
  channels: number;
  rows: number;
  columns: number;
} {
  const [columns = 1, rows = 1, ...lead] = shape.toReversed();
  return { channels: lead.reduce((product, side) => product * side, 1), rows, columns };
}
