// Train Model: finds the model file, saves it and starts a run. Knows no view.
import { commands, Uri, window, workspace, type TextDocument } from 'vscode';
import type { LaunchArguments } from './debug/dap';
import { isModelFile } from './model-file';
import type { PackageWatch } from './package-watch';
import { mayRun } from './trust';
import type { Training } from './training';

/** A model to train, by file or as a launch configuration says. */
export type TrainRequest = Uri | Pick<LaunchArguments, 'program' | 'seed' | 'hyper'>;

/** Looking through more files would take longer than opening the right one. */
const mostFiles = 500;
/** What a run may use to remember its past, as package.json has it. */
const defaultMegabytes = 128;

export async function trainModel(
  training: Training,
  packages: PackageWatch,
  wanted?: TrainRequest,
): Promise<void> {
  if (!mayRun()) return;
  const launch = wanted instanceof Uri ? { program: wanted.fsPath } : wanted;
  const file = launch?.program ? Uri.file(launch.program) : await findModel(training);
  if (file === undefined) return;
  const document = await workspace.openTextDocument(file);
  if (document.isDirty && !(await document.save())) return;
  void packages.ensureFor(file);
  const settings = workspace.getConfiguration('retrograd', file);
  if (settings.get<boolean>('showTrainingOnStart', true)) {
    await commands.executeCommand('retrograd.training.focus', { preserveFocus: true });
  }
  const { seed = settings.get<number>('seed', 0), hyper = {} } = launch ?? {};
  const megabytes = settings.get<number>('history.megabytes', defaultMegabytes);
  const past = megabytes > 0 && { history: { megabytes } };
  const options = { file: file.fsPath, seed, hyper, ...past };
  await training.train(options, workspace.asRelativePath(file));
}

async function findModel(training: Training): Promise<Uri | undefined> {
  const active = window.activeTextEditor?.document;
  if (active && (isModelDocument(active) || isUnsavedModel(active))) return activeFile();
  const files = await modelFiles();
  const latest = training.latest?.file;
  if (files.length === 0) {
    await offerModels(active);
    return undefined;
  }
  const items = files.map((uri) => ({
    label: workspace.asRelativePath(uri),
    description: uri.fsPath === latest ? 'trained last' : '',
    uri,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: 'Which model should train?' });
  return picked?.uri;
}

async function offerModels(active: TextDocument | undefined): Promise<void> {
  const openGallery = 'Open Gallery';
  const newModel = 'New Model…';
  const what =
    active?.languageId === 'typescript'
      ? 'This file is not a model: a model file imports ‘retrograd’ and exports a function train.'
      : 'There is no model file here yet.';
  const answer = await window.showInformationMessage(what, openGallery, newModel);
  if (answer === openGallery) await commands.executeCommand('retrograd.openGallery');
  if (answer === newModel) await commands.executeCommand('retrograd.newModel');
}

export function isModelDocument(document: TextDocument): boolean {
  const { languageId, uri } = document;
  return languageId === 'typescript' && uri.scheme === 'file' && isModelFile(document.getText());
}

const isUnsavedModel = (document: TextDocument): boolean =>
  document.isUntitled && isModelFile(document.getText());

/**
 * The file in the active editor. A model that was never saved is saved first, for it has no place from which it
 * could import; undefined when the user does not want that.
 */
export async function activeFile(): Promise<Uri | undefined> {
  const active = window.activeTextEditor?.document;
  return active && isUnsavedModel(active) ? workspace.saveAs(active.uri) : active?.uri;
}

/** The workspace's model files. */
export async function modelFiles(): Promise<Uri[]> {
  const found = await workspace.findFiles('**/*.ts', '**/{node_modules,dist,out}/**', mostFiles);
  const texts = await Promise.all(
    found.map(async (uri) => Buffer.from(await workspace.fs.readFile(uri)).toString('utf8')),
  );
  return found
    .filter((_, i) => isModelFile(texts[i] ?? ''))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
