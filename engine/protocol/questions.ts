// Questions about a run, not only about a step: what can be asked, and what is answered. Knows no port, no tensor, no editor.
import type { SourceRange } from '../protocol';

export type RunQuestion =
  /** Which update, before the cursor, last changed a parameter. */
  | { kind: 'lastChange'; name: string; frame?: number }
  /**
   * In which step a size first passed a limit: of the `loss`, of a parameter, of a gradient
   * (`fc1.weight.grad`), or of what a variable holds. `*` is any parameter.
   */
  | { kind: 'firstOver'; name: string; limit: number; frame?: number }
  /** Where the held branch first differs from another one; 0 is the trunk. */
  | { kind: 'firstDifference'; branch: number };

/** What was found, or that there is nothing. */
export interface RunAnswer {
  /** For people: what, where, and the numbers. */
  text: string;
  step?: number;
  branch?: number;
  /** The row of that step. */
  row?: number;
  op?: string;
  /** The parameter, the variable or the operand that it is about. */
  name?: string;
  place?: SourceRange;
  /** Of an element the number, counted row by row. */
  element?: number;
  /** The size that passed the limit; how much a parameter was changed; or an element here. */
  value?: number;
  /** The same element before the change, or in the other run. */
  other?: number;
}

/** What the user's thread is asked on the way to an answer. */
export interface InquiryRequests {
  /** The last step before `step` in which a parameter was changed; 0 when there is none. */
  changedBefore(request: { parameter: number; step: number }): number;
  /** The first step whose loss passed a limit; 0 when there is none. */
  lossOver(request: { limit: number }): { step: number; value: number };
  /** A number for the losses of each step of a branch: equal losses have equal numbers. */
  lossMarks(request: { branch: number; start: number; count: number }): Int32Array;
  /** Runs all steps again, and pauses behind the first in which the size passed the limit; `sought` tells when. */
  scan(request: ScanRequest): void;
  /** Where a scan has stopped; step 0 when nowhere. */
  scanned(): { step: number; value: number };
}

export interface ScanRequest {
  of: 'parameter' | 'gradient' | 'variable' | 'anyParameter';
  /** The parameter's number among those of all optimizers. */
  parameter?: number;
  variable?: string;
  limit: number;
}

/** What a name means where the cursor stands. */
export interface Subject {
  of: 'loss' | 'parameter' | 'gradient' | 'variable' | 'anyParameter';
  /** The parameter's path, or the variable. */
  name: string;
  /** The parameter's number among those of all optimizers; −1 when none holds it. */
  parameter: number;
  /** Where the parameter was made. */
  place?: SourceRange;
}

/** One change of a parameter by an update. */
export interface ChangeInfo {
  row: number;
  op: string;
  place?: SourceRange;
  /** Norms of the change, and of the parameter before it. */
  norm: number;
  before: number;
  /** The element that was changed most. */
  element: number;
  from: number;
  to: number;
}

/** Where a size passed a limit. */
export interface ExcessInfo {
  /** For people: what it is the size of. */
  what: string;
  row: number;
  value: number;
  place?: SourceRange;
}

/** A row of one run, to be held against that of another. */
export interface RowSides {
  row: number;
  op: string;
  place?: SourceRange;
  /** The op, its types and its attributes, as text. */
  head: string;
  attributes: string;
  /** Operands, then results: each with its name and elements, of many only the first. */
  sides: { name: string; elements: Float64Array }[];
}

/** What a held step is asked on the way to an answer. */
export interface HeldInquiryRequests {
  subject(request: { name: string; frame?: number }): Subject;
  /** The last change of a parameter in this step; with `here`, before the cursor. */
  changeOf(request: { name: string; here: boolean }): ChangeInfo | null;
  /** Where in this step the size of a subject first passed a limit. */
  excessOf(request: { subject: Subject; limit: number }): ExcessInfo | null;
  /** Two words for each of the rows from `start` on: equal rows with equal results have equal words. */
  rowMarks(request: { start: number; count: number }): Int32Array;
  rowSides(request: { row: number }): RowSides;
}
