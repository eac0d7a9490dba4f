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
import { remembering } from './remembering';
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

/** What a mode costs, as ratios to the plain step beside it. */
type Ratios = Record<Exclude<Mode, 'plain'>, number[]> & { plain: number };

/**
 * Milliseconds of processor time of a plain step, and ratios of each mode to it: many short pairs, one
 * directly behind the other and in turn the first, so that what other programs do hits both alike.
 */
async function pairs(name: string, count: number, seconds: number): Promise<Ratios> {
  const steps = {} as Record<Mode, () => void>;
  for (const mode of modes) steps[mode] = await prepare(programs[name], mode);
  const since = latestBirth();
  const repeat = (step: () => void, times: number): number => {
    const start = process.cpuUsage();
    for (let i = 0; i < times; i++) {
      step();
      sweep(since, () => undefined);
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / times;
  };
  for (const mode of modes) repeat(steps[mode], 20);
  const times = Math.max(1, Math.round((seconds * 1000) / repeat(steps.plain, 5)));
  const plain: number[] = [];
  const ratios: Ratios = { plain: NaN, hooked: [], recording: [], sealing: [] };
  for (let pair = 0; pair < count; pair++)
    for (const mode of ['hooked', 'recording', 'sealing'] as const) {
      const first = pair % 2 === 0;
      const before = first ? repeat(steps.plain, times) : NaN;
      const other = repeat(steps[mode], times);
      const beside = first ? before : repeat(steps.plain, times);
      plain.push(beside);
      ratios[mode].push(other / beside);
    }
  return { ...ratios, plain: Math.min(...plain) };
}

const [what, name, ...rest] = process.argv.slice(2);
if (what === 'names') console.log(JSON.stringify(Object.keys(programs)));
else if (what === 'pairs')
  console.log(JSON.stringify(await pairs(name, Number(rest[0]), Number(rest[1]))));
else if (what === 'remembering')
  console.log(JSON.stringify(await remembering(name, Number(rest[0]), Number(rest[1]))));
else if (what === 'steps') {
  const step = await prepare(programs[name], rest[0] as Mode);
  const since = latestBirth();
  for (let i = 0; i < Number(rest[1]); i++) {
    step();
    sweep(since, () => undefined);
  }
} else console.log(JSON.stringify(await steppingFigures(long)));
