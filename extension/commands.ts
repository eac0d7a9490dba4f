// Every command by its name; the names must equal those of `contributes.commands`.
import { commands } from 'vscode';
import type { CursorHub } from './cursor';
import { customRequest, debugCommand, startDebugging } from './debug/configuration';
import type { Gallery } from './gallery';
import { newModel } from './new-model';
import type { ModelPanel } from './panels/model-panel';
import type { PackageWatch } from './package-watch';
import { goToCall, type CallLink } from './shapes/observed';
import { trainModel, type TrainRequest } from './train-command';
import type { Training } from './training';
import { mayRun } from './trust';

export interface Parts {
  training: Training;
  packages: PackageWatch;
  gallery: Gallery;
  cursor: CursorHub;
  model: ModelPanel;
}

export type Command = (parts: Parts, argument?: unknown) => Promise<unknown>;

export const commandTable: Record<string, Command> = {
  'retrograd.train': ({ training, packages }, wanted) =>
    trainModel(training, packages, wanted as TrainRequest | undefined),
  'retrograd.stop': ({ training }) => training.stop(),
  'retrograd.pause': async ({ training }) => (await debugCommand('pause')) || training.pause(),
  'retrograd.resume': async ({ training }) => (await debugCommand('continue')) || training.resume(),
  'retrograd.restart': async ({ training }) => (mayRun() ? training.restart() : undefined),
  'retrograd.debug': async (_, wanted) =>
    startDebugging(wanted as Parameters<typeof startDebugging>[0]),
  'retrograd.stepIntoBack': async () => customRequest('stepInBack'),
  'retrograd.stepOutBack': async () => customRequest('stepOutBack'),
  'retrograd.openCall': async ({ training, cursor }, to) =>
    to === undefined ? undefined : goToCall(training, cursor, to as CallLink),
  'retrograd.openGallery': ({ gallery }) => gallery.open(),
  'retrograd.newModel': ({ packages }) => newModel(packages),
  'retrograd.showTraining': async () => commands.executeCommand('retrograd.training.focus'),
  'retrograd.showTimeline': async () => commands.executeCommand('retrograd.timeline.focus'),
  'retrograd.showLayers': showTab('layers'),
  'retrograd.showConvolution': showTab('convolution'),
  'retrograd.showThroughTime': showTab('through-time'),
  'retrograd.showAttention': showTab('attention'),
  'retrograd.showUpdates': showTab('updates'),
  'retrograd.showPlayground': showTab('playground'),
};

/** Opens the Model page at a tab. */
function showTab(tab: string): Command {
  return async ({ model }) => model.show(tab);
}
