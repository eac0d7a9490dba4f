// A run that the command line holds at its steps, to ask it. Knows no verb.
import { join } from 'node:path';
import type { EngineEvents, Finding, PastInfo, TrainOptions } from '../protocol';
import { Supervisor } from '../session/supervisor';
import { describe, memoryBudget } from './train';

/** Where a run came to: a step that is held, or the end. */
export interface Stand {
  /** 0 when the run has ended and nothing can be asked. */
  readonly step: number;
  /** The step was broken off by an error. */
  readonly failed: boolean;
}

export class HeldRun {
  readonly supervisor: Supervisor;
  /** Re-runs that came to another state. */
  diverged = 0;
  private arrive: (stand: Stand) => void = () => undefined;
  private failed = false;

  /** `threads` compute large kernels; 0: as many as save time. */
  constructor(threads = 0) {
    const on: { [K in keyof EngineEvents]?: (data: EngineEvents[K]) => void } = {
      held: ({ step }) => {
        this.arrive({ step, failed: this.failed });
      },
      failed: ({ step, recorded }) => {
        this.failed = true;
        // It is recorded when the run goes there once more.
        if (!recorded) void this.supervisor.handlers().record({ step });
      },
      ended: () => {
        this.arrive({ step: 0, failed: this.failed });
      },
      log: ({ lines }) => {
        for (const { text } of lines) process.stderr.write(`${text}\n`);
      },
      problem: (problem) => {
        if (problem.kind === 'diverged') this.diverged++;
        process.stderr.write(`${describe(problem)}\n`);
      },
    };
    this.supervisor = new Supervisor((name, data) => on[name]?.(data as never), {
      memoryBudget,
      threads,
      userWorker: join(__dirname, 'user-worker.cjs'),
    });
    process.once('SIGINT', () => void this.supervisor.stop());
  }

  /** Trains up to step `record` and holds it; a run that fails before is held where it failed. */
  async start(options: Omit<TrainOptions, 'hold'>): Promise<Stand> {
    const arrival = this.arrival();
    await this.supervisor.handlers().train({ ...options, hold: true });
    return arrival;
  }

  /** Goes to a step and holds it. */
  async go(step: number): Promise<Stand> {
    const arrival = this.arrival();
    await this.supervisor.handlers().record({ step });
    return arrival;
  }

  findings(): Promise<Finding[]> {
    return this.supervisor.ask('findings', undefined) as Promise<Finding[]>;
  }

  past(): Promise<PastInfo> {
    return this.supervisor.ask('past', undefined) as Promise<PastInfo>;
  }

  close(): Promise<void> {
    return this.supervisor.close();
  }

  private arrival(): Promise<Stand> {
    this.failed = false;
    return new Promise((found) => (this.arrive = found));
  }
}
