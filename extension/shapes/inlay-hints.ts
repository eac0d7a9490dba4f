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
    const { role, symbolic, text, line, column } = hint;
    const shown =
      named.includes(role) || (wanted === 'all' && role === 'expression' && isCall(hint));
    if (!shown || !hasShape.test(symbolic)) return [];
    const place = moved(fromSource(hint), known.edits);
    if (!place || !visible.contains(toRange(place).end)) return [];
    // A call whose value has a name says it there.
    const key = `${place.end.line}:${place.end.character}`;
    if (taken.has(key)) return [];
    taken.add(key);
    const short = symbolic.length > longest ? `${symbolic.slice(0, longest - 1)}…` : symbolic;
    const inlay = new InlayHint(toRange(place).end, `: ${short}`, InlayHintKind.Type);
    inlay.tooltip = `${text}\n(${line}:${column})`;
    inlay.paddingLeft = role === 'expression';
    return [inlay];
  });
}

/** A read of a variable repeats what its declaration says. */
function isCall({ line, column, endLine, endColumn, calls }: ShapeHint): boolean {
  return calls > 0 && (endLine > line || endColumn - column > 0);
}
