// The past of one run: remembers it step by step, and goes back into it. Knows no thread and no port.
import { formatBytes } from '../tensor/arena';
import { EngineError } from '../tensor/errors';
import type { ActiveLoop, StepLoop } from '../session/loop';
import { approachLength, Checkpoints } from './checkpoints';
import { ChangeLog } from './change-log';
import { fingerprintOf } from './fingerprint';
import { restore } from './restore';
import { forgetVersion } from './contents';
import { capture, Ledger, type Latest, type RootGroup, type Snapshot } from './snapshot';
import { Pace } from './pace';
import { StepLog } from './step-log';
import { Transplant } from './transplant';

/** One moment between two iterations of the training loop. */
export interface Moment {
  readonly finished: number;
  readonly step: number;
  /** The loops that were running, by their places in the text. */
  readonly loops: readonly string[];
  readonly snapshot: Snapshot;
}

export interface HistoryOptions {
  /** Bytes that checkpoints may take. */
  readonly budget: number;
  /** How much of the time of training may go into checkpoints. */
  readonly share?: number;
  /** Take a fingerprint of every step, not only of those that are kept. */
  readonly everyStep?: boolean;
}

/** A re-run came to another state than the run before it. */
export interface Divergence {
  readonly step: number;
  /** Where the re-run had begun: with 0 the program itself is not deterministic. */
  readonly from: number;
  readonly what: 'the loss' | 'the state';
}

/** What is at hand when the training loop stands between two steps. */
export interface Surroundings {
  readonly loop: StepLoop;
  /** The variables of all modules. */
  modules(): RootGroup[];
  now(): number;
}

export class History {
  readonly checkpoints: Checkpoints<Moment>;
  log = new StepLog();
  changes = new ChangeLog();
  readonly pace = new Pace();
  /** The latest moment at which the run has ever been. */
  furthest = 0;
  /** Steps that were finished at the furthest: at its end a run finishes one in which it never stands. */
  steps = 0;
  /** Whether what happens now has happened before. */
  replaying = false;
  /** The step in which the program ended when it did, or −1: what it did behind it has happened, too. */
  ended = -1;
  /** Why going back means running again from the first step; absent when it does not. */
  obstacle: string | undefined;
  /** Where the last journey began to re-run. */
  from = 0;
  private latest: Latest = new WeakMap();
  /** The outermost loop in which the kept moments lie, as it is running. */
  private top: ActiveLoop | undefined;
  private target: number | undefined;
  private begun = 0;
  private over = 0;
  private recorded = false;
  /** The program begins once more, and has not come to its loop yet. */
  private fresh = false;
  /** The program as it first entered its loop. */
  private origin: Snapshot | undefined;
  /** What a branch continues. */
  private graft: { readonly origin: Snapshot; readonly moment: Moment } | undefined;
  /** The moment at which a branch begins: there is nothing before. */
  start = 0;

  constructor(
    private readonly around: Surroundings,
    private readonly options: HistoryOptions,
  ) {
    this.checkpoints = new Checkpoints<Moment>(
      options.budget,
      new Ledger(),
      this.pace,
      options.share,
    );
  }

  /** Where the run is going, while it re-runs. */
  get destination(): number | undefined {
    return this.target;
  }

  /** A step begins, recorded or not. */
  begin(recorded: boolean): void {
    this.log.begin();
    if (this.around.loop.step > this.log.steps) this.changes.begin();
    this.recorded = recorded;
    this.begun = this.over = this.around.now();
  }

  /** A step's body has run. */
  end(): void {
    this.over = this.around.now();
  }

  /** Between two steps: remembers or checks what there is to remember or check. */
  arrive(): Divergence | undefined {
    const first = this.around.loop.finished === 0;
    if (this.fresh) this.adopt();
    const { finished } = this.around.loop;
    if (!first) this.pace.note(this.over - this.begun, this.recorded);
    if (!first && finished > this.log.steps) this.changes.end(finished);
    const losses = first || this.log.finish(finished);
    const divergence = losses ? this.remember(finished) : this.diverged(finished, 'the loss');
    this.furthest = Math.max(this.furthest, finished);
    this.steps = Math.max(this.steps, finished);
    if (finished >= this.furthest) this.replaying = finished <= this.ended;
    if (this.target !== undefined && finished >= this.target) this.target = undefined;
    return divergence;
  }

  private remember(finished: number): Divergence | undefined {
    const { checkpoints, target } = this;
    const ahead = finished >= this.furthest;
    // Where nothing can be kept nothing is captured: it would cost more than the steps themselves.
    const keeps = this.obstacle === undefined && finished >= this.start;
    const due = keeps && checkpoints.isDue(finished);
    const approaching =
      keeps && target !== undefined && !ahead && target - finished < approachLength;
    const known = this.log.knowsState(finished) && finished === target;
    if (!due && !approaching && !known && this.options.everyStep !== true) return undefined;
    const started = this.around.now();
    const moment = this.capture();
    const fingerprint = fingerprintOf(moment.snapshot);
    if (!this.log.checkState(finished, fingerprint)) return this.diverged(finished, 'the state');
    if (this.obstacle !== undefined) return undefined;
    if (due) {
      if (finished === 0) this.origin ??= moment.snapshot;
      checkpoints.keep(finished, moment, this.around.now() - started);
      this.checkBudget();
    } else if (approaching) checkpoints.keepApproach(finished, moment);
    return undefined;
  }

  private checkBudget(): void {
    const { bytes, budget } = this.checkpoints;
    if (bytes <= budget) return;
    this.obstacle =
      `the state of one step takes ${formatBytes(bytes)}, and ${formatBytes(budget)} are given for ` +
      'checkpoints; give more of them';
    this.checkpoints.clear();
  }

  private diverged(step: number, what: Divergence['what']): Divergence {
    return { step, from: this.from, what };
  }

  /** Captures the state in which the program is. */
  capture(): Moment {
    const { loop } = this.around;
    const snapshot = capture(this.groups(), this.latest);
    this.top ??= loop.chain[0];
    if (loop.chain.length === 0) this.obstacle ??= 'no training loop was found in the program';
    if (snapshot.hidden) {
      const { what, variable } = snapshot.hidden;
      const named = variable.includes(' ') ? variable : `'${variable}'`;
      const instead = what.includes('generator') ? '; an array of its items, [...it], is seen' : '';
      this.obstacle ??= `${named} leads to ${what}, and nobody can see where that stands${instead}`;
    }
    return { finished: loop.finished, step: loop.step, loops: this.loops(), snapshot };
  }

  private loops(): string[] {
    return this.around.loop.chain.map(({ entry }) => `${entry.file}#${entry.id}`);
  }

  /** All variables in which the program can hold something, named by their place in the text. */
  groups(): RootGroup[] {
    const loops = this.around.loop.chain.flatMap(({ entry, own }) => {
      const name = `${entry.file}#${entry.id}`;
      return [
        { name, variables: entry.variables },
        ...(own ? [{ name: `${name} head`, variables: own }] : []),
      ];
    });
    return [...loops, ...this.around.modules()];
  }

  /**
   * Makes the program go to a moment, from between two steps. `moved`: it is on its way or there
   * already; `anew`: it must begin anew first.
   */
  goTo(target: number): 'moved' | 'anew' {
    const { loop } = this.around;
    if (target === loop.finished) {
      this.from = target;
      this.target = undefined;
      return 'moved';
    }
    this.target = target;
    const nearest = this.checkpoints.nearest(target)?.state;
    const ahead = nearest !== undefined && nearest.finished > loop.finished;
    this.from = loop.finished;
    if (target >= loop.finished && !ahead) {
      this.settleAt(loop.finished);
      return 'moved';
    }
    if (nearest === undefined || this.obstacle !== undefined || !this.put(nearest)) return 'anew';
    this.from = nearest.finished;
    this.settleAt(nearest.finished);
    return 'moved';
  }

  /** Runs on from here to a moment, step by step. */
  runTo(target: number): void {
    const { finished } = this.around.loop;
    this.target = target;
    this.from = finished;
    this.settleAt(finished);
  }

  /** Stays where it is, on its way to elsewhere. */
  halt(): void {
    this.target = undefined;
  }

  private settleAt(finished: number): void {
    this.replaying = finished < this.furthest || finished < this.ended;
    if (finished === this.target) this.target = undefined;
  }

  /** Puts a moment back in place. */
  private put(moment: Moment): boolean {
    const { loop } = this.around;
    const { snapshot, loops } = moment;
    if (loop.chain.length === 0 || loop.chain[0] !== this.top) return false;
    const here = this.loops();
    if (here.length !== loops.length || here.some((name, i) => name !== loops[i])) return false;
    if (restore(snapshot, this.groups()) !== undefined) return false;
    snapshot.objects.forEach((object, i) => this.latest.set(object, snapshot.contents[i]));
    loop.moveTo(moment);
    return true;
  }

  /** The program is left and begins once more; what follows has happened before. */
  restart(): void {
    this.from = 0;
    this.target = undefined;
    this.log.begin();
    this.replaying = this.furthest > 0;
    this.fresh = true;
  }

  /**
   * Another branch has run meanwhile, on objects that both share: none of them holds what it is
   * remembered to hold, whatever its version says.
   */
  reclaim(): void {
    for (const { state } of this.checkpoints.all())
      for (const object of state.snapshot.objects) forgetVersion(object);
    this.latest = new WeakMap();
  }

  /** A history of its own for a branch that continues from here in another program. */
  branch(options: HistoryOptions): History {
    if (this.obstacle !== undefined || this.origin === undefined)
      throw new EngineError(
        'argument',
        `a branch is not possible: ${this.obstacle ?? 'the run has not reached its training loop'}`,
      );
    const { finished } = this.around.loop;
    const branch = new History(this.around, options);
    branch.graft = { origin: this.origin, moment: this.capture() };
    branch.log = this.log.upTo(finished);
    branch.changes = this.changes.upTo(finished);
    branch.start = branch.furthest = branch.steps = finished;
    branch.fresh = true;
    return branch;
  }

  /** The program has begun once more: all kept moments become moments of this run of it. */
  private adopt(): void {
    this.fresh = false;
    this.latest = new WeakMap();
    this.top = undefined;
    const { finished, chain } = this.around.loop;
    if (this.obstacle !== undefined || finished !== 0 || chain.length === 0) {
      this.checkpoints.clear();
      return;
    }
    const { snapshot } = this.capture();
    const { graft } = this;
    const origin = graft?.origin ?? this.origin;
    if (origin === undefined) return;
    this.origin = snapshot;
    const transplant = new Transplant(origin, snapshot);
    this.checkpoints.replaceAll((moment) => move(transplant, moment));
    if (graft === undefined) return;
    const loops = this.loops();
    const moment = { ...move(transplant, graft.moment), loops };
    if (loops.length !== graft.moment.loops.length || !this.put(moment))
      throw new EngineError(
        'argument',
        'a branch cannot continue: the changed program runs other loops around its training loop',
      );
    this.graft = undefined;
  }

  /** Whether the next moment is that at which a branch begins. */
  get isGrafted(): boolean {
    return this.graft !== undefined;
  }

  /** Whether the program has not been at its loop since it began once more. */
  get beginsAnew(): boolean {
    return this.fresh;
  }

  /** The longest that going to any step can take, in milliseconds. */
  bound(): number {
    return this.checkpoints.bound(this.furthest);
  }
}

function move(transplant: Transplant, moment: Moment): Moment {
  return { ...moment, snapshot: transplant.move(moment.snapshot) };
}
