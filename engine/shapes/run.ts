// One run of a program without data: whatever it does, it comes to an end and leaves what was seen. Knows no port.
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers';
import { dataFolder } from '../data/files';
import * as retrograd from '../index';
import { optimizers } from '../optim/optimizer';
import { run } from '../run';
import type { HyperParameter, HyperValue } from '../protocol';
import { LoadFailure, type BuiltProgram } from '../source/load';
import type { Hooks, LoopEntry, LoopRun, Recorder, Recording } from '../source/hooks';
import { tape, type Mode } from '../tape/tape';
import { forgetWarnings, warnings, type Warning } from '../tape/warnings';
import { dimensions, type NamedSize } from '../tensor/dimension';
import { manualSeed } from '../tensor/random';
import { unknownData } from '../tensor/tensor';
import { worked } from './clock';
import { shapeData } from './data';
import { Halt, Watch } from './loops';
import { Observer } from './observer';
import { makePoison, poison } from './poison';
import { inertly } from './surroundings';
import { handledSites } from './syntax';
import { TypeObserver } from './type-observer';
import { UsageWatch } from './usage';

/** What a program in a shape run imports as 'retrograd'. */
export const shapeModule = { ...retrograd, data: shapeData };

export interface RunOptions {
  /** When to give up, on the clock of clock.ts. */
  readonly deadline: number;
  readonly seed?: number;
  /** Values that replace those of `hyper({ … })`. */
  readonly hyper?: Readonly<Record<string, HyperValue>>;
  /** Replaces named sizes. */
  readonly replaced?: (size: NamedSize) => number;
  /** Other answers for programs that ask for data. */
  readonly otherData?: boolean;
  /** Steps of each training loop. Default 2. */
  readonly steps?: number;
  /** Ends the run behind those steps. */
  readonly only?: boolean;
  /**
   * For a run that tries other sizes: types are noted, no ops and no gradients. With `types` the first
   * error ends it, with `careful` the program goes on.
   */
  readonly light?: 'types' | 'careful';
  /** `plain` computes, to compare with. Default `meta`. */
  readonly mode?: Mode;
}

/** What a run has left. */
export interface ShapeRun {
  readonly observer: Observer;
  /** Who listened instead, in a run for types. */
  readonly types: TypeObserver | undefined;
  readonly usage: UsageWatch;
  readonly hyper: readonly HyperParameter[];
  readonly sizes: readonly NamedSize[];
  readonly askedForData: boolean;
  readonly warnings: readonly { warning: Warning; site: number }[];
  /** What ended the program before its end. */
  readonly error: unknown;
  readonly halted: Halt | undefined;
  /** Why nothing could be called. */
  readonly reason: string | undefined;
  /** Functions that were called. */
  readonly entries: readonly string[];
}

/** Who listens to a program, and who sends its loops on; both are set while it runs. */
export class Listening implements Recording, Hooks {
  recorder: Recorder | undefined;
  watch: Watch | undefined;

  enterLoop(entry: LoopEntry): LoopRun {
    return this.watch!.enterLoop(entry);
  }
}

/** Runs a program that was built with `listening`. Never throws. */
export async function runProgram(
  built: BuiltProgram,
  file: string,
  listening: Listening,
  options: RunOptions,
): Promise<ShapeRun> {
  const watch = new Watch(options.deadline, options.steps, options.only);
  const usage = new UsageWatch();
  const whole = options.light === undefined;
  const observer = new Observer(watch, handledSites(built), whole ? usage : undefined);
  const types = options.light === 'types' ? new TypeObserver(watch) : undefined;
  usage.observer = observer;
  const told: { warning: Warning; site: number }[] = [];
  prepare(file, options, observer, usage);
  warnings.receive = (warning) => {
    // Whoever watches ops knows better which broadcast was meant.
    if (warning.kind === 'broadcast' && usage.watches(warning.message)) return;
    told.push({ warning, site: observer.call?.site ?? -1 });
  };
  Object.assign(listening, { recorder: types ?? observer, watch });
  let error: unknown;
  let reason: string | undefined;
  const entries: string[] = [];
  const body = async (): Promise<void> => {
    const { exports } = await built.run();
    for (const name of ['train', 'example']) {
      const entry = exports[name];
      if (typeof entry !== 'function') continue;
      if (entry.length > 0) {
        reason = `'${name}' takes arguments, so a shape run cannot call it: export a function example() that calls it`;
        continue;
      }
      entries.push(name);
      await withinTime((entry as () => unknown)(), options.deadline);
    }
  };
  try {
    await inertly(body);
  } catch (thrown) {
    error = thrown instanceof LoadFailure ? thrown.reason : thrown;
  }
  listening.recorder = undefined;
  if (whole) usage.finish();
  const { hyper } = run;
  const ended = {
    observer,
    types,
    usage,
    hyper,
    sizes: dimensions.seen,
    askedForData: unknownData.asked,
    warnings: told,
    error: error instanceof Halt ? undefined : error,
    halted: watch.halted ?? (error instanceof Halt ? error : undefined),
    reason: entries.length > 0 ? undefined : (reason ?? 'nothing'),
    entries,
  };
  clean();
  return ended;
}

/** What an asynchronous program awaits may never come. */
async function withinTime(result: unknown, deadline: number): Promise<void> {
  if (!(result instanceof Promise)) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => {
    // The program's own are called at once.
    timer = delay(() => refuse(new Halt('time')), Math.max(0, deadline - worked()));
  });
  try {
    await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

function prepare(file: string, options: RunOptions, observer: Observer, usage: UsageWatch): void {
  const whole = options.light === undefined;
  manualSeed(options.seed ?? 0);
  dataFolder.path = dirname(file);
  Object.assign(run, {
    overrides: options.hyper ?? {},
    hyper: [],
    step: 0,
    logged: undefined,
    pictured: undefined,
  });
  optimizers.length = 0;
  Object.assign(unknownData, {
    item: options.otherData === true ? 2 : 1,
    element: options.otherData === true ? 1 : 0,
    asked: false,
  });
  Object.assign(dimensions, { seen: [], replaced: options.replaced });
  poison.touched = false;
  forgetWarnings();
  Object.assign(tape, {
    mode: options.mode ?? 'meta',
    rows: [],
    phase: 'forward',
    of: undefined,
    scope: undefined,
    accumulates: undefined,
    gradEnabled: true,
    failure: undefined,
    recorder: whole ? observer : undefined,
    beforeBackward: whole ? () => usage.beforeBackward() : undefined,
    stepped: whole ? () => usage.stepped() : undefined,
  });
}

function clean(): void {
  Object.assign(tape, {
    mode: 'plain',
    scope: undefined,
    failure: undefined,
    recorder: undefined,
    beforeBackward: undefined,
    stepped: undefined,
  });
  warnings.receive = undefined;
  dimensions.replaced = undefined;
  run.overrides = {};
  optimizers.length = 0;
}

/** What would end or signal the whole thread gives an unknown value instead. */
export function blunt(): void {
  for (const name of ['exit', 'reallyExit', 'abort', 'kill', 'dlopen', 'chdir'] as const)
    Object.defineProperty(process, name, { value: () => makePoison(), configurable: true });
  // A timer, and a promise that nobody waits for, fail quietly: the program is not what runs here.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, () => undefined);
}
