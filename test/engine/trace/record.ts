// Records a step of a program in this thread. Knows no test.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as retrograd from '../../../engine/index';
import type { Recording } from '../../../engine/source/hooks';
import { loadProgram } from '../../../engine/source/load';
import { SiteTable } from '../../../engine/source/sites';
import { manualSeed } from '../../../engine/tensor/random';
import { momentsOf, type Moment } from '../../../engine/trace/moments';
import { startRecording, type ActiveRecording } from '../../../engine/trace/recording';
import type { Trace } from '../../../engine/trace/trace';

export interface Recorded {
  readonly trace: Trace;
  readonly moments: readonly Moment[];
  /** What the program threw on the way. */
  readonly error: unknown;
}

/** Runs `train` of a text, and records one training step of it. */
export async function record(
  text: string,
  wanted = 1,
  options: { budget?: number } = {},
): Promise<Recorded> {
  const recording: Recording = { recorder: undefined };
  const sites = new SiteTable();
  manualSeed(1);
  let step = 0;
  let active: ActiveRecording | undefined;
  let trace: Trace | undefined;
  const seal = (): void => {
    trace ??= active?.seal();
    if (trace) active = undefined;
  };
  const { exports } = await loadProgram('/model/main.ts', {
    read: () => text,
    builtin: () => undefined,
    modules: { retrograd },
    recording,
    sites,
    hooks: {
      enterLoop: ({ kind, names, variables }) => ({
        next: () => {
          if (kind !== 'step') return true;
          if (step === wanted) seal();
          if (++step === wanted) {
            const values = names.map((_, i) => variables.read(i));
            active = startRecording(recording, sites, wanted, { names, values }, options.budget);
          }
          return true;
        },
        done: () => {
          if (kind === 'step') seal();
        },
      }),
    },
  });
  let error: unknown;
  const { log } = console;
  console.log = (text: unknown) => active?.recorder.print('log', String(text));
  try {
    await (exports.train as () => unknown)();
  } catch (thrown) {
    error = thrown;
  } finally {
    console.log = log;
  }
  seal();
  if (trace === undefined) throw new Error(`there is no step ${wanted}`);
  return { trace, moments: momentsOf(trace), error };
}

const folder = resolve('test/golden/walks');

export const goldenSource = (name: string): string => join(folder, `${name}.ts`);

/** Records a model of the golden walks. */
export function recordGolden(name: string): Promise<Recorded> {
  return record(readFileSync(goldenSource(name), 'utf8'));
}

export const goldenPath = (name: string): string => join(folder, `${name}.txt`);
