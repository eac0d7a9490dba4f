// `retrograd train`: a run in the terminal, for people and, with --json, for machines. Knows no tensor.
import { join } from 'node:path';
import { arithmeticText, type EngineEvents, type Problem, type RunEnded } from '../protocol';
import { Supervisor } from '../session/supervisor';
import { overrides, requireFile, wholeNumber } from './arguments';
import type { Command } from './commands';
import { ProgressLine } from './progress-line';

/** Below what V8 allows a thread, so that the watch speaks first. */
export const memoryBudget = 3.5 * 2 ** 30;

export const trainCommand: Command = {
  usage: 'FILE [--steps N] [--seed S] [--set name=value]… [--threads N] [--json]',
  about:
    'trains the model file; --json prints a line for each logged step and a last one with the hash',
  options: {
    steps: { type: 'string' },
    seed: { type: 'string' },
    set: { type: 'string', multiple: true },
    threads: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(args) {
    const file = requireFile(args);
    const steps = wholeNumber(args, 'steps', 1, undefined);
    // 0: as many as help.
    const threads = wholeNumber(args, 'threads', 1, 0);
    const options = {
      file,
      workspace: process.cwd(),
      seed: wholeNumber(args, 'seed', 0, 0),
      hyper: overrides(args),
      ...(steps !== undefined && { steps }),
    };
    const output: Output = args.values.json === true ? new JsonOutput() : new TextOutput();
    let finish: (ended: RunEnded) => void;
    const finished = new Promise<RunEnded>((done) => (finish = done));
    const supervisor = new Supervisor(
      (name, data) => {
        output[name]?.(data as never);
        if (name === 'ended') finish(data as RunEnded);
      },
      { memoryBudget, threads, userWorker: join(__dirname, 'user-worker.cjs') },
    );
    process.once('SIGINT', () => void supervisor.stop());
    await supervisor.handlers().train(options);
    const ended = await finished;
    await supervisor.close();
    return ended.reason === 'failed' ? 1 : 0;
  },
};

type Output = { [K in keyof EngineEvents]?: (data: EngineEvents[K]) => void };

/** `{"step":…,"loss":…}` per logged step, then `{"done":true,…}`; problems and the model's own lines to stderr. */
class JsonOutput implements Output {
  progress({ points }: EngineEvents['progress']): void {
    for (const { step, values } of points) print({ step, ...values });
  }

  log({ lines }: EngineEvents['log']): void {
    for (const { text } of lines) process.stderr.write(`${text}\n`);
  }

  problem(problem: Problem): void {
    process.stderr.write(`${describe(problem)}\n`);
  }

  ended({ reason, steps, parameters, hash, milliseconds, arithmetic }: RunEnded): void {
    const ms = Math.round(milliseconds);
    print({ done: reason === 'done', steps, params: parameters, hash, ms, ...arithmetic });
  }
}

/** JSON has no NaN; a value that is not finite is printed as null. */
function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

class TextOutput implements Output {
  private readonly line = new ProgressLine(process.stdout);

  started({ seed, hyper }: EngineEvents['started']): void {
    const values = hyper.map(({ name, value }) => `${name}=${String(value)}`);
    this.line.print([`seed ${seed}`, ...values].join('  '));
  }

  progress(progress: EngineEvents['progress']): void {
    if (progress.step > 0 || progress.points.length > 0) this.line.show(progress);
  }

  log({ lines, dropped }: EngineEvents['log']): void {
    for (const { text } of lines) this.line.print(text);
    if (dropped > 0) this.line.print(`… ${dropped} more lines were not shown`);
  }

  problem(problem: Problem): void {
    this.line.clear();
    process.stderr.write(`${describe(problem)}\n`);
  }

  ended({ reason, steps, parameters, hash, milliseconds, arithmetic }: RunEnded): void {
    this.line.finish();
    const seconds = (milliseconds / 1000).toFixed(1);
    const state =
      hash === '' || parameters === 0 ? '' : `, ${parameters} parameters, state ${hash}`;
    if (arithmetic) this.line.print(arithmeticText(arithmetic));
    this.line.print(`${reason}: ${steps} steps in ${seconds} s${state}`);
  }
}

/** `error: message`, then each place on a line of its own, as editors link them. */
export function describe({ severity, message, frames, range, modulePath }: Problem): string {
  const places = frames.length > 0 ? frames : range ? [{ ...range, functionName: '' }] : [];
  const lines = places.map(
    ({ file, line, column, functionName }) =>
      `    at ${functionName === '' ? '' : `${functionName} `}${file}:${line}:${column}`,
  );
  const module = modulePath === undefined ? [] : [`    in ${modulePath}`];
  return [`${severity}: ${message}`, ...module, ...lines].join('\n');
}
