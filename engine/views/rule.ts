// What a rule is: which elements make one element of a result, and how that is written. Knows no op.
import type { Row } from '../tape/tape';

/** A factor: an element of an input or of another output, or a number of the op's own. */
export interface Part {
  readonly source?: { readonly side: 'in' | 'out'; readonly index: number };
  readonly cell?: readonly number[];
  readonly value: number;
  readonly label?: string;
}

/** How one element comes about. */
export interface Rule {
  readonly text: string;
  /** The factors of each term; no more than can be shown. */
  readonly parts: readonly (readonly Part[])[];
  /** How many terms there are in all, when that is more. */
  readonly count?: number;
  /** Puts the terms, written in numbers, into one line. */
  readonly write: (terms: readonly string[]) => string;
}

/** Reads an element of an input, or of an output. */
export type Read = (side: 'in' | 'out', index: number, cell: readonly number[]) => number;

/** No more terms of a sum than this are listed. */
export const mostParts = 512;

export const added = (terms: readonly string[]): string => terms.join(' + ') || '0';

/** One element of a row's output that wants explaining. */
export interface At {
  readonly row: Row;
  readonly output: number;
  readonly cell: readonly number[];
  /** An element of an input. */
  readonly read: (input: number, cell: readonly number[]) => number;
  readonly of: (input: number, cell: readonly number[]) => Part;
  /** The same element of another output. */
  readonly made: (output: number) => Part;
}
