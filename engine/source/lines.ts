// Offsets of a text as 1-based lines and columns, and back. Knows no syntax.
import type { SourceRange } from '../protocol';

/** The lines of one file. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(
    readonly path: string,
    private readonly text: string,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
      this.starts.push(at + 1);
  }

  /** The offset of a 1-based line and column. */
  offset(line: number, column: number): number {
    return (this.starts[line - 1] ?? this.text.length) + column - 1;
  }

  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.starts[low] + 1 };
  }

  range(start: number, end: number): SourceRange {
    const from = this.position(start);
    const to = this.position(end);
    return {
      file: this.path,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
    };
  }

  /** The text between two offsets. */
  slice(start: number, end: number): string {
    return this.text.slice(start, end);
  }

  /** Where the word at an offset ends; at least one character further, but never past the line. */
  wordEnd(offset: number): number {
    let end = offset;
    while (end < this.text.length && /[\w$]/.test(this.text[end])) end++;
    if (end > offset) return end;
    return offset < this.text.length && this.text[offset] !== '\n' ? offset + 1 : offset;
  }
}
