// Problems of a run as underlined ranges in the user's files; gone with the next run or when edited.
import {
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  languages,
  Location,
  Range,
  Uri,
  workspace,
  Disposable,
} from 'vscode';
import type { Problem, SourceRange } from '../engine/protocol';
import type { Training } from './training';

export function diagnostics(training: Training): Disposable {
  const collection = languages.createDiagnosticCollection('retrograd');
  return Disposable.from(
    collection,
    training.onBegin(() => collection.clear()),
    training.onProblem(({ run, problem }) => {
      // A problem without a line still belongs to the file that was trained.
      const uri = Uri.file(problem.range?.file ?? run.file);
      collection.set(uri, [...(collection.get(uri) ?? []), toDiagnostic(problem)]);
    }),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const before = collection.get(document.uri);
      if (before === undefined || before.length === 0) return;
      const after = before.filter(
        ({ range }) => !contentChanges.some((change) => change.range.intersection(range)),
      );
      if (after.length < before.length) collection.set(document.uri, after);
    }),
  );
}

/** Editor ranges count from 0; ours, like everybody's error messages, from 1. */
export function toRange({ line, column, endLine, endColumn }: SourceRange): Range {
  return new Range(line - 1, column - 1, endLine - 1, endColumn - 1);
}

function toDiagnostic(problem: Problem): Diagnostic {
  const range = problem.range ? toRange(problem.range) : new Range(0, 0, 0, 0);
  const where = problem.modulePath ? `\nin ${problem.modulePath}` : '';
  const severity =
    problem.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  const diagnostic = new Diagnostic(range, problem.message + where, severity);
  diagnostic.source = 'retrograd';
  diagnostic.code = problem.kind;
  diagnostic.relatedInformation = problem.frames.map(
    (frame) =>
      new DiagnosticRelatedInformation(
        new Location(Uri.file(frame.file), toRange(frame)),
        `called from ${frame.functionName}`,
      ),
  );
  return diagnostic;
}
