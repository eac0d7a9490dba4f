// "Train" and "Debug" above the train function of a model file; "Stop" while that file trains.
import {
  CodeLens,
  EventEmitter,
  languages,
  Range,
  type CodeLensProvider,
  Disposable,
} from 'vscode';
import { isModelFile, trainOffset } from './model-file';
import type { Training } from './training';

const interval = 500;

export function codeLens(training: Training): Disposable {
  const changed = new EventEmitter<void>();
  let timer: NodeJS.Timeout | undefined;
  const subscription = training.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire();
    }, interval);
  });
  const provider: CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const text = document.getText();
      if (!isModelFile(text)) return [];
      const place = document.positionAt(trainOffset(text) ?? 0);
      const range = new Range(place, place);
      const { latest } = training;
      if (!training.active || latest?.file !== document.uri.fsPath) {
        const command = { title: '$(play) Train', command: 'retrograd.train' };
        const debug = { title: '$(debug-alt) Debug', command: 'retrograd.debug' };
        return [command, debug].map(
          (each) => new CodeLens(range, { ...each, arguments: [document.uri] }),
        );
      }
      const { state, step } = latest.record;
      const paused = state === 'paused';
      const other = paused
        ? { title: '$(debug-continue) Resume', command: 'retrograd.resume' }
        : { title: '$(debug-pause) Pause', command: 'retrograd.pause' };
      const stop = { title: `$(debug-stop) Stop · step ${step}`, command: 'retrograd.stop' };
      return [new CodeLens(range, stop), new CodeLens(range, other)];
    },
  };
  const selector = { language: 'typescript', scheme: 'file' };
  const registration = languages.registerCodeLensProvider(selector, provider);
  return new Disposable(() => {
    clearTimeout(timer);
    subscription.dispose();
    registration.dispose();
    changed.dispose();
  });
}
