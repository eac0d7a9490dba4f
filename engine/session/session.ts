// One live model: loads a program, trains it, answers questions about it. Knows no port, no process, no editor.
import { dirname } from 'node:path';
import type {
  Activations,
  BranchRequest,
  EngineEvents,
  LogLines,
  PastInfo,
  ProbeAnswer,
  ProbeInfo,
  ProbeRequest,
  Problem,
  RecordRequest,
  TrainOptions,
} from '../protocol';
import type { Emit } from '../rpc';
import { dataFolder } from '../data/files';
import { reads } from '../history/world';
import * as retrograd from '../index';
import { arithmetic } from '../ops/op';
import { optimizers } from '../optim/optimizer';
import { run } from '../run';
import type { LoopEntry, Variables } from '../source/hooks';
import { LoadFailure, loadProgram, type Program } from '../source/load';
import { readAll } from '../source/roots';
import { SourceError } from '../source/error';
import { SiteTable, statementLines } from '../source/sites';
import { tape } from '../tape/tape';
import { warnings } from '../tape/warnings';
import { EngineError } from '../tensor/errors';
import { generator, manualSeed } from '../tensor/random';
import type { Tensor } from '../tensor/tensor';
import { ActivationWatch, countElements } from './activations';
import { now } from './clock';
import { collect } from './collect';
import { ConsoleCapture } from './console';
import { command, StopSignal, type Control } from './control';
import { stateHash } from './hash';
import { Hold } from './hold';
import { StepLoop } from './loop';
import { probe, probeInfo } from './probe';
import { problemOf, rangeOf } from './problems';
import { ProgressReport } from './progress';
import { RecordedSteps } from './recorded';
import { Travel } from './travel';
import { findingsOf } from '../trace/findings';
import { rowsOf } from '../trace/rows';
import { readBuiltin, readFile } from './workspace';

export interface SessionPort {
  emit: Emit<EngineEvents>;
  control: Control;
  /** Answers requests that have come in; called between steps, while user code holds the thread. */
  answerRequests(): void;
}

/** Trains one model file once; a fresh thread has a fresh session. */
export class Session {
  private readonly watch = new ActivationWatch();
  private readonly progress: ProgressReport;
  private readonly printed: ConsoleCapture;
  private program: Program | undefined;
  private locate: Program['locate'] = () => [];
  private loop: StepLoop;
  private readonly recorded = new RecordedSteps((trace) => {
    if (this.hold.wanted) this.hold.keep(trace, (file) => this.variablesFrom(file));
    else {
      const { step } = trace;
      const findings = findingsOf(trace);
      this.port.emit('recorded', { run: this.number, step, rows: rowsOf(trace), findings });
    }
  });
  private readonly hold: Hold;
  private readonly travel: Travel;
  private readonly started = now();
  private options: TrainOptions | undefined;
  /** What the branch that was asked for runs with. */
  private forked: TrainOptions | undefined;
  /** What that runs with which the branch continues. */
  private trunk: TrainOptions | undefined;
  /** The program's texts as they were when it was first loaded. */
  private texts: Readonly<Record<string, string>> = {};
  private announced = false;
  private readonly said = new Set<string>();
  /** The run stands between two steps, where its state can be replaced. */
  private standing = false;
  private ended = false;
  /** The program has run; only its last step may still be held. */
  private ending = false;

  constructor(
    private readonly number: number,
    private readonly port: SessionPort,
  ) {
    this.progress = new ProgressReport(number);
    this.hold = new Hold(number, port.emit);
    this.printed = new ConsoleCapture(
      (stack) => this.placeOf(stack),
      (level, text) => {
        this.recorded.print(level, text);
      },
      () => this.travel.muted,
    );
    this.loop = new StepLoop({
      begin: (step, loop) => {
        this.beginStep(step, loop);
      },
      over: () => {
        this.travel.endStep();
        this.recorded.end();
      },
      between: () => {
        this.betweenSteps();
      },
      kept: () => [
        ...this.watch.kept(),
        ...this.modules().flatMap((each) => readAll(each.variables)),
      ],
    });
    this.travel = new Travel(this.loop, () => this.modules(), {
      sought: (sought) => {
        port.emit('sought', { run: number, ...sought });
      },
      problem: (problem) => {
        this.problem(problem);
      },
      arrived: () => {
        port.control.set(command.pause);
        this.report(this.loop.finished, true);
        this.state('paused');
      },
      forked: () => {
        this.trunk = this.options;
        this.options = this.forked;
      },
      branched: (step) => {
        port.emit('branched', { run: number, branch: this.travel.branch, step });
      },
    });
  }

  private modules(): ReturnType<Program['modules']> {
    return this.program?.modules() ?? [];
  }

  /** The bindings of all files, those of `file` first. */
  private variablesFrom(file: string | undefined): Variables[] {
    const modules = this.modules();
    const own = modules.filter(({ path }) => path === file);
    return [...new Set([...own, ...modules])].map(({ variables }) => variables);
  }

  /** Goes to the moment before a step, and pauses there. */
  seek({ step }: { step: number }): void {
    this.move(step, true);
    this.hold.release();
  }

  /** Continues the state before a step in a program that may have been changed. */
  branch({ step, hyper = {}, sources = {} }: BranchRequest): void {
    this.move(step, 'branch');
    const options = this.options!;
    this.forked = {
      ...options,
      hyper: { ...options.hyper, ...hyper },
      sources: { ...this.texts, ...options.sources, ...sources },
    };
    this.hold.release();
  }

  /** What is remembered of the run. */
  past(): PastInfo {
    return { run: this.number, ...this.travel.past() };
  }

  private move(step: number, stay: boolean | 'branch'): void {
    const outside = this.ended || this.ending;
    this.travel.goTo(step, stay, outside ? 'outside' : this.standing ? 'between' : 'within');
    if (stay !== true) this.port.control.set(command.run);
    if (!this.ended) return;
    this.ended = false;
    void this.play();
  }

  /** What each module last put out. */
  activations(): Activations {
    return { run: this.number, step: this.loop.finished, layers: this.watch.layers() };
  }

  /** What the model as it stands can be asked, and what it makes of given samples. */
  probeInfo(): ProbeInfo {
    return probeInfo(this.watch.latest);
  }

  probe(request: ProbeRequest): ProbeAnswer {
    return probe(this.watch.latest, request);
  }

  /** Goes to a step, past or to come, and holds it. */
  record({ step = this.loop.step + 1, ...entry }: RecordRequest): void {
    if (this.hold.step?.trace.step === step) {
      this.hold.reenter(entry);
      return;
    }
    this.move(step, false);
    this.recorded.want(step);
    this.hold.release(entry);
  }

  /** Lets go of the held step. */
  release(): void {
    this.hold.release();
  }

  /** Answers a request about the held step. */
  answer(method: string, argument: unknown): unknown {
    return this.hold.answer(method, argument);
  }

  /** Runs the file's `train` to its end. Never throws: what goes wrong becomes a problem. */
  async train(options: TrainOptions): Promise<void> {
    this.options = options;
    this.prepare(options);
    await this.play();
  }

  /** Runs the program, and once more when the way into its past leads through its beginning. */
  private async play(): Promise<void> {
    do {
      this.begin(this.options!);
      await this.playOnce(this.options!);
    } while (this.travel.anew);
  }

  private async playOnce(options: TrainOptions): Promise<void> {
    try {
      const texts = options.sources ?? this.texts;
      this.program = await loadProgram(options.file, {
        read: (path) => texts[path] ?? readFile(path),
        builtin: readBuiltin,
        modules: { retrograd },
        hooks: this.loop,
        recording: this.recorded.recording,
        sites: this.recorded.sites,
      });
      const { program } = this;
      this.locate = (error) => program.locate(error);
      const train = this.trainFunction(options.file);
      this.checkOverrides(options);
      if (!this.announced) this.announce(options, program);
      this.state('running');
      // Without a loop the first step begins with the program.
      if (program.stepLoops.length === 0) this.recorded.begin(1, undefined);
      await train();
      this.ending = true;
      this.recorded.finish(program, this.loop.finished);
      this.travel.checkFound();
      this.travel.ended();
      this.holdThread(this.loop.finished);
      this.end('done');
    } catch (error) {
      this.fail(error);
    }
  }

  /** Tells of the program when it is first loaded; its texts stay what they are. */
  private announce({ file, seed }: TrainOptions, program: Program): void {
    this.announced = true;
    this.texts = Object.fromEntries(program.files);
    const lines = statementLines(program.sites);
    this.port.emit('started', { run: this.number, file, seed, hyper: run.hyper, lines });
  }

  /** The thread has nothing left to do: if the program is not done, it waits for something that never comes. */
  idle(): void {
    if (this.ended) return;
    const range = this.program?.train;
    const message =
      'train() awaits a promise that never settles: nothing is left that could resolve it';
    this.problem({
      kind: 'pending',
      message,
      severity: 'error',
      frames: [],
      ...(range && { range }),
    });
    this.end('failed');
  }

  /** Everything is as if no program had run in this thread. */
  private begin(options: TrainOptions): void {
    if (this.announced) this.travel.restart();
    this.ending = false;
    this.program = undefined;
    this.recorded.sites = new SiteTable();
    this.loop.reset();
    manualSeed(options.seed);
    reads.count = 0;
    Object.assign(run, { overrides: options.hyper, hyper: [], step: 0 });
    optimizers.length = 0;
    // What an earlier run of the program has left behind.
    collect(0, this.watch.kept());
    tape.interrupt = () => {
      this.port.control.checkStop();
      this.travel.checkAnew();
    };
  }

  private prepare(options: TrainOptions): void {
    dataFolder.path = dirname(options.file);
    this.hold.prepare(options);
    this.travel.prepare(options);
    this.loop.limit = (this.hold.wanted ? undefined : options.record) ?? options.steps ?? Infinity;
    this.recorded.budget = options.traceBudget;
    this.recorded.want(options.record);
    this.watch.start();
    globalThis.console = this.printed.create(globalThis.console);
    tape.beforeBackward = (root) => {
      this.checkLoss(root);
    };
    tape.stepped = () => {
      this.loop.optimizerStepped();
    };
    run.logged = (point) => {
      if (!this.travel.muted) this.progress.add(point);
    };
    warnings.receive = ({ kind, message, stack }) => {
      const frames = this.locate({ stack });
      const [first] = frames;
      this.problem({
        kind,
        message,
        severity: 'warning',
        frames,
        ...(first && { range: rangeOf(first) }),
      });
    };
  }

  private trainFunction(file: string): () => unknown {
    const { train } = this.program!.exports;
    if (typeof train === 'function') return train as () => unknown;
    throw new SourceError(
      'export',
      train === undefined
        ? "this file does not export a function 'train': add `export function train() { … }`"
        : `'train' must be a function, but it is ${typeof train}`,
      this.program!.train ?? { file, line: 1, column: 1, endLine: 1, endColumn: 2 },
    );
  }

  private checkOverrides(options: TrainOptions): void {
    const known = run.hyper.map(({ name }) => name);
    for (const name of Object.keys(options.hyper)) {
      if (known.includes(name)) continue;
      const list =
        known.length > 0 ? `it has ${known.join(', ')}` : 'it declares none with hyper({ … })';
      throw new EngineError('argument', `the model has no hyperparameter '${name}' (${list})`);
    }
  }

  /** A loss that is not a number never recovers, and one more update would spoil every weight. */
  private checkLoss(root: Tensor): void {
    if (root.storage === null || root.count !== 1) return;
    const loss = root.item();
    this.travel.addLoss(loss);
    if (!Number.isNaN(loss)) return;
    throw new EngineError(
      'nan',
      `the loss is NaN at step ${this.loop.step}; training stopped before it reached the weights. ` +
        'Usual causes: a learning rate that is too high, the logarithm of zero, a division by zero',
    );
  }

  private beginStep(step: number, loop: LoopEntry | undefined): void {
    this.recorded.begin(step, loop);
    run.step = step;
    generator.step = step;
    generator.draw = 0;
    reads.count = 0;
    this.watch.beginStep(step);
    this.travel.beginStep(tape.mode === 'record');
  }

  private betweenSteps(): void {
    this.standing = true;
    try {
      this.stand();
      this.travel.checkAnew();
    } finally {
      this.standing = false;
    }
  }

  /** The run stands between two steps, until it may go on. */
  private stand(): void {
    const { control } = this.port;
    this.recorded.end();
    // What the program would do after that step is of no interest.
    if (this.recorded.delivered && !this.hold.wanted) throw new StopSignal();
    this.travel.arrive();
    this.progress.totalSteps = this.loop.totalSteps;
    this.report(this.loop.finished, false);
    if (control.takeMail()) this.port.answerRequests();
    control.checkStop();
    if (this.travel.underWay) return;
    this.holdThread(this.loop.finished);
    if (!control.pausing) return;
    this.report(this.loop.finished, true);
    this.state('paused');
    while (control.pausing && !this.travel.underWay) {
      control.waitForMail();
      if (control.takeMail()) this.port.answerRequests();
    }
    control.checkStop();
    this.state('running');
  }

  /** Between steps a held step keeps the thread. */
  private holdThread(step: number): void {
    if (this.hold.step === undefined) return;
    this.report(step, true);
    this.state('paused');
    this.hold.announce();
    this.parkThread();
    this.state('running');
  }

  private parkThread(): void {
    this.hold.park(this.port.control, () => this.port.answerRequests());
  }

  /** A run that holds and has failed in a step waits, so that one can look at it. */
  private holdFailure(problem: Problem): void {
    const { step } = this.loop;
    if (!this.hold.wanted || this.ending || step === 0) return;
    this.ending = true;
    this.recorded.end();
    this.hold.wait();
    this.report(this.loop.finished, true);
    const recorded = this.hold.step !== undefined;
    this.state('paused');
    this.port.emit('failed', { run: this.number, step, recorded, problem });
    this.hold.announce(problem.message);
    try {
      this.parkThread();
    } catch (error) {
      if (!(error instanceof StopSignal)) throw error;
    }
    this.hold.release();
  }

  private report(step: number, force: boolean): void {
    const progress = this.progress.take(step, force);
    if (progress === undefined) return;
    this.port.emit('progress', progress);
    this.flushLog();
  }

  private flushLog(): void {
    const log: Omit<LogLines, 'run'> | undefined = this.printed.take();
    if (log) this.port.emit('log', { run: this.number, ...log });
  }

  private placeOf(stack: string) {
    const [frame] = this.locate({ stack });
    return frame && rangeOf(frame);
  }

  private state(state: 'running' | 'paused'): void {
    this.port.emit('state', { run: this.number, state, step: this.loop.finished });
  }

  private problem(problem: Problem): void {
    const text = JSON.stringify([problem.message, problem.range]);
    if (this.travel.muted && this.said.has(text)) return;
    this.said.add(text);
    this.port.emit('problem', { ...problem, run: this.number });
  }

  private fail(error: unknown): void {
    if (this.travel.anew) return;
    this.travel.ended();
    if (this.travel.abandonFork()) this.options = this.trunk;
    if (error instanceof StopSignal) {
      this.end('stopped');
      return;
    }
    const loading = error instanceof LoadFailure;
    if (loading) this.locate = (thrown) => error.program.locate(thrown);
    const problem = problemOf(loading ? error.reason : error, this.locate);
    this.problem(problem);
    if (!loading) this.holdFailure(problem);
    this.end('failed');
  }

  private end(reason: 'done' | 'stopped' | 'failed'): void {
    if (this.ended || this.travel.anew) return;
    this.ended = true;
    this.recorded.end();
    tape.interrupt = undefined;
    this.loop.settle();
    this.report(this.loop.finished, true);
    this.flushLog();
    const parameters = new Set(
      optimizers.flatMap(({ paramGroups }) => paramGroups.flatMap(({ params }) => params)),
    );
    this.port.emit('ended', {
      run: this.number,
      reason,
      steps: this.loop.finished,
      parameters: countElements([...parameters]),
      hash: stateHash(),
      arithmetic,
      milliseconds: now() - this.started,
    });
  }
}
