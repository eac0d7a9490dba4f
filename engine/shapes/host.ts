// Keeps a thread for shape runs, and a warm one to take its place; ends one that hangs. Knows no tensor.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ShapeAnswer, ShapeRequest, ShapeRequests } from '../protocol';
import { connect, type Connection } from '../rpc';
import { permissions } from '../session/permissions';
import { workerPort } from '../session/ports';

/** What a run may take beyond its limit before its thread is ended: it ends itself sooner. */
const grace = 250;
/** The first program in a thread runs code that is not warm yet. */
const coldFactor = 3;
/** A thread is replaced after so many programs: each leaves a little behind. */
const mostRuns = 300;

interface Hand {
  readonly worker: Worker;
  readonly connection: Connection<ShapeRequests, Record<string, never>>;
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
    const next = this.waiting.then(() => this.ask(request));
    this.waiting = next;
    return next;
  }

  async close(): Promise<void> {
    const hands = [this.active, this.spare];
    this.active = this.spare = undefined;
    for (const hand of hands) await hand?.worker.terminate();
  }

  private async ask(request: ShapeRequest): Promise<ShapeAnswer> {
    const hand = this.take();
    const begin = performance.now();
    const limit = hand.runs === 1 ? coldFactor * request.limit : request.limit;
    const timer = setTimeout(() => {
      this.drop(hand, `it did not end within ${limit} ms (is there a loop without end?)`);
    }, limit + grace);
    try {
      return await hand.connection.request.shapes({ ...request, limit });
    } catch (error) {
      const reason = `no shapes: the shape run failed: ${(error as Error).message}`;
      const milliseconds = performance.now() - begin;
      return { hints: '[]', problems: [], modules: [], unreached: [], reason, milliseconds };
    } finally {
      clearTimeout(timer);
    }
  }

  /** A thread that is ready; another one gets ready meanwhile. */
  private take(): Hand {
    if (this.active && this.active.runs >= mostRuns) this.drop(this.active, 'it was replaced');
    this.active ??= this.spare ?? this.start();
    if (this.active === this.spare) this.spare = undefined;
    this.spare ??= this.start();
    this.active.runs++;
    return this.active;
  }

  private drop(hand: Hand, reason: string): void {
    if (this.active === hand) this.active = undefined;
    if (this.spare === hand) this.spare = undefined;
    hand.connection.close(reason);
    void hand.worker.terminate();
  }

  private start(): Hand {
    const worker = new Worker(this.path, {
      env: {},
      stdout: true,
      stderr: true,
      // It may read; it writes nowhere that matters.
      execArgv: permissions(join(tmpdir(), 'retrograd-shapes')),
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 4 },
    });
    const connection = connect<ShapeRequests, Record<string, never>>(workerPort(worker));
    const hand: Hand = { worker, connection, runs: 0 };
    worker.on('error', (error) => this.drop(hand, error.message));
    worker.on('exit', () => this.drop(hand, 'its thread ended'));
    worker.unref();
    return hand;
  }
}
