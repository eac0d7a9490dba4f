// Answers what a page may ask: it names no path and no command. Knows no webview.
import { readFile, writeFile } from 'node:fs/promises';
import { commands, env, Uri, window } from 'vscode';
import type { HyperValue, ViewRequests } from '../../engine/protocol';
import type { Handlers, Otherwise } from '../../engine/rpc';
import { commandLine } from '../command-line';
import type { CursorHub } from '../cursor';
import { toRange } from '../diagnostics';
import { holdStep } from '../hold-step';
import { showProblem } from '../report';
import type { Training } from '../training';
import { mayRun } from '../trust';
import { passesOn, type PassedOn } from './passed-on';

export type OwnViewRequests = Omit<ViewRequests, PassedOn>;

/** Passes questions about the held step and the model on, and nothing else. */
export function passOn(training: Training): Otherwise {
  return (method, argument) => {
    if (!passesOn(method)) throw new Error(`unknown request '${method}'`);
    const ask = training.ask as unknown as Record<string, (argument: unknown) => Promise<unknown>>;
    return ask[method]!(argument);
  };
}

export function viewHandlers(training: Training, cursor: CursorHub): Handlers<OwnViewRequests> {
  const again = async (change: object): Promise<void> => {
    const { latest } = training;
    if (!latest) await commands.executeCommand('retrograd.train');
    if (!training.latest || !mayRun()) return;
    const { options, record } = training.latest;
    await training.train({ ...options, ...change }, record.label);
  };
  return {
    runs: () => training.records(),
    train: async () => {
      await commands.executeCommand('retrograd.train');
    },
    pause: async () => {
      await commands.executeCommand('retrograd.pause');
    },
    resume: async () => {
      await commands.executeCommand('retrograd.resume');
    },
    stop: () => training.stop(),
    restart: async () => {
      if (mayRun()) await training.restart();
    },
    activations: () => training.activations(),
    showProblem: async (id) => {
      if (training.latest?.record.id === id) await showProblem(training.latest);
    },
    standing: () => standingOf(cursor),
    goTo: (request) => training.ask.goTo(request),
    holdStep: async ({ step }) => {
      if (!training.latest) await again({ hold: true, record: step });
      else await holdStep(training, step);
    },
    letGo: () => training.letGo(),
    showPlace: async (place) => {
      const options = { selection: toRange(place), preserveFocus: true };
      await window.showTextDocument(Uri.file(place.file), options);
    },
    trainWith: ({ hyper }) => again({ hyper, hold: false, record: undefined }),
    saveHyper: async () => {
      const { latest } = training;
      if (!latest) return;
      const values = Object.fromEntries(
        latest.record.hyper.map(({ name, value }) => [name, value]),
      );
      await writeFile(hyperFile(latest.file), `${JSON.stringify(values, null, 2)}\n`);
      window.setStatusBarMessage(`Saved ${hyperFile(latest.record.label)}`, 4000);
    },
    copyCommand: async () => {
      const { latest } = training;
      if (!latest) throw new Error('no run yet');
      const line = commandLine(latest.record);
      await env.clipboard.writeText(line);
      return line;
    },
    readHyper: async () => {
      const { latest } = training;
      if (!latest) return {};
      const read = JSON.parse(await readFile(hyperFile(latest.file), 'utf8')) as Record<
        string,
        HyperValue
      >;
      const known = latest.record.hyper.map(({ name }) => name);
      return Object.fromEntries(
        Object.entries(read).filter(([name, value]) => known.includes(name) && isHyper(value)),
      );
    },
  };
}

export const standingOf = ({ held, current }: CursorHub) => ({
  held: held ?? null,
  cursor: current ?? null,
});

/** Where a model's hyperparameters are saved: `net.ts` has `net.hyper.json`. */
const hyperFile = (model: string): string => `${model.replace(/\.[cm]?ts$/, '')}.hyper.json`;

const isHyper = (value: unknown): boolean => ['number', 'string', 'boolean'].includes(typeof value);
