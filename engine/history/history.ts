// The past of one run: remembers it step by step, and goes back into it. Knows no thread and no port.
import { formatBytes } from '../tensor/arena';
import type { ActiveLoop, StepLoop } from '../session/loop';
import { approachLength, Checkpoints } from './checkpoints';
import { fingerprintOf } from './fingerprint';
import { restore } from './restore';
import { capture, Ledger, type Latest, type RootGroup, type Snapshot } from './snapshot';
import { Pace } from './pace';
import { StepLog } from './step-log';

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
  readonly pace = new Pace();
  /** The latest moment at which the run has ever been. */
  furthest = 0;
  /** Whether what happens now has happened before. */
  replaying = false;
  /** The step in which the program ended when it did: what it did behind it has happened, too. */
  ended = 0;
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
  private pendingAdoption = false;

  constructor(
    private readonly around: Surroundings,
    private readonly options: HistoryOptions,
  ) {
    this.checkpoints = new Checkpoints<Moment>(options.budget, new Ledger(), this.pace);
  }

  /** Where the run is going, while it re-runs. */
  get destination(): number | undefined {
    return this.target;
  }

  /** A step begins, recorded or not. */
  begin(recorded: boolean): void {
    this.log.begin();
    this.recorded = recorded;
    this.begun = this.over = this.around.now();
  }

  /** A step's body has run. */
  end(): void {
    this.over = this.around.now();
  }

  /** Between two steps: remembers or checks what there is to remember or check. */
  arrive(): Divergence | undefined {
    const { finished } = this.around.loop;
    const first = finished === 0;
    if (!first) this.pace.note(this.over - this.begun, this.recorded);
    const losses = first || this.log.finish(finished);
    const divergence = losses ? this.remember(finished) : this.diverged(finished, 'the loss');
    this.furthest = Math.max(this.furthest, finished);
    if (finished >= this.furthest) this.replaying = finished <= this.ended;
    if (this.target !== undefined && finished >= this.target) this.target = undefined;
    return divergence;
  }

  private remember(finished: number): Divergence | undefined {
    const { checkpoints, target } = this;
    const ahead = finished >= this.furthest;
    const due = checkpoints.isDue(finished);
    const approaching = target !== undefined && !ahead && target - finished < approachLength;
    const known = this.log.knowsState(finished) && finished === target;
    if (!due && !approaching && !known && this.options.everyStep !== true) return undefined;
    const started = this.around.now();
    const moment = this.capture();
    const fingerprint = fingerprintOf(moment.snapshot);
    if (!this.log.checkState(finished, fingerprint)) return this.diverged(finished, 'the state');
    if (this.obstacle !== undefined) return undefined;
    if (due) {
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
      this.obstacle ??= `'${variable}' leads to ${what}, and nobody can see where that stands`;
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
    this.pendingAdoption = true;
    this.checkpoints.clear();
    this.latest = new WeakMap();
    this.top = undefined;
  }

  /** Whether this is the first moment since the program began once more. */
  beganAnew(): boolean {
    const { pendingAdoption } = this;
    this.pendingAdoption = false;
    return pendingAdoption;
  }

  /** The longest that going to any step can take, in milliseconds. */
  bound(): number {
    return this.checkpoints.bound(this.furthest);
  }
}
