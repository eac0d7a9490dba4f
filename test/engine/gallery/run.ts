// Trains a model of the gallery in this thread, loaded and paced as a session does. Knows no target.
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as retrograd from 'retrograd';
import { optimizers } from '../../../engine/optim/optimizer';
import { run } from '../../../engine/run';
import { StepLoop } from '../../../engine/session/loop';
import { loadProgram, type Program } from '../../../engine/source/load';
import { readAll } from '../../../engine/source/roots';
import { tape } from '../../../engine/tape/tape';
import { generator, manualSeed } from '../../../engine/tensor/random';

export const galleryFolder = join(process.cwd(), 'extension/gallery');

export interface GalleryRun {
  /** Everything logged, by name, in order of steps. */
  readonly curves: ReadonlyMap<string, number[]>;
  readonly steps: number;
  readonly totalSteps: number | undefined;
  /** What the model printed. */
  readonly printed: string[];
  readonly text: string;
}

export interface GalleryOptions {
  seed?: number;
  hyper?: Record<string, number | string | boolean>;
}

/** Runs the file's `train` to its end. */
export async function trainModel(name: string, options: GalleryOptions = {}): Promise<GalleryRun> {
  manualSeed(options.seed ?? 0);
  Object.assign(run, { overrides: options.hyper ?? {}, hyper: [], step: 0 });
  optimizers.length = 0;
  const curves = new Map<string, number[]>();
  run.logged = ({ values }) => {
    for (const [curve, value] of Object.entries(values)) {
      if (!curves.has(curve)) curves.set(curve, []);
      curves.get(curve)!.push(value);
    }
  };
  let program: Program | undefined;
  const loop = new StepLoop({
    begin: (step) => {
      run.step = step;
      Object.assign(generator, { step, draw: 0 });
    },
    over: () => undefined,
    between: () => undefined,
    kept: () => (program?.modules() ?? []).flatMap(({ variables }) => readAll(variables)),
  });
  tape.stepped = () => {
    loop.optimizerStepped();
  };
  const file = join(galleryFolder, name);
  const load = createRequire(import.meta.url);
  const printed: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => printed.push(values.map(String).join(' '));
  try {
    program = await loadProgram(file, {
      read: (path) =>
        statSync(path, { throwIfNoEntry: false })?.isFile()
          ? readFileSync(path, 'utf8')
          : undefined,
      builtin: (module) => load(module) as object,
      modules: { retrograd },
      hooks: loop,
    });
    await (program.exports.train as () => unknown)();
  } finally {
    console.log = log;
    run.logged = undefined;
    tape.stepped = undefined;
  }
  const { finished: steps, totalSteps } = loop;
  return { curves, steps, totalSteps, printed, text: readFileSync(file, 'utf8') };
}
