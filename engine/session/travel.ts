// Takes a live program back into its past, in place where it can, else by beginning anew. Knows no port.
import type { BranchPlace, PastInfo, Problem, Sought, TrainOptions } from '../protocol';
import { dataDigests } from '../data/files';
import { defaultShare } from '../history/checkpoints';
import { History, type Divergence, type HistoryOptions as HistoryLimits } from '../history/history';
import type { RootGroup } from '../history/snapshot';
import type { Variables } from '../source/hooks';
import { EngineError } from '../tensor/errors';
import { now } from './clock';
import type { StepLoop } from './loop';

/** Raised in the user's thread, out of whatever it is doing, when the program is to begin anew. */
export class Anew extends Error {
  constructor() {
    super('the program begins anew');
    this.name = 'Anew';
  }
}

export interface TravelEvents {
  sought(sought: Omit<Sought, 'run' | 'branch'>): void;
  problem(problem: Problem): void;
  /** The run has come to the moment to which it was sent, to stay there. */
  arrived(): void;
  /** The state at which a branch begins is at hand: the program is left for the branch's own. */
  forked(): void;
  /** The program is left for that of another branch, which is known. */
  switched(branch: number): void;
  /** A branch stands before its first step. */
  branched(step: number): void;
}

interface Journey {
  readonly target: number;
  /** Ends the journey behind a step; one that is watched begins with the first step. */
  readonly watch?: (step: number) => boolean;
  /** Whether the run shall pause there, or go on in a branch. */
  readonly stay: boolean | 'branch';
  readonly started: number;
}

export const defaultMegabytes = 256;
/** A run that only trains may be asked for its past, but most never are. */
const trainingShare = 0.004;

export class Travel {
  /** Absent when the run does not remember its past. */
  history: History | undefined;
  /** The program is to be left, and to begin anew. */
  anew = false;
  private journey: Journey | undefined;
  /** The journey begins when the running step is over. */
  private waiting = false;
  private rerun = 0;
  private options: HistoryLimits | undefined;
  /** The trunk and its branches, each with the one that it continues. */
  private readonly branches: { readonly history: History; readonly parent: number }[] = [];

  constructor(
    private readonly loop: StepLoop,
    private readonly modules: () => readonly { path: string; variables: Variables }[],
    private readonly events: TravelEvents,
  ) {}

  prepare({ history, hold }: TrainOptions): void {
    if (history === undefined && hold !== true) return;
    dataDigests.known = new Map();
    dataDigests.repeated = () => hold === true || this.history?.replaying === true;
    const { megabytes, everyStep = false } = history ?? { megabytes: defaultMegabytes };
    const modules = (): RootGroup[] =>
      this.modules().map(({ path, variables }) => ({ name: path, variables }));
    const share = hold === true ? defaultShare : trainingShare;
    this.options = { budget: megabytes * 2 ** 20, everyStep, share };
    this.history = new History({ loop: this.loop, modules, now }, this.options);
    this.branches.push({ history: this.history, parent: 0 });
  }

  /** Whether what the program says now it has said before. */
  get muted(): boolean {
    const { history, loop } = this;
    return history !== undefined && (history.replaying || loop.step <= history.ended);
  }

  /** The program has come to an end, in whatever way. */
  ended(): void {
    const { history, loop } = this;
    if (history === undefined) return;
    history.ended = Math.max(history.ended, loop.step);
    history.steps = Math.max(history.steps, loop.finished);
  }

  /** Throws when the program has ended on the way to a step that it does not have. */
  checkFound(): void {
    const { journey } = this;
    this.journey = undefined;
    if (!journey || this.anew) return;
    const { finished } = this.loop;
    // Behind its last step a run may end without having stood there.
    if (journey.watch) {
      journey.watch(finished);
      return;
    }
    // The step right behind the last one: the program has simply ended.
    if (journey.target <= finished) return;
    throw new EngineError(
      'argument',
      `step ${journey.target + 1} does not exist: train() ended after ${finished} ${finished === 1 ? 'step' : 'steps'}`,
    );
  }

  /** Whether the run is on its way to a past moment, or through it. */
  get underWay(): boolean {
    return this.anew || this.journey !== undefined;
  }

  beginStep(recorded: boolean): void {
    this.history?.begin(recorded);
  }

  endStep(): void {
    this.history?.end();
  }

  addLoss(value: number): void {
    this.history?.log.addLoss(value);
  }

  /**
   * Goes to the moment before a step, of another branch when one is named: at once between two steps, or
   * as soon as the running one is over.
   */
  goTo(
    step: number,
    stay: Journey['stay'],
    where: 'between' | 'within' | 'outside',
    branch = this.branch,
  ): void {
    if (this.history === undefined) throw new Error('this run was not started to keep its past');
    const there = this.branches[branch]?.history;
    if (there === undefined)
      throw new Error(
        `there is no branch ${branch}: ${this.branches.length === 1 ? 'the run has none' : `they count to ${this.branches.length - 1}, and 0 is the trunk`}`,
      );
    if (!Number.isInteger(step) || step < 1)
      throw new Error(`there is no step ${step}: steps count from 1`);
    if (step <= there.start)
      throw new Error(
        `step ${step} is not part of branch ${branch}, which begins with step ${there.start + 1}`,
      );
    this.journey = { target: step - 1, stay, started: now() };
    if (there !== this.history) {
      this.switchTo(branch);
      return;
    }
    this.waiting = where === 'within';
    if (where === 'outside') this.anew = true;
    if (where === 'between') this.depart();
  }

  /** Runs all steps once more, until `watch` says of one that it is enough; pauses behind it. */
  scan(watch: (step: number) => boolean, where: 'between' | 'within' | 'outside'): void {
    if (this.history === undefined) throw new Error('this run was not started to keep its past');
    this.journey = { target: this.history.steps, stay: true, started: now(), watch };
    this.waiting = where === 'within';
    if (where === 'outside') this.anew = true;
    if (where === 'between') this.depart();
  }

  private depart(): void {
    this.waiting = false;
    const { history, journey } = this;
    if (!history || !journey) return;
    const way = history.goTo(journey.watch ? history.start : journey.target);
    if (way === 'anew') this.anew = true;
    else if (journey.watch && history.destination === undefined) history.runTo(journey.target);
    this.rerun = journey.target - history.from;
    if (way === 'moved' && history.destination === undefined) this.land();
  }

  /** Between two steps. Throws when the program has to be left. */
  arrive(): void {
    const { history } = this;
    if (!history) return;
    const beginning = history.beginsAnew;
    const branching = history.isGrafted;
    const divergence = history.arrive();
    if (divergence) this.diverged(history, divergence);
    const here = this.loop.finished;
    if (branching) {
      this.events.arrived();
      this.events.branched(here + 1);
    }
    const { journey } = this;
    const ahead = beginning && journey !== undefined && here < journey.target;
    if (ahead || this.waiting) this.depart();
    else if (journey && (this.isEnough(history, here) || here >= journey.target)) this.land();
    this.checkAnew();
  }

  /** Throws when the program has to be left. */
  checkAnew(): void {
    if (this.anew) throw new Anew();
  }

  /** The program is about to begin once more. */
  restart(): void {
    this.anew = false;
    this.history?.restart();
  }

  private isEnough(history: History, here: number): boolean {
    return here > history.start && this.journey?.watch?.(here) === true;
  }

  private land(): void {
    const { journey } = this;
    this.journey = undefined;
    if (!journey) return;
    this.history?.halt();
    if (journey.stay === 'branch') {
      this.fork();
      return;
    }
    if (journey.stay) this.events.arrived();
    const { target, started } = journey;
    this.events.sought({
      step: target + 1,
      milliseconds: now() - started,
      rerun: Math.max(0, this.rerun),
    });
  }

  /** Leaves the program for the branch that was asked for, which begins with the state of this moment. */
  private fork(): void {
    const { history } = this;
    if (!history || !this.options) return;
    const parent = this.branch;
    this.history = history.branch(this.options);
    this.branches.push({ history: this.history, parent });
    this.anew = true;
    this.events.forked();
  }

  /** The program is left for that of another branch, which then goes to where the journey leads. */
  private switchTo(branch: number): void {
    this.history = this.branches[branch].history;
    this.history.reclaim();
    this.waiting = false;
    this.anew = true;
    this.events.switched(branch);
  }

  /** A branch that could not begin is forgotten; the step with which it was to begin, if there was one. */
  abandonFork(): number | undefined {
    if (this.history?.isGrafted !== true) return undefined;
    const step = this.history.start + 1;
    const { parent } = this.branches.pop()!;
    this.history = this.branches[parent].history;
    this.history.reclaim();
    return step;
  }

  /** The number of the branch that runs; 0 is the trunk. */
  get branch(): number {
    return Math.max(
      0,
      this.branches.findIndex(({ history }) => history === this.history),
    );
  }

  /** The branch that runs, and where it begins. */
  get place(): BranchPlace {
    const { branch } = this;
    const { parent, history } = this.branches[branch];
    return { branch, parent, begins: history.start + 1 };
  }

  /** A past that cannot be trusted is never shown as if it could be. */
  private diverged(history: History, { step, from, what }: Divergence): void {
    if (from > 0 && history.obstacle === undefined) {
      history.obstacle = `what was restored before step ${from + 1} did not lead to the same step ${step}`;
      if (this.journey) this.anew = true;
      return;
    }
    this.events.problem({
      kind: 'diverged',
      message:
        `step ${step} diverged: ${what} is not what it was when the step ran before. ` +
        'Something outside of the recorded state has changed: a file, the network, or a source of ' +
        'randomness that the engine does not know',
      severity: 'error',
      frames: [],
    });
  }

  /** What is remembered of a branch, the running one when none is named. */
  historyOf(branch = this.branch): History {
    const found = this.branches[branch]?.history;
    if (found === undefined) throw new Error(`this run keeps no past of a branch ${branch}`);
    return found;
  }

  /** What is remembered, for whoever shows it. */
  past(): Omit<PastInfo, 'run'> {
    if (this.history === undefined) throw new Error('this run was not started to keep its past');
    const { checkpoints, steps, obstacle } = this.history;
    return {
      branch: this.branch,
      branches: this.branches.map((each) => ({
        parent: each.parent,
        begins: each.history.start + 1,
        steps: each.history.steps,
      })),
      steps,
      checkpoints: checkpoints.all().map(({ finished }) => finished),
      bytes: checkpoints.bytes,
      interval: checkpoints.widest,
      seekMilliseconds: this.history.bound(),
      stepMilliseconds: this.history.pace.step,
      recordedMilliseconds: this.history.pace.recorded,
      ...(obstacle !== undefined && { obstacle }),
    };
  }
}
