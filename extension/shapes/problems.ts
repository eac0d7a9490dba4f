// Shape problems as squiggles while one types, with their repairs. Knows no engine.
import {
  CodeAction,
  CodeActionKind,
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  languages,
  Location,
  Uri,
  WorkspaceEdit,
  workspace,
  Disposable,
  type TextDocument,
} from 'vscode';
import type { ShapeFix, ShapeProblem } from '../../engine/protocol';
import { selector, toRange } from './hover';
import { fromSource, moved, type TextEdit } from './moved';
import type { Shapes } from './shapes';

/** Told apart from what a run of the model finds. */
export const source = 'retrograd shapes';

export function shapeProblems(shapes: Shapes): Disposable {
  const collection = languages.createDiagnosticCollection('retrograd-shapes');
  const publish = (document: TextDocument): void => {
    const known = shapes.of(document);
    const file = document.uri.fsPath;
    const all = (known?.answer.problems ?? []).filter(
      (problem) => problem.file === file && problem.kind !== 'syntax',
    );
    const shown = all.flatMap((problem) => {
      const diagnostic = toDiagnostic(problem, known!.edits);
      return diagnostic && !isTold(document, diagnostic) ? [diagnostic] : [];
    });
    collection.set(document.uri, shown);
  };
  return Disposable.from(
    collection,
    shapes.onChange(publish),
    languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) {
        const shown = collection.get(uri) ?? [];
        const document = workspace.textDocuments.find((open) => open.uri.fsPath === uri.fsPath);
        if (document && shown.some((diagnostic) => isTold(document, diagnostic))) publish(document);
      }
    }),
    languages.registerCodeActionsProvider(
      selector,
      {
        provideCodeActions: (document, _, { diagnostics }) =>
          diagnostics
            .filter((diagnostic) => diagnostic.source === source)
            .flatMap((diagnostic) => repairs(shapes, document, diagnostic)),
      },
      { providedCodeActionKinds: [CodeActionKind.QuickFix] },
    ),
  );
}

/** Whether a run has already said the same at the same line. */
function isTold({ uri }: TextDocument, { message, range }: Diagnostic): boolean {
  return languages
    .getDiagnostics(uri)
    .some(
      (other) =>
        other.source === 'retrograd' &&
        other.range.start.line === range.start.line &&
        other.message.startsWith(message),
    );
}

function toDiagnostic(problem: ShapeProblem, edits: readonly TextEdit[]): Diagnostic | undefined {
  const place = moved(fromSource(problem), edits);
  if (!place) return undefined;
  const severity =
    problem.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  const diagnostic = new Diagnostic(toRange(place), problem.message, severity);
  diagnostic.source = source;
  diagnostic.code = problem.kind;
  diagnostic.relatedInformation = problem.related.map(
    ({ file, message, ...at }) =>
      new DiagnosticRelatedInformation(
        new Location(Uri.file(file), toRange(fromSource({ file, ...at }))),
        message,
      ),
  );
  return diagnostic;
}

function repairs(shapes: Shapes, document: TextDocument, diagnostic: Diagnostic): CodeAction[] {
  const known = shapes.of(document);
  const problem = known?.answer.problems.find(
    ({ message, kind, line }) =>
      message === diagnostic.message &&
      kind === diagnostic.code &&
      (known.edits.length > 0 || line - 1 === diagnostic.range.start.line),
  );
  return (problem?.fixes ?? []).flatMap((fix) => {
    const edit = toEdit(fix, document, known!.edits);
    if (!edit) return [];
    const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
    action.edit = edit;
    action.diagnostics = [diagnostic];
    action.isPreferred = !fix.title.startsWith('Ignore');
    return [action];
  });
}

/** The change in the text as it is now; undefined when one of its places was edited meanwhile. */
function toEdit(
  { edits }: ShapeFix,
  document: TextDocument,
  since: readonly TextEdit[],
): WorkspaceEdit | undefined {
  const result = new WorkspaceEdit();
  for (const { text, ...range } of edits) {
    const own = range.file === document.uri.fsPath;
    const place = moved(fromSource(range), own ? since : []);
    if (!place) return undefined;
    result.replace(Uri.file(range.file), toRange(place), text);
  }
  return result;
}
