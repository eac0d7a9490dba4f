// Shapes beside the names of a model file. Knows no engine.
import {
  EventEmitter,
  InlayHint,
  InlayHintKind,
  languages,
  workspace,
  Disposable,
  type TextDocument,
  type Range,
} from 'vscode';
import type { ShapeHint } from '../../engine/protocol';
import { selector, toRange } from './hover';
import { fromSource, moved } from './moved';
import type { Shapes } from './shapes';

type Wanted = 'off' | 'declarations' | 'all';

const setting = 'retrograd.shapes.inlayHints';
const named: readonly ShapeHint['role'][] = ['declaration', 'parameter', 'assignment'];
/** A tensor, or something with tensors in it; numbers and modules are plain to see. */
const hasShape = /\b(?:f32|f64|i32|bool) \[/;
const longest = 60;

export function shapeInlayHints(shapes: Shapes): Disposable {
  const changed = new EventEmitter<void>();
  return Disposable.from(
    changed,
    shapes.onChange(() => changed.fire()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(setting)) changed.fire();
    }),
    languages.registerInlayHintsProvider(selector, {
      onDidChangeInlayHints: changed.event,
      provideInlayHints: (document, range) => hintsIn(shapes, document, range),
    }),
  );
}

function hintsIn(shapes: Shapes, document: TextDocument, visible: Range): InlayHint[] {
  const wanted = workspace.getConfiguration('', document).get<Wanted>(setting, 'declarations');
  const known = shapes.of(document);
  if (wanted === 'off' || !known) return [];
  const taken = new Set<string>();
  return shapes.hintsOf(document).flatMap((hint): InlayHint[] => {
    const { role, symbolic, text } = hint;
    const shown = named.includes(role) || (wanted === 'all' && isCall(document, hint));
    if (!shown || !hasShape.test(symbolic)) return [];
    const place = moved(fromSource(hint), known.edits);
    if (!place || !visible.contains(toRange(place).end)) return [];
    // A call whose value has a name says it there.
    const key = `${place.end.line}:${place.end.character}`;
    if (taken.has(key)) return [];
    taken.add(key);
    // The first call tells enough here; all others stand in the hover.
    const [first = '', ...others] = symbolic.split(/ \| | … /);
    const more = others.length > 0 ? ' …' : '';
    const short = first.length > longest ? `${first.slice(0, longest - 1)}…` : first + more;
    const inlay = new InlayHint(toRange(place).end, `: ${short}`, InlayHintKind.Type);
    inlay.tooltip = text;
    inlay.paddingLeft = role === 'expression';
    return [inlay];
  });
}

/** Calls end with a bracket; a read of a variable would only repeat what its declaration says. */
function isCall(document: TextDocument, { role, endLine, endColumn }: ShapeHint): boolean {
  if (role !== 'expression' || endLine > document.lineCount) return false;
  return document.lineAt(endLine - 1).text[endColumn - 2] === ')';
}
