// What a hover over an expression says: its type, how it comes about, how often. Knows no engine.
import {
  Hover,
  languages,
  MarkdownString,
  Range,
  type Disposable,
  type TextDocument,
} from 'vscode';
import type { Position } from 'vscode';
import type { ShapeHint } from '../../engine/protocol';
import { fromSource, moved, type PlaceRange } from './moved';
import type { Observations } from './observed';
import type { Shapes } from './shapes';

/** So many characters fit beside each other in any hover. */
const narrow = 60;

export const selector = { language: 'typescript', scheme: 'file' };

export function shapeHover(shapes: Shapes, observations: Observations): Disposable {
  return languages.registerHoverProvider(selector, {
    async provideHover(document, position): Promise<Hover | undefined> {
      const seen = await observations.at(document, position);
      await shapes.first(document);
      const told = expectedHover(shapes, document, position);
      if (!seen) return told;
      return new Hover([...(told?.contents ?? []), seen], told?.range);
    },
  });
}

/** What the shape run says. */
function expectedHover(
  shapes: Shapes,
  document: TextDocument,
  position: Position,
): Hover | undefined {
  if (!shapes.of(document)) return undefined;
  const found = hintAt(shapes, document, position);
  if (found) return new Hover([written(found.hint.text)], found.range);
  return moduleHover(shapes, document, position) ?? unreachedHover(shapes, document, position);
}

/** The smallest part of the text around a place that has a hint; of equal ones, the one with a name. */
export function hintAt(
  shapes: Shapes,
  document: TextDocument,
  position: Position,
): { hint: ShapeHint; range: Range } | undefined {
  const edits = shapes.of(document)?.edits ?? [];
  let best: { hint: ShapeHint; range: Range } | undefined;
  for (const hint of shapes.hintsOf(document)) {
    const place = moved(fromSource(hint), edits);
    if (!place) continue;
    const range = toRange(place);
    if (!range.contains(position) || range.end.isEqual(position)) continue;
    const smaller = !best || (best.range.contains(range) && !best.range.isEqual(range));
    if (smaller || (best!.range.isEqual(range) && best!.hint.name === '')) best = { hint, range };
  }
  return best;
}

export function toRange({ start, end }: PlaceRange): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

/** The type stands out; the rest is plain text, whatever characters are in it. */
function written(text: string): MarkdownString {
  const [type = '', ...details] = text.split('\n');
  // What differs by call stands below each other, unless all of it is short.
  const lines = type.length <= narrow ? type : type.replace(/ ([|…]) (?=\S)/g, '\n$1 ');
  const markdown = new MarkdownString().appendCodeblock(lines, 'typescript');
  details.forEach((line, i) => {
    if (i > 0) markdown.appendMarkdown('  \n');
    markdown.appendText(line);
  });
  return markdown;
}

const plainText = (text: string): MarkdownString => new MarkdownString().appendText(text);

/** A class of modules, also where it is only named or imported. */
function moduleHover(
  shapes: Shapes,
  document: TextDocument,
  position: Position,
): Hover | undefined {
  const range = document.getWordRangeAtPosition(position);
  const word = range && document.getText(range);
  const module = shapes.of(document)!.answer.modules.find(({ name }) => name === word);
  if (!module) return undefined;
  const { name, parameters, output } = module;
  const gives = output === '' ? '' : `\ngives ${output}`;
  const text = `${name}: ${parameters.toLocaleString('en')} parameters${gives}`;
  return new Hover([written(text)], range);
}

function unreachedHover(
  shapes: Shapes,
  document: TextDocument,
  position: Position,
): Hover | undefined {
  const { answer, edits } = shapes.of(document)!;
  const reasons = answer.reason === undefined ? [] : [plainText(answer.reason)];
  for (const unreached of answer.unreached) {
    if (unreached.file !== document.uri.fsPath) continue;
    const place = moved(fromSource(unreached), edits);
    if (place && toRange(place).contains(position))
      return new Hover([plainText(unreached.text), ...reasons], toRange(place));
  }
  return reasons.length > 0 && answer.hints === '[]' ? new Hover(reasons) : undefined;
}
