// The runs of this window and the engine under them. Knows no command, no view and no message box.
import { EventEmitter, type Memento } from 'vscode';
import type {
  Activations,
  EngineEvents,
  EngineRequests,
  LogLines,
  Problem,
  RunRecord,
  TrainOptions,
} from '../engine/protocol';
import type { Remote } from '../engine/rpc';
import type { EngineClient } from './engine-client';
import { addProgress, branchAt, fromStored, newRecord, toStored, withoutData } from './run-record';

/** So many runs are kept for comparison. */
const mostRuns = 6;
const storageKey = 'retrograd.runs';

/** A run with what only the editor's side needs. */
export interface Run {
  readonly record: RunRecord;
  readonly file: string;
  readonly options: TrainOptions;
  readonly problems: Problem[];
  /** It holds its steps, from the beginning or since it was asked to. */
  holds: boolean;
}

/** An event of the engine, with its name. */
export type Told = {
  [K in keyof EngineEvents]: { readonly name: K; readonly data: EngineEvents[K] };
}[keyof EngineEvents];

export class Training {
  private engine: EngineClient | undefined;
  private engineRun: number | undefined;
  private outdated = false;
  private readonly past: RunRecord[];
  private lastId: number;
  /** The run under way, or else the latest one of this window. */
  latest: Run | undefined;

  private readonly changed = new EventEmitter<RunRecord>();
  private readonly thinned = new EventEmitter<null>();
  private readonly logged = new EventEmitter<LogLines>();
  private readonly began = new EventEmitter<Run>();
  private readonly failed = new EventEmitter<{ run: Run; problem: Problem }>();
  private readonly finished = new EventEmitter<Run>();
  private readonly told = new EventEmitter<Told>();
  /** The latest run changed; the record that comes along holds only the new part of its curves. */
  readonly onChange = this.changed.event;
  readonly onThinned = this.thinned.event;
  readonly onLog = this.logged.event;
  readonly onBegin = this.began.event;
  readonly onProblem = this.failed.event;
  readonly onEnd = this.finished.event;
  /** Everything that the engine tells of the latest run. */
  readonly onEngine = this.told.event;

  /** `start` makes an engine and calls `whenGone` if it dies by itself. */
  constructor(
    private readonly start: (whenGone: (reason: string) => void) => EngineClient,
    private readonly storage: Memento,
  ) {
    const stored = storage.get<Parameters<typeof fromStored>[0][]>(storageKey, []);
    this.past = stored.map(fromStored);
    this.lastId = Math.max(0, ...this.past.map(({ id }) => id));
  }

  get active(): boolean {
    return this.latest !== undefined && this.latest.record.state !== 'ended';
  }

  records(): RunRecord[] {
    return this.latest ? [...this.past, this.latest.record] : [...this.past];
  }

  /** Starts a run, ending the one before it. A file that cannot be loaded is a problem, not a rejection. */
  async train(options: TrainOptions, label: string): Promise<void> {
    await this.stop();
    if (this.latest) this.past.push(this.latest.record);
    this.past.splice(0, this.past.length - (mostRuns - 1));
    const record = newRecord(++this.lastId, label);
    const holds = options.hold === true;
    const run: Run = { record, file: options.file, options, problems: [], holds };
    this.latest = run;
    this.engineRun = undefined;
    if (this.outdated) this.dispose();
    this.outdated = false;
    this.engine ??= this.connect();
    this.began.fire(run);
    this.publish(run);
    try {
      await this.engine.request.train(options);
    } catch (error) {
      this.fail(run, error instanceof Error ? error.message : String(error));
    }
  }

  async restart(): Promise<void> {
    if (!this.latest) return;
    // What was held to be looked at trains through when it begins again.
    const { file, seed, hyper, history } = this.latest.options;
    const past = history && { history };
    await this.train({ file, seed, hyper, ...past }, this.latest.record.label);
  }

  /** Whether the latest run can go to its past steps, whether it is under way or has ended. */
  get remembers(): boolean {
    const { latest, engine } = this;
    if (!latest || !engine || this.engineRun === undefined) return false;
    // What was ended by force is no more, and has no hash.
    const gone = latest.record.ended?.hash === '';
    return !gone && (latest.options.hold === true || latest.options.history !== undefined);
  }

  /** Takes the latest run to a step, and holds it there; a run that has ended comes back for it. */
  async hold(step: number): Promise<void> {
    const { latest, engine } = this;
    if (!latest || !engine || !this.remembers)
      throw new Error('this run does not remember its past');
    latest.holds = true;
    if (latest.record.state === 'ended') {
      latest.record.state = 'running';
      delete latest.record.ended;
      this.publish(latest);
    }
    await engine.request.record({ step, branch: branchAt(latest.record, step) });
  }

  /** Lets the held step go; the run goes on. */
  async letGo(): Promise<void> {
    const { latest } = this;
    if (latest) latest.holds = latest.options.hold === true;
    await this.ask.release();
  }

  async pause(): Promise<void> {
    if (this.active) await this.engine?.request.pause();
  }

  async resume(): Promise<void> {
    if (!this.active) return;
    if (this.latest?.holds === true) await this.letGo();
    await this.engine?.request.resume();
  }

  /** Resolves when no run is under way any more. */
  async stop(): Promise<void> {
    if (!this.active) return;
    const ended = new Promise<void>((resolve) => {
      const subscription = this.onEnd(() => {
        subscription.dispose();
        resolve();
      });
    });
    await this.engine?.request.stop();
    await ended;
  }

  async activations(): Promise<Activations> {
    return this.ask.activations();
  }

  /** Everything that the engine can be asked about the latest run. */
  get ask(): Remote<EngineRequests> {
    if (this.engine === undefined || this.latest === undefined) throw new Error('no run yet');
    return this.engine.request;
  }

  /** The next run starts a new engine; one under way keeps its own. */
  settingsChanged(): void {
    this.outdated = true;
  }

  dispose(): void {
    this.engine?.dispose();
    this.engine = undefined;
  }

  private connect(): EngineClient {
    const engine = this.start((reason) => {
      this.engine = undefined;
      if (this.latest && this.active) this.fail(this.latest, `the engine was lost: ${reason}`);
    });
    /** Runs `receive` for events of the latest run; what an ended run still says is dropped. */
    const ofLatest = (number: number, receive: (run: Run) => void): void => {
      if (!this.latest || !this.active) return;
      this.engineRun ??= number;
      if (number === this.engineRun) receive(this.latest);
    };
    engine.on('started', (started) =>
      ofLatest(started.run, (latest) => {
        const { seed, hyper } = started;
        Object.assign(latest.record, { seed, hyper });
        this.publish(latest);
      }),
    );
    engine.on('state', ({ run, state, step }) =>
      ofLatest(run, (latest) => {
        // The end is told by `ended`, which knows its reason.
        if (state === 'ended') return;
        Object.assign(latest.record, { state, step });
        this.publish(latest);
      }),
    );
    engine.on('progress', (progress) =>
      ofLatest(progress.run, (latest) => {
        const { change, thinned } = addProgress(latest.record, progress);
        this.changed.fire(change);
        if (thinned) this.thinned.fire(null);
      }),
    );
    engine.on('log', (lines) => ofLatest(lines.run, () => this.logged.fire(lines)));
    engine.on('problem', (problem) => ofLatest(problem.run, (run) => this.report(run, problem)));
    for (const name of [
      'started',
      'held',
      'cursor',
      'released',
      'branched',
      'failed',
      'log',
      'problem',
    ] as const)
      engine.on(name, (data) => ofLatest(data.run, () => this.told.fire({ name, data } as Told)));
    engine.on('ended', (ended) => ofLatest(ended.run, (run) => this.end(run, ended)));
    return engine;
  }

  private report(run: Run, problem: Problem): void {
    run.problems.push(problem);
    if (problem.severity === 'error') run.record.problem ??= problem.message;
    this.failed.fire({ run, problem });
    this.publish(run);
  }

  /** Ends a run that the engine can no longer end. */
  private fail(run: Run, message: string): void {
    if (run.record.state === 'ended') return;
    this.report(run, { kind: 'error', message, severity: 'error', frames: [] });
    const { step: steps } = run.record;
    this.end(run, { reason: 'failed', steps, parameters: 0, hash: '', milliseconds: 0 });
  }

  private end(run: Run, ended: NonNullable<RunRecord['ended']>): void {
    run.record.state = 'ended';
    run.record.step = ended.steps;
    run.record.ended = ended;
    this.publish(run);
    this.told.fire({ name: 'ended', data: { run: this.engineRun ?? 0, ...ended } });
    this.finished.fire(run);
    void this.storage.update(storageKey, this.records().map(toStored));
  }

  private publish(run: Run): void {
    this.changed.fire(withoutData(run.record));
  }
}
