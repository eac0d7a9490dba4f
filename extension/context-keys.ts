// The context keys that decide which commands are offered where.
import { commands, Disposable, window, workspace } from 'vscode';
import { isModelDocument } from './train-command';
import type { Training } from './training';

export function contextKeys(training: Training): Disposable {
  const values = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (values.get(key) === value) return;
    values.set(key, value);
    void commands.executeCommand('setContext', `retrograd.${key}`, value);
  };
  const ofEditor = (): void => {
    const document = window.activeTextEditor?.document;
    set('isModelFile', document !== undefined && isModelDocument(document));
  };
  const ofRun = (): void => {
    set('training', training.active);
    set('paused', training.active && training.latest?.record.state === 'paused');
    set('hasRun', training.latest !== undefined);
  };
  ofEditor();
  ofRun();
  return Disposable.from(
    training.onChange(ofRun),
    window.onDidChangeActiveTextEditor(ofEditor),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document === window.activeTextEditor?.document) ofEditor();
    }),
  );
}
