// Runs model texts through a real supervisor and a real worker, and keeps what they tell. Knows no test.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type {
  EngineEvents,
  LogPoint,
  Problem,
  RunEnded,
  TrainOptions,
} from '../../../engine/protocol';
import { Supervisor } from '../../../engine/session/supervisor';

/** What one run told, in order. */
export interface Told {
  readonly problems: Problem[];
  readonly points: LogPoint[];
  readonly lines: string[];
  dropped: number;
  readonly states: string[];
  started: EngineEvents['started'] | undefined;
  ended: RunEnded;
}

/** One supervisor and a folder of model files. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'retrograd-lab-'));
  readonly supervisor: Supervisor;
  private readonly watchers = new Set<(name: keyof EngineEvents, data: never) => void>();

  constructor(memoryBudget = 2 ** 31) {
    this.supervisor = new Supervisor(
      (name, data) => {
        for (const watch of this.watchers) watch(name, data as never);
      },
      { memoryBudget, userWorker: resolve('dist/user-worker.cjs') },
    );
  }

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Resolves with the data of the next event of this name. */
  next<K extends keyof EngineEvents>(name: K): Promise<EngineEvents[K]> {
    return new Promise((found) => {
      const watch = (other: keyof EngineEvents, data: never): void => {
        if (other !== name) return;
        this.watchers.delete(watch);
        found(data);
      };
      this.watchers.add(watch);
    });
  }

  /** Calls back for every event of this name, until the result is called. */
  on<K extends keyof EngineEvents>(name: K, receive: (data: EngineEvents[K]) => void): () => void {
    const watch = (other: keyof EngineEvents, data: never): void => {
      if (other === name) receive(data);
    };
    this.watchers.add(watch);
    return () => this.watchers.delete(watch);
  }

  /** How many wait for events. */
  get listeners(): number {
    return this.watchers.size;
  }

  /** Trains a text to its end. `meanwhile` is called when the model has been loaded. */
  async train(
    text: string,
    options: Partial<TrainOptions> = {},
    meanwhile?: () => unknown,
  ): Promise<Told> {
    const told: Told = {
      problems: [],
      points: [],
      lines: [],
      dropped: 0,
      states: [],
      started: undefined,
      ended: undefined as never,
    };
    const note = (name: keyof EngineEvents, data: never): void => {
      this.note(told, name, data);
    };
    this.watchers.add(note);
    const ended = this.next('ended');
    const started = this.next('started');
    const file = this.write('model.ts', text);
    await this.supervisor
      .handlers()
      .train({ file, seed: 0, hyper: {}, workspace: this.folder, ...options });
    if (meanwhile) {
      await Promise.race([started, ended]);
      await meanwhile();
    }
    told.ended = await ended;
    this.watchers.delete(note);
    return told;
  }

  private note(told: Told, name: keyof EngineEvents, data: never): void {
    switch (name) {
      case 'started':
        told.started = data;
        break;
      case 'problem':
        told.problems.push(data);
        break;
      case 'progress':
        told.points.push(...(data as EngineEvents['progress']).points);
        break;
      case 'log':
        told.lines.push(...(data as EngineEvents['log']).lines.map(({ text }) => text));
        told.dropped += (data as EngineEvents['log']).dropped;
        break;
      case 'state':
        told.states.push((data as EngineEvents['state']).state);
        break;
      case 'ended':
    }
  }

  async close(): Promise<void> {
    await this.supervisor.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A small model that learns, with its loop as given. */
export function model(loop: string, before = ''): string {
  return `import { nn, optim, F, hyper, log, randn, tensor, noGrad, type Tensor } from 'retrograd';
const hp = hyper({ lr: 0.1, hidden: 8, name: 'net', bias: true });
class Net extends nn.Module {
  hidden = new nn.Linear(2, hp.hidden);
  out = new nn.Linear(hp.hidden, 1);
  drop = new nn.Dropout(0.1);
  forward(x: Tensor): Tensor { return this.out.forward(this.drop.forward(this.hidden.forward(x).tanh())); }
}
${before}
export async function train() {
  const net = new Net();
  const opt = new optim.Adam(net.parameters(), { lr: hp.lr });
  ${loop}
}
`;
}

export const step = `opt.zeroGrad();
    const x = randn([16, 2]);
    const loss = F.mseLoss(net.forward(x), x.sum(1, { keepdim: true }));
    loss.backward();
    opt.step();
    log({ loss });`;
