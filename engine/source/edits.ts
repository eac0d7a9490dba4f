// Changes to a text that keep every line where it is, and the way back from changed to original places.

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** At one place: what closes stands left of what merely stands there, and that left of what opens. */
  readonly side: -1 | 0 | 1;
  /** Length of what it opens or closes: the inner one stands nearer to the code. */
  readonly span: number;
  /** Of those that merely stand there, lower ones come first; of equal ranges, the later is the inner. */
  readonly order: number;
}

/** Collects changes, then applies them all. Blanked text keeps its length and its line breaks. */
export class Edits {
  private readonly characters: string[];
  private readonly insertions: Insertion[] = [];

  constructor(private readonly text: string) {
    this.characters = text.split('');
  }

  /** Replaces a range by spaces. */
  blank(start: number, end: number): void {
    for (let at = start; at < end; at++) {
      if (!/[\n\r\u2028\u2029]/.test(this.characters[at])) this.characters[at] = ' ';
    }
  }

  /** Blanks a whole statement; a semicolon keeps its neighbours apart. */
  blankStatement(start: number, end: number): void {
    this.blank(start, end);
    this.characters[start] = ';';
  }

  /**
   * Blanks a type behind an expression. Where a line begins with a bracket after it, the type alone
   * ended the statement, so a semicolon takes over.
   */
  blankTrailing(start: number, end: number): void {
    this.blank(start, end);
    const after = /^(?:[^\S\n]|\/\/[^\n]*|\/\*[^]*?\*\/)*\n(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*[([`]/;
    if (after.test(this.text.slice(end))) this.close(end, ';', Infinity);
  }

  /** Puts a text between what ends at a place and what begins there, before texts of a higher order. */
  insert(at: number, text: string, order = 0): void {
    this.insertions.push({ at, text, side: 0, span: 0, order });
  }

  /** Puts texts around a range; ranges that begin or end together nest. */
  wrap({ start, end }: { start: number; end: number }, before: string, after: string): void {
    const order = this.insertions.length;
    this.insertions.push({ at: start, text: before, side: 1, span: end - start, order });
    this.close(end, after, end - start);
  }

  private close(at: number, text: string, span: number): void {
    this.insertions.push({ at, text, side: -1, span, order: -this.insertions.length });
  }

  /** Blanks a range and puts a text in its place: all that is put around the range stays around it. */
  replace(start: number, end: number, text: string): void {
    this.blank(start, end);
    const order = this.insertions.length;
    this.insertions.push({ at: start, text, side: 1, span: 0, order });
  }

  apply(): Edited {
    const sorted = this.insertions.toSorted(
      (a, b) => a.at - b.at || a.side - b.side || a.side * (b.span - a.span) || a.order - b.order,
    );
    const parts: string[] = [];
    const marks: { generated: number; original: number }[] = [];
    let from = 0;
    let length = 0;
    const push = (text: string): void => {
      parts.push(text);
      length += text.length;
    };
    for (const { at, text } of sorted) {
      push(this.characters.slice(from, at).join(''));
      marks.push({ generated: length, original: at });
      push(text);
      marks.push({ generated: length, original: at });
      from = at;
    }
    push(this.characters.slice(from).join(''));
    return { text: parts.join(''), original: (generated) => originalOf(marks, generated) };
  }
}

export interface Edited {
  readonly text: string;
  /** The place in the original text of a place in the changed one; inserted text maps to where it stands. */
  original(generated: number): number;
}

function originalOf(
  marks: readonly { generated: number; original: number }[],
  generated: number,
): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle].generated <= generated) low = middle + 1;
    else high = middle;
  }
  const mark = marks[low - 1];
  if (mark === undefined) return generated;
  const next = marks[low];
  // Between the two marks of one insertion the original does not move.
  const moved = mark.original + generated - mark.generated;
  return next ? Math.min(moved, next.original) : moved;
}
