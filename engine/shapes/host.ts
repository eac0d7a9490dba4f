// Keeps a thread for shape runs, and a warm one to take its place; ends one that hangs. Knows no tensor.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ShapeAnswer, ShapeRequest, ShapeRequests } from '../protocol';
import { connect, type Connection } from '../rpc';
import { permissions } from '../session/permissions';
import { workerPort } from '../session/ports';

/**
 * A thread that has not answered after so many times its limit is ended: it hangs where no hook can end it. One
 * that works ends by itself after its limit of work.
 */
const patience = 2;
/** So many times more on a machine that is busy with other things. */
const mostWaits = 4;
/** What a thread may take to start and to get warm. */
const longestStart = 15_000;
/** A thread is replaced after so many programs: each leaves a little behind. */
const mostRuns = 300;

/** What the thread tells. */
export interface ShapeEvents {
  /** It has begun to work on a request. */
  begun: null;
}

interface Hand {
  readonly worker: Worker;
  readonly connection: Connection<ShapeRequests, ShapeEvents>;
  runs: number;
}

export class ShapeHost {
  private active: Hand | undefined;
  private spare: Hand | undefined;
  private waiting: Promise<unknown> = Promise.resolve();

  /** `path`: the bundle of shape-worker.ts. */
  constructor(private readonly path: string) {}

  /** Runs a program without data. One after the other; never rejects. */
  shapes(request: ShapeRequest): Promise<ShapeAnswer> {
    const next = this.waiting.then(() => this.answer(request));
    this.waiting = next;
    return next;
  }

  async close(): Promise<void> {
    const hands = [this.active, this.spare];
    this.active = this.spare = undefined;
    for (const hand of hands) await hand?.worker.terminate();
  }

  private async answer(request: ShapeRequest): Promise<ShapeAnswer> {
    const begin = performance.now();
    try {
      const answer = await this.ask(request);
      this.spare ??= this.start();
      return answer;
    } catch (error) {
      const reason = `no shapes: ${(error as Error).message}`;
      const milliseconds = performance.now() - begin;
      this.spare ??= this.start();
      return { hints: '[]', problems: [], modules: [], unreached: [], reason, milliseconds };
    }
  }

  private async ask(request: ShapeRequest): Promise<ShapeAnswer> {
    const hand = this.take();
    const { limit } = request;
    let timer: NodeJS.Timeout | undefined;
    let begin = process.cpuUsage();
    const wait = (after: number, mostTries: number): void => {
      timer = setTimeout(() => {
        const { user, system } = process.cpuUsage(begin);
        // Who has not had the processor on a busy machine does not hang.
        if ((user + system) / 1000 < limit && mostTries > 0) wait(after, mostTries - 1);
        else this.drop(hand, `it did not end within ${limit} ms (is there a loop without end?)`);
      }, after);
    };
    wait(longestStart, 0);
    const stopListening = hand.connection.on('begun', () => {
      clearTimeout(timer);
      begin = process.cpuUsage();
      wait(patience * limit, mostWaits);
    });
    try {
      return await hand.connection.request.shapes(request);
    } finally {
      stopListening();
      clearTimeout(timer);
    }
  }

  /** A thread that is ready. */
  private take(): Hand {
    if (this.active && this.active.runs >= mostRuns) this.drop(this.active, 'it was replaced');
    if (this.active === undefined) {
      this.active = this.spare ?? this.start();
      this.spare = undefined;
    }
    this.active.runs++;
    return this.active;
  }

  private drop(hand: Hand, reason: string): void {
    if (this.active === hand) this.active = undefined;
    if (this.spare === hand) this.spare = undefined;
    hand.connection.close(`the shape run failed: ${reason}`);
    void hand.worker.terminate();
  }

  private start(): Hand {
    const worker = new Worker(this.path, {
      env: {},
      stdout: true,
      stderr: true,
      // It may read; it writes nowhere that matters.
      execArgv: permissions(join(tmpdir(), 'retrograd-shapes')),
      resourceLimits: {
        maxOldGenerationSizeMb: 512,
        // What a run makes fits into it, and is collected behind it.
        maxYoungGenerationSizeMb: 192,
        stackSizeMb: 4,
      },
    });
    const connection = connect<ShapeRequests, ShapeEvents>(workerPort(worker));
    const hand: Hand = { worker, connection, runs: 0 };
    worker.on('error', (error) => this.drop(hand, error.message));
    worker.on('exit', () => this.drop(hand, 'its thread ended'));
    worker.unref();
    return hand;
  }
}
