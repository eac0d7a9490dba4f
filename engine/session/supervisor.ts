// Starts, stops and guards the thread in which the user's model runs. Knows no tensor and no editor.
import { dirname } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { EngineEvents, EngineRequests, Problem, TrainOptions } from '../protocol';
import { connect, type Connection, type Emit, type Handlers } from '../rpc';
import { command, Control } from './control';
import { watchMemory } from './memory-watch';
import { permissions } from './permissions';
import { workerPort } from './ports';
import type { SessionRequests, UserWorkerData } from './user-worker';

/** How long a run may take to end by itself when it is told to stop. */
const patience = 150;

interface ActiveRun {
  readonly run: number;
  readonly file: string;
  readonly started: number;
  readonly worker: Worker;
  readonly control: Control;
  readonly connection: Connection<SessionRequests, EngineEvents>;
  step: number;
  ended: boolean;
  readonly finished: Promise<void>;
}

export interface SupervisorOptions {
  /** The bundle of user-worker.ts. */
  userWorker: string;
  /** Bytes that a run may add to the process before it is ended. */
  memoryBudget: number;
}

/** One run at a time. Everything that a run does to its thread, this survives. */
export class Supervisor {
  private active: ActiveRun | undefined;
  private runs = 0;

  constructor(
    private readonly emit: Emit<EngineEvents>,
    private readonly options: SupervisorOptions,
  ) {}

  /** What the engine can be asked, as the protocol has it. */
  handlers(): Handlers<EngineRequests> {
    return {
      train: (options) => this.train(options),
      pause: () => {
        this.active?.control.set(command.pause);
      },
      resume: () => {
        this.active?.control.set(command.run);
      },
      stop: () => this.stop(),
      activations: () => {
        if (this.active === undefined) throw new Error('no model is loaded');
        const answer = this.active.connection.request.activations();
        this.active.control.ring();
        return answer;
      },
    };
  }

  private async train(options: TrainOptions): Promise<number> {
    await this.close();
    this.active = this.start(++this.runs, options);
    return this.active.run;
  }

  /** Resolves when the run has ended: by itself, or by force. */
  async stop(): Promise<void> {
    const { active } = this;
    if (active === undefined || active.ended) return;
    active.control.set(command.stop);
    const timer = setTimeout(() => {
      this.abort(active);
    }, patience);
    await active.finished;
    clearTimeout(timer);
  }

  /** Ends the run with its thread and the model in it. */
  async close(): Promise<void> {
    await this.stop();
    // What the thread has not answered by now it never will.
    this.active?.connection.close('the run has ended');
    await this.active?.worker.terminate();
  }

  private start(run: number, options: TrainOptions): ActiveRun {
    const control = new Control();
    const channel = new MessageChannel();
    const worker = this.spawn(options, { control: control.shared, port: channel.port2, run });
    const connection = connect<SessionRequests, EngineEvents>(workerPort(channel.port1));
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const active: ActiveRun = {
      run,
      file: options.file,
      started: performance.now(),
      worker,
      control,
      connection,
      step: 0,
      ended: false,
      finished,
    };
    const stopWatching = watchMemory(this.options.memoryBudget, (message) => {
      this.abort(active, { kind: 'memory', message, severity: 'error', frames: [] });
    });
    this.forward(active, () => {
      stopWatching();
      finish();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      this.abort(active, problemOfDeath(error));
    });
    worker.on('exit', () => {
      // A thread that is gone without having said so: nothing in it can be saved.
      const message = "the model's thread ended without a result";
      this.abort(active, { kind: 'error', message, severity: 'error', frames: [] });
    });
    void connection.request.train(options).catch(() => undefined);
    return active;
  }

  private spawn(options: TrainOptions, data: UserWorkerData): Worker {
    return new Worker(this.options.userWorker, {
      workerData: data,
      transferList: [data.port],
      execArgv: permissions(options.workspace ?? dirname(options.file)),
      // V8's own limit would abort the whole process; the memory watch ends the thread long before.
      resourceLimits: { maxOldGenerationSizeMb: 4096, stackSizeMb: 4 },
    });
  }

  /** Passes events on; remembers what is needed when the thread dies. */
  private forward(active: ActiveRun, whenEnded: () => void): void {
    const { connection } = active;
    for (const name of ['started', 'state', 'log', 'problem', 'recorded'] as const) {
      connection.on(name, (data) => {
        if (!active.ended) this.emit(name, data);
      });
    }
    connection.on('progress', (progress) => {
      active.step = progress.step;
      if (!active.ended) this.emit('progress', progress);
    });
    connection.on('ended', (ended) => {
      if (active.ended) return;
      active.ended = true;
      this.emit('ended', ended);
      whenEnded();
    });
    this.endings.set(active, whenEnded);
  }

  private readonly endings = new WeakMap<ActiveRun, () => void>();

  /** Ends a run by force, and tells why when it was not asked for. */
  private abort(active: ActiveRun, problem?: Problem): void {
    if (active.ended) return;
    active.ended = true;
    active.connection.close('the run has ended');
    void active.worker.terminate();
    const { run, step } = active;
    if (problem) this.emit('problem', { ...problem, run });
    this.emit('ended', {
      run,
      reason: problem ? 'failed' : 'stopped',
      steps: step,
      parameters: 0,
      hash: '',
      milliseconds: performance.now() - active.started,
    });
    this.endings.get(active)?.();
  }
}

function problemOfDeath(error: NodeJS.ErrnoException): Problem {
  const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return {
    kind: outOfMemory ? 'memory' : 'error',
    message: outOfMemory
      ? 'the model ran out of JavaScript memory: is an array or a map growing with every step?'
      : `the model's thread failed: ${error.message.slice(0, 8192)}`,
    severity: 'error',
    frames: [],
  };
}
