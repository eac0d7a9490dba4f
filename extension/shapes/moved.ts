// Moves ranges along with edits, so that what was found in a text stays at its place while one types. Knows no editor.
import type { SourceRange } from '../../engine/protocol';

/** A place as editors count, from 0. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** What was replaced, and by what. */
export interface TextEdit {
  readonly range: { readonly start: Place; readonly end: Place };
  readonly text: string;
}

export interface PlaceRange {
  readonly start: Place;
  readonly end: Place;
}

const before = (a: Place, b: Place): boolean =>
  a.line < b.line || (a.line === b.line && a.character <= b.character);

/** Editors count from 0; ours, like everybody's error messages, from 1. */
export function fromSource({ line, column, endLine, endColumn }: SourceRange): PlaceRange {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}

/** Where a range is after some edits, in order; undefined when one has touched it. */
export function moved(range: PlaceRange, edits: readonly TextEdit[]): PlaceRange | undefined {
  let { start, end } = range;
  for (const edit of edits) {
    if (before(end, edit.range.start)) continue;
    if (!before(edit.range.end, start)) return undefined;
    start = shifted(start, edit);
    end = shifted(end, edit);
  }
  return { start, end };
}

/** A place behind an edit. */
function shifted({ line, character }: Place, { range: { start, end }, text }: TextEdit): Place {
  const lines = text.split('\n');
  const added = lines.length - 1;
  const last = lines[added]!.length + (added === 0 ? start.character : 0);
  return {
    line: line + added - (end.line - start.line),
    character: line === end.line ? last + character - end.character : character,
  };
}
