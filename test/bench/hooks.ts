// What hooks and recording cost, and how fast a recorded step is walked: figures as JSON. Knows no table.
import { compileFunction } from 'node:vm';
import * as retrograd from 'retrograd';
import ts from 'typescript';
import type { Recording } from '../../engine/source/hooks';
import { loadProgram } from '../../engine/source/load';
import { SiteTable } from '../../engine/source/sites';
import { latestBirth, sweep } from '../../engine/tensor/storage';
import { startRecording } from '../../engine/trace/recording';
import { long, programs } from './traced';
import { steppingFigures } from './stepping';

export type Mode = 'plain' | 'hooked' | 'recording' | 'sealing';
const modes: readonly Mode[] = ['plain', 'hooked', 'recording', 'sealing'];

/** One step of a program, in one of the modes. */
async function prepare(text: string, mode: Mode): Promise<() => void> {
  const recording: Recording = { recorder: undefined };
  const sites = new SiteTable();
  const step = mode === 'plain' ? transpiled(text) : await loaded(text, recording, sites);
  const run = (): void => {
    if (mode === 'plain' || mode === 'hooked') step();
    else {
      const active = startRecording(recording, sites, 1);
      step();
      if (mode === 'sealing') active.seal();
      else active.stop();
    }
  };
  // The first steps make what stays: the optimizer's state.
  run();
  run();
  return run;
}

function transpiled(text: string): () => void {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS },
  });
  const exports: Record<string, unknown> = {};
  const run = compileFunction(outputText, ['exports', 'require']) as (
    exports: object,
    require: () => object,
  ) => void;
  run(exports, () => retrograd);
  return exports.step as () => void;
}

async function loaded(text: string, recording: Recording, sites: SiteTable): Promise<() => void> {
  const { exports } = await loadProgram('/bench/main.ts', {
    read: () => text,
    builtin: () => undefined,
    modules: { retrograd },
    recording,
    sites,
  });
  return exports.step as () => void;
}

/** Milliseconds of processor time of one step in each mode, round by round: modes take turns, so that noise hits all alike. */
async function rounds(
  name: string,
  count: number,
  seconds: number,
): Promise<Record<Mode, number[]>> {
  const steps = await Promise.all(modes.map((mode) => prepare(programs[name], mode)));
  const measured: Record<Mode, number[]> = { plain: [], hooked: [], recording: [], sealing: [] };
  const repeat = (step: () => void, times: number): number => {
    const start = process.cpuUsage();
    for (let i = 0; i < times; i++) step();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / times;
  };
  const since = latestBirth();
  const swept = steps.map((step) => () => {
    step();
    sweep(since, () => undefined);
  });
  for (const step of swept) repeat(step, 20);
  const times = Math.max(1, Math.round((seconds * 1000) / repeat(swept[0], 5)));
  for (let round = 0; round < count; round++)
    modes.forEach((mode, i) => measured[mode].push(repeat(swept[i], times)));
  return measured;
}

const [what, name, ...rest] = process.argv.slice(2);
if (what === 'names') console.log(JSON.stringify(Object.keys(programs)));
else if (what === 'rounds')
  console.log(JSON.stringify(await rounds(name, Number(rest[0]), Number(rest[1]))));
else if (what === 'steps') {
  const step = await prepare(programs[name], rest[0] as Mode);
  const since = latestBirth();
  for (let i = 0; i < Number(rest[1]); i++) {
    step();
    sweep(since, () => undefined);
  }
} else console.log(JSON.stringify(await steppingFigures(long)));
