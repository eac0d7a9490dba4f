// One live model: loads a program, trains it, answers questions about it. Knows no port, no process, no editor.
import { dirname } from 'node:path';
import type {
  Activations,
  BranchRequest,
  EngineEvents,
  InquiryRequests,
  PastInfo,
  ProbeAnswer,
  ProbeInfo,
  ProbeRequest,
  Problem,
  RecordRequest,
  TrainOptions,
} from '../protocol';
import type { Emit, Handlers } from '../rpc';
import { dataFolder } from '../data/files';
import * as retrograd from '../index';
import { run } from '../run';
import type { LoopEntry, Variables } from '../source/hooks';
import { LoadFailure, buildProgram, type Program } from '../source/load';
import { readAll } from '../source/roots';
import { SiteTable, statementLines } from '../source/sites';
import { tape } from '../tape/tape';
import { ActivationWatch } from './activations';
import { now } from './clock';
import { collect } from './collect';
import { command, StopSignal, type Control } from './control';
import { checkOverrides, trainOf } from './entry';
import { Hold } from './hold';
import { StepLoop } from './loop';
import { Pictures } from './pictures';
import { probe, probeInfo } from './probe';
import { problemOf } from './problems';
import { Programs } from './programs';
import { RecordedSteps } from './recorded';
import { Resting } from './resting';
import { inquiryHandlers } from './inquiry-handlers';
import { listen } from './listen';
import type { Scan } from './scan';
import { beginProgram, beginStep, outcome } from './surroundings';
import { Telling } from './telling';
import { Travel } from './travel';
import { Vitals } from './vitals';
import { rowsOf } from '../trace/rows';
import { readBuiltin } from './workspace';

export interface SessionPort {
  emit: Emit<EngineEvents>;
  control: Control;
  /** Answers requests that have come in; called between steps, while user code holds the thread. */
  answerRequests(): void;
}

/** Trains one model file once; a fresh thread has a fresh session. */
export class Session {
  private readonly watch = new ActivationWatch();
  private readonly pictures = new Pictures(this.watch);
  private readonly vitals = new Vitals(() => this.watch.latest?.model);
  private readonly telling: Telling;
  private program: Program | undefined;
  private loop: StepLoop;
  private readonly recorded = new RecordedSteps((trace) => {
    if (this.scan?.needsRecording === true) this.scan.recorded(trace);
    else if (this.hold.wanted)
      this.hold.keep(trace, this.travel.branch, (file) => this.variablesFrom(file));
    else {
      const { step } = trace;
      this.port.emit('recorded', { run: this.number, step, rows: rowsOf(trace) });
    }
  });
  private readonly hold: Hold;
  private readonly travel: Travel;
  private readonly resting: Resting;
  private readonly started = now();
  private readonly programs = new Programs();
  /** What is looked for in a re-run of all steps. */
  private scan: Scan | undefined;
  private announced = false;
  /** The run stands between two steps, where its state can be replaced. */
  private standing = false;
  private ended = false;
  /** The program has run; only its last step may still be held. */
  private ending = false;

  constructor(
    private readonly number: number,
    private readonly port: SessionPort,
  ) {
    this.hold = new Hold(number, port.emit);
    this.telling = new Telling(
      number,
      port.emit,
      (level, text) => {
        this.recorded.print(level, text);
      },
      () => this.travel.muted,
      this.vitals,
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
        port.emit('sought', { run: number, branch: this.travel.branch, ...sought });
      },
      problem: (problem) => {
        this.telling.problem(problem);
      },
      arrived: () => {
        port.control.set(command.pause);
        this.telling.report(this.loop.finished, true);
        this.telling.state('paused', this.loop.finished);
      },
      forked: () => {
        this.programs.forkBegun();
        this.telling.moveTo(this.travel.place, this.loop.finished);
      },
      switched: (branch) => {
        this.programs.switchTo(branch);
        this.telling.moveTo(this.travel.place, this.loop.finished);
      },
      branched: (step) => {
        port.emit('branched', { run: number, branch: this.travel.branch, step });
      },
    });
    this.resting = this.rest();
  }

  /** Where the run stands still, in the parts of this session. */
  private rest(): Resting {
    const { hold, loop, telling, number, port } = this;
    return new Resting({
      ...{ control: port.control, hold, loop, telling },
      answerRequests: () => {
        port.answerRequests();
      },
      underWay: () => this.travel.underWay,
      failed: (step, recorded, problem) => {
        port.emit('failed', { run: number, step, recorded, problem });
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

  /** Goes to the moment before a step, of another branch when it is named, and pauses there. */
  seek({ step, branch }: { step: number; branch?: number }): void {
    this.move(step, true, branch);
    this.hold.release();
  }

  /** Continues the state before a step in a program that may have been changed. */
  branch(request: BranchRequest): void {
    this.programs.fork(request);
    // Where the run stands at that step already, the branch begins at once.
    this.move(request.step, 'branch');
    this.hold.release();
  }

  /** What is remembered of the run. */
  past(): PastInfo {
    return { run: this.number, ...this.travel.past() };
  }

  /** What a question about the run asks on its way. */
  get inquiries(): Handlers<InquiryRequests> {
    return inquiryHandlers(this.travel, {
      start: (scan) => {
        this.travel.scan((step) => scan.end(step), this.where);
        this.scan = scan;
        this.goOn();
        this.hold.release();
      },
      finish: () => {
        const { scan } = this;
        this.scan = undefined;
        return scan;
      },
    });
  }

  /** Where the program is, as seen from its training loop. */
  private get where(): 'outside' | 'between' | 'within' {
    return this.ended || this.ending ? 'outside' : this.standing ? 'between' : 'within';
  }

  private move(step: number, stay: boolean | 'branch', branch?: number): void {
    this.travel.goTo(step, stay, this.where, branch);
    if (stay !== true) this.port.control.set(command.run);
    this.goOn();
  }

  /** A program that has ended begins anew. */
  private goOn(): void {
    if (!this.ended) return;
    this.ended = false;
    void this.play();
  }

  /** What each module last put out. */
  activations(): Activations {
    const training = !this.ended && !this.port.control.pausing && this.hold.step === undefined;
    return this.pictures.take(this.number, this.loop.finished, training);
  }

  /** What the model as it stands can be asked, and what it makes of given samples. */
  probeInfo(): ProbeInfo {
    return probeInfo(this.watch.latest, this.watch.lesson);
  }

  probe(request: ProbeRequest): ProbeAnswer {
    return probe(this.watch.latest, request);
  }

  /** Goes to a step, past or to come, and holds it. */
  record({ step: wanted, branch, ...entry }: RecordRequest): void {
    const { step: held } = this.hold;
    // Who wants the next one, whichever it is, may ask while it arrives.
    if (held !== undefined && wanted === undefined) return;
    const step = wanted ?? this.loop.step + 1;
    if (held?.trace.step === step && held.branch === (branch ?? held.branch)) {
      this.hold.reenter(entry);
      return;
    }
    this.move(step, false, branch);
    // A run that was only trained holds what it is asked to hold.
    this.hold.wanted = true;
    this.recorded.want(step);
    this.hold.release(entry);
  }

  /** Lets go of the held step. */
  release(): void {
    this.hold.wanted = this.programs.options?.hold === true;
    this.hold.release();
  }

  /** Answers a request about the held step. */
  answer(method: string, argument: unknown): unknown {
    return this.hold.answer(method, argument);
  }

  /** Runs the file's `train` to its end. Never throws: what goes wrong becomes a problem. */
  async train(options: TrainOptions): Promise<void> {
    this.programs.begin(options);
    this.prepare(options);
    await this.play();
  }

  /** Runs the program, and once more when the way into its past leads through its beginning. */
  private async play(): Promise<void> {
    do {
      const options = this.programs.options!;
      this.begin(options);
      await this.playOnce(options);
    } while (this.travel.anew);
  }

  private async playOnce(options: TrainOptions): Promise<void> {
    try {
      const built = buildProgram(options.file, {
        read: (path) => this.programs.read(path),
        builtin: readBuiltin,
        modules: { retrograd },
        hooks: this.loop,
        recording: this.recorded.recording,
        sites: this.recorded.sites,
      });
      // Recorded or not, such gradients must be the same sums.
      tape.secondOrder = [...built.files.values()].some((text) => text.includes('createGraph'));
      const program = (this.program = await built.run());
      this.telling.locate = (error) => program.locate(error);
      const train = trainOf(program, options.file);
      checkOverrides(options);
      if (!this.announced) this.announce(options, program);
      this.telling.state('running', this.loop.finished);
      // Without a loop the first step begins with the program.
      if (program.stepLoops.length === 0) this.recorded.begin(1, undefined);
      await train();
      this.ending = true;
      this.recorded.finish(program, this.loop.finished);
      this.travel.checkFound();
      this.travel.ended();
      this.resting.atHeldStep();
      this.end('done');
    } catch (error) {
      this.fail(error);
    }
  }

  /** Tells of the program when it is first loaded; its texts stay what they are. */
  private announce({ file, seed }: TrainOptions, program: Program): void {
    this.announced = true;
    this.programs.texts = Object.fromEntries(program.files);
    const lines = statementLines(program.sites);
    this.port.emit('started', { run: this.number, file, seed, hyper: run.hyper, lines });
  }

  /** The thread has nothing left to do: if the program is not done, it waits for something that never comes. */
  idle(): void {
    if (this.ended) return;
    const range = this.program?.train;
    const message =
      'train() awaits a promise that never settles: nothing is left that could resolve it';
    this.telling.problem({
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
    beginProgram(options);
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
    const { watch, vitals, loop, travel, telling } = this;
    listen({ watch, vitals, loop, travel, telling, scan: () => this.scan });
  }

  private beginStep(step: number, loop: LoopEntry | undefined): void {
    this.scan?.begin();
    if (this.scan?.needsRecording === true) this.recorded.want(step);
    this.recorded.begin(step, loop);
    beginStep(step);
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
    this.recorded.end();
    // What the program would do after that step is of no interest.
    const { hold, record } = this.programs.options!;
    if (this.recorded.delivered && hold !== true && record !== undefined) throw new StopSignal();
    this.travel.arrive();
    this.telling.progress.totalSteps = this.loop.totalSteps;
    this.telling.report(this.loop.finished, false);
    this.resting.between();
  }

  /** A run that holds and has failed in a step waits, so that one can look at it. */
  private holdFailure(problem: Problem): void {
    if (!this.hold.wanted || this.ending || this.loop.step === 0) return;
    this.ending = true;
    this.recorded.end();
    this.resting.atFailure(problem);
  }

  private fail(error: unknown): void {
    if (this.travel.anew) return;
    this.travel.ended();
    // A branch that could not begin: the run that it was to continue is still there.
    const refused = this.travel.abandonFork();
    if (refused !== undefined) {
      this.programs.forkRefused(this.travel.branch);
      this.telling.moveTo(this.travel.place, this.loop.finished);
    }
    if (error instanceof StopSignal) {
      this.end('stopped');
      return;
    }
    const loading = error instanceof LoadFailure;
    if (loading) this.telling.locate = (thrown) => error.program.locate(thrown);
    const problem = problemOf(loading ? error.reason : error, this.telling.locate);
    this.telling.problem(problem);
    if (refused !== undefined && this.hold.wanted) {
      this.ending = true;
      this.record({ step: refused });
      return;
    }
    if (!loading) this.holdFailure(problem);
    this.end('failed');
  }

  /** An error that nobody awaits or catches, such as a timer's: the training goes on without it. */
  stray(thrown: unknown): void {
    if (thrown instanceof StopSignal) {
      this.fail(thrown);
      return;
    }
    const problem = problemOf(thrown, this.telling.locate);
    const message = `nobody awaits or catches this error; the training goes on without it: ${problem.message}`;
    this.telling.problem({ ...problem, severity: 'warning', message });
  }

  private end(reason: 'done' | 'stopped' | 'failed'): void {
    if (this.ended || this.travel.anew) return;
    this.ended = true;
    this.recorded.end();
    tape.interrupt = undefined;
    this.loop.settle();
    this.telling.report(this.loop.finished, true);
    this.telling.flushLog();
    this.port.emit('ended', {
      run: this.number,
      reason,
      steps: this.loop.finished,
      ...outcome(),
      milliseconds: now() - this.started,
    });
    // Nothing of the step is kept for nobody.
    this.hold.release();
  }
}
