// What is wrong with the user's text itself. Knows no editor.
import type { ProblemKind, SourceRange } from '../protocol';

/** A program that cannot be built, and the place in it. */
export class SourceError extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
    readonly range: SourceRange,
  ) {
    super(message);
    this.name = 'SourceError';
  }
}
