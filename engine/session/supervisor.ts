// Starts, stops and guards the thread in which the user's model runs. Knows no tensor and no editor.
import { dirname, join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type {
  Activations,
  EngineEvents,
  EngineRequests,
  HeldRequests,
  Problem,
  RecordRequest,
  TrainOptions,
} from '../protocol';
import { connect, type Connection, type Emit, type Handlers } from '../rpc';
import { ShapeHost } from '../shapes/host';
import { command, Control } from './control';
import { watchMemory } from './memory-watch';
import { permissions } from './permissions';
import { workerPort } from './ports';
import type { SessionEvents } from './hold';
import type { SessionRequests, UserWorkerData } from './user-worker';

/** How long a run may take to end by itself when it is told to stop. */
const patience = 150;

/** What the supervisor answers itself; all else is asked of the user's thread. */
export type OwnRequests = Omit<EngineRequests, keyof HeldRequests>;

interface ActiveRun {
  readonly run: number;
  readonly options: TrainOptions;
  readonly started: number;
  readonly worker: Worker;
  readonly control: Control;
  readonly connection: Connection<SessionRequests, SessionEvents>;
  /** The texts that it was built of, once known. */
  sources: Record<string, string> | undefined;
  step: number;
  /** The latest step of which everything was told, and the problems that were. */
  told: number;
  readonly problems: Set<string>;
  stopping: boolean;
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
  private readonly shapeHost: ShapeHost;

  constructor(
    private readonly emit: Emit<EngineEvents>,
    private readonly options: SupervisorOptions,
  ) {
    this.shapeHost = new ShapeHost(join(dirname(options.userWorker), 'shape-worker.cjs'));
  }

  /** What the engine can be asked, as the protocol has it. */
  handlers(): Handlers<OwnRequests> {
    return {
      train: (options) => this.train(options),
      pause: () => {
        this.active?.control.set(command.pause);
      },
      resume: () => {
        this.active?.control.set(command.run);
      },
      stop: () => this.stop(),
      shapes: (request) => this.shapeHost.shapes(request),
      activations: () => this.ask('activations', undefined) as Promise<Activations>,
      record: (request) => this.record(request),
      release: () => this.ask('release', undefined) as Promise<void>,
    };
  }

  /** Asks the user's thread, which answers while it waits, and else between two steps. */
  ask(method: string, argument: unknown): Promise<unknown> {
    if (this.active === undefined) throw new Error('no model is loaded');
    const { connection, control } = this.active;
    const send = connection.request as unknown as Record<string, (a: unknown) => Promise<unknown>>;
    const answer = send[method](argument);
    control.ring();
    return answer;
  }

  /** A step to come is recorded on the way; for one that is past the run begins anew, unheard. */
  private async record(request: RecordRequest): Promise<void> {
    const { active } = this;
    if (active === undefined || active.ended) throw new Error('no run is under way');
    if (active.options.hold !== true) throw new Error('this run was not started to hold its steps');
    const { run, options, step } = active;
    const { step: record = step + 1, at = 'begin' } = request;
    if (!Number.isInteger(record) || record < 1)
      throw new Error(`there is no step ${record}: steps count from 1`);
    if ((await this.ask('record', request)) === true) return;
    if (active !== this.active || active.stopping || active.ended)
      throw new Error('the run ended or went elsewhere meanwhile');
    this.discard(active);
    const { sources } = active;
    const replay = { ...options, record, at, ...(sources && { sources }) };
    this.active = this.start(run, replay, active);
    this.emit('released', { run, step });
  }

  /** Ends a thread whose run goes on in another one. */
  private discard(active: ActiveRun): void {
    active.ended = true;
    this.endings.get(active)?.();
    active.connection.close('the run goes on in another thread');
    void active.worker.terminate();
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
    active.stopping = true;
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

  /** `before`: the same run in an earlier thread, of which everything was told already. */
  private start(run: number, options: TrainOptions, before?: ActiveRun): ActiveRun {
    const control = new Control();
    const channel = new MessageChannel();
    const worker = this.spawn(options, { control: control.shared, port: channel.port2, run });
    const connection = connect<SessionRequests, SessionEvents>(workerPort(channel.port1));
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const active: ActiveRun = {
      run,
      options,
      started: before?.started ?? performance.now(),
      worker,
      control,
      connection,
      sources: undefined,
      step: 0,
      told: before?.told ?? 0,
      problems: before?.problems ?? new Set(),
      stopping: false,
      ended: false,
      finished,
    };
    const stopWatching = watchMemory(this.options.memoryBudget, (message) => {
      this.abort(active, { kind: 'memory', message, severity: 'error', frames: [] });
    });
    this.forward(active, before !== undefined, () => {
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

  /** Passes events on; what a run says again on its way back to a past step is dropped. */
  private forward(active: ActiveRun, again: boolean, whenEnded: () => void): void {
    const { connection } = active;
    const pass = (...names: (keyof EngineEvents)[]): void => {
      for (const name of names)
        connection.on(name, (data) => {
          if (!active.ended) this.emit(name, data);
        });
    };
    pass('state', 'recorded', 'held', 'cursor', 'released', 'failed');
    if (!again) pass('started');
    connection.on('loaded', ({ sources }) => {
      active.sources = sources;
    });
    connection.on('log', (lines) => {
      if (!active.ended && active.step >= active.told) this.emit('log', lines);
    });
    connection.on('problem', (problem) => {
      const { message, range } = problem;
      const text = JSON.stringify([message, range]);
      if (active.ended || (again && active.problems.has(text))) return;
      active.problems.add(text);
      this.emit('problem', problem);
    });
    connection.on('progress', (progress) => {
      const { step } = progress;
      active.step = step;
      const points = progress.points.filter((point) => !again || point.step > active.told);
      active.told = Math.max(active.told, step);
      if (!active.ended) this.emit('progress', { ...progress, points });
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
