// `retrograd verify`: trains, goes to steps at random and walks through them, and holds all against each other.
import { Random } from '../data/random';
import type { PastInfo } from '../protocol';
import { defaultMegabytes } from '../session/travel';
import { overrides, requireFile, wholeNumber, type Arguments } from './arguments';
import type { Command } from './commands';
import { HeldRun } from './held-run';

/** The last line that is printed. */
export interface VerifyResult {
  seeks: number;
  walks: number;
  /** Seeks and walks that did not come to what they should have. */
  diverged: number;
  medianSeekMs: number;
  maxSeekMs: number;
  checkpointBytes: number;
  /** By which share a step takes longer when it is recorded. */
  recordOverhead: number;
}

const movesOfWalk = 40;

export const verifyCommand: Command = {
  usage:
    'FILE [--steps N] [--seeks M] [--walks W] [--checkpoints MB] [--seed S] [--set name=value]… [--threads N] [--json]',
  about:
    'trains N steps, goes to M of them at random and walks W random ways through them and back; ' +
    'fails unless every state is the same again, bit for bit',
  options: {
    steps: { type: 'string' },
    seeks: { type: 'string' },
    walks: { type: 'string' },
    checkpoints: { type: 'string' },
    seed: { type: 'string' },
    threads: { type: 'string' },
    set: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  },
  async run(args) {
    const verification = new Verification(args);
    const result = await verification.run();
    if (result === undefined) return 1;
    if (args.values.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else printTable(result);
    return result.diverged > 0 ? 1 : 0;
  },
};

class Verification {
  private readonly steps: number;
  private readonly seeks: number;
  private readonly walks: number;
  private astray = 0;
  private readonly held: HeldRun;

  constructor(private readonly args: Arguments) {
    this.steps = wholeNumber(args, 'steps', 1, 100);
    this.seeks = wholeNumber(args, 'seeks', 0, 20);
    this.walks = wholeNumber(args, 'walks', 0, 20);
    this.held = new HeldRun(wholeNumber(args, 'threads', 1, 0));
  }

  /** The result; undefined when the program itself has failed. */
  async run(): Promise<VerifyResult | undefined> {
    const { args, steps, seeks, walks } = this;
    const file = requireFile(args);
    const random = new Random(wholeNumber(args, 'seed', 0, 0), 'verify');
    let there = await this.held.start({
      file,
      workspace: process.cwd(),
      seed: wholeNumber(args, 'seed', 0, 0),
      hyper: overrides(args),
      record: steps,
      history: {
        megabytes: wholeNumber(args, 'checkpoints', 1, defaultMegabytes),
        everyStep: true,
      },
    });
    const times: number[] = [];
    for (let i = 0; there.step > 0 && !there.failed && i < Math.max(seeks, 1); i++) {
      if (i < seeks) {
        const started = performance.now();
        there = await this.held.go(random.whole(1, steps + 1));
        times.push(performance.now() - started);
      }
      // Walks are spread over the steps that are visited.
      const share = Math.floor(((i + 1) * walks) / Math.max(seeks, 1));
      for (let walk = Math.floor((i * walks) / Math.max(seeks, 1)); walk < share; walk++)
        if (there.step > 0) await this.walk(walk);
    }
    const past = there.step > 0 && !there.failed ? await this.held.past() : undefined;
    await this.held.close();
    return past && this.result(past, times);
  }

  private async walk(seed: number): Promise<void> {
    if (await this.held.supervisor.ask('checkWalk', { seed, moves: movesOfWalk })) return;
    this.astray++;
    process.stderr.write(`walk ${seed} did not lead back to where it began\n`);
  }

  private result(past: PastInfo, times: number[]): VerifyResult {
    if (past.obstacle !== undefined)
      process.stderr.write(`each seek runs again from the first step: ${past.obstacle}\n`);
    const sorted = times.toSorted((a, b) => a - b);
    const { stepMilliseconds, recordedMilliseconds } = past;
    const overhead = stepMilliseconds > 0 ? recordedMilliseconds / stepMilliseconds - 1 : 0;
    return {
      seeks: this.seeks,
      walks: this.walks,
      diverged: this.held.diverged + this.astray,
      medianSeekMs: round(sorted[sorted.length >> 1] ?? 0),
      maxSeekMs: round(sorted.at(-1) ?? 0),
      checkpointBytes: past.bytes,
      recordOverhead: round(overhead),
    };
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function printTable(result: VerifyResult): void {
  const { seeks, walks, diverged, medianSeekMs, maxSeekMs, checkpointBytes } = result;
  const megabytes = (checkpointBytes / 2 ** 20).toFixed(1);
  process.stdout.write(
    `${seeks} seeks (median ${medianSeekMs} ms, at most ${maxSeekMs} ms, ${megabytes} MB of checkpoints) and ` +
      `${walks} walks: ${diverged === 0 ? 'all came to the same state, bit for bit' : `${diverged} diverged`}\n`,
  );
}
