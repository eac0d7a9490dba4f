// Above each class of modules: how many parameters it has, and what it gives. Knows no engine.
import { CodeLens, EventEmitter, languages, Disposable } from 'vscode';
import { selector, toRange } from './hover';
import { fromSource, moved } from './moved';
import type { Shapes } from './shapes';

export function shapeLens(shapes: Shapes): Disposable {
  const changed = new EventEmitter<void>();
  return Disposable.from(
    changed,
    shapes.onChange(() => changed.fire()),
    languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses(document) {
        const known = shapes.of(document);
        return (known?.answer.modules ?? []).flatMap((module) => {
          const place = moved(fromSource(module), known!.edits);
          if (!place || module.file !== document.uri.fsPath) return [];
          const { parameters, output } = module;
          const title = `${parameters.toLocaleString('en')} parameters${output === '' ? '' : ` · gives ${output}`}`;
          return [new CodeLens(toRange(place), { title, command: '' })];
        });
      },
    }),
  );
}
