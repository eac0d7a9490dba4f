// Starts, stops and guards the thread in which the user's model runs. Knows no tensor and no editor.
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { startHelpers, type Helpers } from '../kernels/helpers';
import type {
  Activations,
  BranchRequest,
  CursorInfo,
  EngineEvents,
  EngineRequests,
  HeldRequests,
  PastInfo,
  ProbeAnswer,
  ProbeInfo,
  Problem,
  Progress,
  RecordRequest,
  RunAnswer,
  RunQuestion,
  TrainOptions,
} from '../protocol';
import { connect, type Connection, type Emit, type Handlers } from '../rpc';
import { ShapeHost } from '../shapes/host';
import { command, Control } from './control';
import { Inquiry } from './inquiry';
import { watchMemory } from './memory-watch';
import { permissions } from './permissions';
import { workerPort } from './ports';
import type { SessionRequests, UserWorkerData } from './user-worker';

/** How long a run may take to end by itself when it is told to stop. */
const patience = 150;

/** Events that are passed on as they are. */
const passed = [
  ...['started', 'state', 'log', 'problem', 'recorded'],
  ...['held', 'cursor', 'released', 'failed', 'sought', 'branched'],
] as (keyof EngineEvents)[];

/** A question sends the run here and there; what it tells on its way is nobody's concern. */
const unheard = new Set<keyof EngineEvents>([
  'held',
  'cursor',
  'released',
  'failed',
  'sought',
  'state',
  'progress',
  'ended',
]);

/** What the supervisor answers itself; all else is asked of the user's thread. */
export type OwnRequests = Omit<EngineRequests, keyof HeldRequests>;

interface ActiveRun {
  readonly run: number;
  readonly options: TrainOptions;
  readonly started: number;
  readonly worker: Worker;
  /** The threads that help its kernels. */
  readonly helpers: Helpers;
  readonly control: Control;
  readonly connection: Connection<SessionRequests, EngineEvents>;
  step: number;
  stopping: boolean;
  ended: boolean;
  /** The thread is no more: nothing can bring the run back. */
  gone: boolean;
  finished: Promise<void>;
  /** What it told when it ended by itself. */
  end?: EngineEvents['ended'];
}

export interface SupervisorOptions {
  /** The bundle of user-worker.ts. */
  userWorker: string;
  /** Bytes that a run may add to the process before it is ended. */
  memoryBudget: number;
  /** Threads that compute a run, the model's own among them; 0: as many as help. Default 1. */
  threads?: number;
}

/** More threads than these would mostly wait for each other at the sizes that people look at. */
const mostByItself = 4;

/** One run at a time. Everything that a run does to its thread, this survives. */
export class Supervisor {
  private active: ActiveRun | undefined;
  private runs = 0;
  private readonly next = new Set<(name: keyof EngineEvents, data: unknown) => void>();
  private inquiring = false;
  private readonly onTheWay: Progress[] = [];
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
      probeInfo: () => this.ask('probeInfo', undefined) as Promise<ProbeInfo>,
      probe: (request) => this.ask('probe', request) as Promise<ProbeAnswer>,
      record: (request) => this.travel('record', request),
      seek: (request) => this.travel('seek', request),
      branch: (request) => this.travel('branch', request),
      past: () => this.ask('past', undefined) as Promise<PastInfo>,
      release: () => this.ask('release', undefined) as Promise<void>,
      question: (question) => this.question(question),
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

  /** Sends the run to a step, past or to come; a run that has ended comes back for it. */
  private async travel(
    method: 'record' | 'seek' | 'branch',
    request: RecordRequest | BranchRequest,
  ): Promise<void> {
    const { active } = this;
    if (active === undefined || active.gone) throw new Error('no run is under way');
    if (active.options.hold !== true && !active.options.history)
      throw new Error('this run was not started to keep its past');
    const { step } = request;
    if (step !== undefined && (!Number.isInteger(step) || step < 1))
      throw new Error(`there is no step ${step}: steps count from 1`);
    if (active.ended) {
      active.control.set(command.run);
      this.follow(active);
    }
    await this.ask(method, request);
  }

  /** Answers a question about the run, which stands afterwards where it stood. */
  private async question(question: RunQuestion): Promise<RunAnswer> {
    const { active } = this;
    if (active === undefined || active.gone) throw new Error('no run is under way');
    if (this.inquiring) throw new Error('another question is being answered');
    const inquiry = this.inquiry();
    this.inquiring = true;
    try {
      return await inquiry.answer(question);
    } finally {
      this.inquiring = false;
      this.tellOf(this.onTheWay.splice(0));
      const { gone, ended, end } = active;
      // Whoever shows variables must ask for them again.
      if (!gone && !ended && inquiry.travelled)
        this.emit('cursor', (await this.ask('cursor', undefined)) as CursorInfo);
      // It has ended on its way, and did not come back.
      else if (!gone && ended && end) this.emit('ended', end);
    }
  }

  /** The run as something that can be taken from step to step. */
  inquiry(): Inquiry {
    return new Inquiry({
      ask: (method, argument) =>
        method === 'record'
          ? this.travel(method, argument as RecordRequest)
          : this.ask(method, argument),
      next: (...names) => this.nextOf(names),
    });
  }

  private nextOf<K extends keyof EngineEvents>(
    names: readonly K[],
  ): Promise<{ name: K; data: EngineEvents[K] }> {
    return new Promise((found) => {
      const hear = (name: keyof EngineEvents, data: unknown): void => {
        if (!names.includes(name as K)) return;
        this.next.delete(hear);
        found({ name: name as K, data: data as EngineEvents[K] });
      };
      this.next.add(hear);
    });
  }

  /** Tells everybody, unless it happens on the way to an answer. */
  private tell<K extends keyof EngineEvents>(name: K, data: EngineEvents[K]): void {
    for (const hear of [...this.next]) hear(name, data);
    if (!this.inquiring || !unheard.has(name)) this.emit(name, data);
    else if (name === 'progress') this.onTheWay.push(data as Progress);
  }

  /** What was logged for the first time on the way to an answer is told when the run stands where it stood. */
  private tellOf(reports: Progress[]): void {
    const last = reports.at(-1);
    const fresh = reports.filter(({ points, gradients }) => points.length + gradients.length > 0);
    for (const report of fresh) this.emit('progress', report);
    if (last && fresh.length > 0 && fresh.at(-1) !== last) this.emit('progress', last);
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

  private start(run: number, options: TrainOptions): ActiveRun {
    const control = new Control();
    const channel = new MessageChannel();
    const { userWorker, threads = 1 } = this.options;
    const count = threads === 0 ? Math.min(availableParallelism(), mostByItself) : threads;
    const helpers = startHelpers(count - 1, join(dirname(userWorker), 'helper-worker.cjs'));
    const pool = { ports: helpers.ports, always: threads > 0 };
    const data = { control: control.shared, port: channel.port2, run, pool };
    const worker = this.spawn(options, data);
    const connection = connect<SessionRequests, EngineEvents>(workerPort(channel.port1));
    const active: ActiveRun = {
      run,
      options,
      started: performance.now(),
      worker,
      helpers,
      control,
      connection,
      step: 0,
      stopping: false,
      ended: false,
      gone: false,
      finished: Promise.resolve(),
    };
    this.follow(active);
    this.forward(active);
    worker.on('error', (error: NodeJS.ErrnoException) => {
      this.abort(active, problemOfDeath(error));
    });
    worker.on('exit', () => {
      // A thread that is gone without having said so: nothing in it can be saved.
      const message = "the model's thread ended without a result";
      active.gone = true;
      helpers.end();
      this.abort(active, { kind: 'error', message, severity: 'error', frames: [] });
    });
    // A session tells of what goes wrong by itself, as long as it can.
    connection.request.train(options).catch((error: unknown) => {
      this.abort(active, problemOfDeath(error as Error));
    });
    return active;
  }

  private spawn(options: TrainOptions, data: UserWorkerData): Worker {
    return new Worker(this.options.userWorker, {
      workerData: data,
      transferList: [data.port, ...data.pool.ports],
      execArgv: permissions(options.workspace ?? dirname(options.file)),
      resourceLimits: {
        // V8's own limit would abort the whole process; the memory watch ends the thread long before.
        maxOldGenerationSizeMb: 4096,
        // Room for all objects of some steps: they die before anybody has to look through them.
        maxYoungGenerationSizeMb: 96,
        stackSizeMb: 4,
      },
    });
  }

  /** The run goes on from now until it ends: its memory is watched, its end awaited. */
  private follow(active: ActiveRun): void {
    active.ended = active.stopping = false;
    const stopWatching = watchMemory(this.options.memoryBudget, (message) => {
      this.abort(active, { kind: 'memory', message, severity: 'error', frames: [] });
    });
    active.finished = new Promise<void>((finish) => {
      this.endings.set(active, () => {
        stopWatching();
        finish();
      });
    });
  }

  /** Passes events on; remembers what is needed when the thread dies. */
  private forward(active: ActiveRun): void {
    const { connection } = active;
    for (const name of passed)
      connection.on(name, (data) => {
        if (!active.ended) this.tell(name, data);
      });
    connection.on('progress', (progress) => {
      active.step = progress.step;
      if (!active.ended) this.tell('progress', progress);
    });
    connection.on('ended', (ended) => {
      if (active.ended) return;
      active.ended = true;
      active.end = ended;
      this.tell('ended', ended);
      this.endings.get(active)?.();
    });
  }

  private readonly endings = new WeakMap<ActiveRun, () => void>();

  /** Ends a run by force, and tells why when it was not asked for. */
  private abort(active: ActiveRun, problem?: Problem): void {
    if (active.ended) return;
    active.ended = active.gone = true;
    active.connection.close('the run has ended');
    void active.worker.terminate();
    const { run, step } = active;
    if (problem) this.emit('problem', { ...problem, run });
    this.inquiring = false;
    this.tell('ended', {
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
