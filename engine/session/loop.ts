// Counts training steps as the user's own loop takes them, and tidies up between them. Knows no port.
import type { Hooks, LoopEntry, LoopRun, Variables } from '../source/hooks';
import { readAll } from '../source/roots';
import { tape } from '../tape/tape';
import { LoopSweeps } from './collect';

export interface StepEvents {
  /** A step is about to run its body, with these variables around its loop, if it has one. */
  begin(step: number, loop: LoopEntry | undefined): void;
  /** The body of a step has run, and nothing else yet. */
  over(): void;
  /** A step is over, or none has begun: the place to pause, answer, report. */
  between(finished: number): void;
  /** What is held outside the loop's variables. */
  kept(): unknown[];
}

/** A training loop that is running, or one around it, as it stands between two iterations. */
export interface ActiveLoop {
  readonly entry: LoopEntry;
  /** The loop's own variables: those of its head, or its place in the items. */
  own: Variables | undefined;
}

/** The counters of a run. */
export interface Progressed {
  readonly step: number;
  readonly finished: number;
}

/**
 * The control point of a run. The built program sends every iteration of the training loop through
 * here; a program without such a loop is counted by its optimizer's steps.
 */
export class StepLoop implements Hooks {
  /** The step that runs, or ran last; 0 before the first. */
  step = 0;
  finished = 0;
  /** After this many steps the loop ends as if its data had ended. */
  limit = Infinity;
  /** The loops that are running, the outermost first and the training loop last. */
  readonly chain: ActiveLoop[] = [];
  private length: number | undefined;
  private looped = false;
  private running = false;
  /** The moment at which the run stood last: between two epochs one comes by twice. */
  private stood = -1;
  /** Whether an optimizer has changed anything in the running step. */
  private updated = false;

  constructor(private readonly events: StepEvents) {}

  /** All steps of the run, when that is known. */
  get totalSteps(): number | undefined {
    if (this.length === undefined) return Number.isFinite(this.limit) ? this.limit : undefined;
    return Math.min(this.length, this.limit);
  }

  /** Starts over, for a program that begins anew. */
  reset(): void {
    this.chain.length = 0;
    this.length = undefined;
    this.looped = this.running = this.updated = false;
    this.step = this.finished = 0;
    this.stood = -1;
  }

  /** Goes on counting from here: the run's state has been replaced by that of another moment. */
  moveTo({ step, finished }: Progressed): void {
    this.running = false;
    this.step = step;
    this.stood = this.finished = finished;
  }

  /** Without a loop of its own a program has at least its optimizer's steps. */
  optimizerStepped(): void {
    this.updated = true;
    if (this.looped) return;
    this.finished = ++this.step;
    this.events.between(this.finished);
    this.events.begin(this.step + 1, undefined);
  }

  enterLoop(entry: LoopEntry): LoopRun {
    const sweeps = new LoopSweeps();
    const tidy = (head?: Variables): void => {
      // A recorded step keeps everything that it made.
      if (tape.mode === 'record' || !sweeps.worthwhile) return;
      sweeps.sweep([
        ...readAll(entry.variables),
        ...(head ? readAll(head) : []),
        ...this.events.kept(),
      ]);
    };
    if (entry.kind === 'step') return this.enterStepLoop(entry, tidy);
    const active: ActiveLoop = { entry, own: undefined };
    // Only what runs around the training loop is part of the way back into it.
    const around = entry.kind === 'around' && this.chain.at(-1)?.entry.kind !== 'step';
    let controlled = false;
    const enter = (own: Variables | undefined): true => {
      if (around) this.enterChain(active, own);
      return true;
    };
    return {
      between: (items) => (controlled = enter(items)),
      next: (head) => {
        tidy(head);
        return controlled || enter(head);
      },
      left: () => {
        this.leaveChain(active);
      },
      done: () => {
        tidy();
      },
    };
  }

  private enterStepLoop(entry: LoopEntry, tidy: (head?: Variables) => void): LoopRun {
    this.length = this.looped ? undefined : entry.length;
    this.looped = true;
    const active: ActiveLoop = { entry, own: undefined };
    let controlled = false;
    const control = (own: Variables | undefined): boolean => {
      if (this.running) {
        this.finished = this.step;
        this.events.over();
      }
      this.running = false;
      this.enterChain(active, own);
      if (this.stood !== this.finished) {
        this.stood = this.finished;
        this.events.between(this.finished);
      }
      // Behind it, for what was held there until now is garbage.
      tidy(own);
      return this.step < this.limit;
    };
    return {
      between: (items) => {
        controlled = true;
        return control(items);
      },
      next: (head) => {
        if (!controlled && !control(head)) return false;
        this.running = true;
        this.updated = false;
        this.events.begin(++this.step, entry);
        return true;
      },
      left: () => {
        this.leaveChain(active);
      },
      done: () => {
        this.settle();
        tidy();
      },
    };
  }

  /** The loop was left: a step that was broken off counts when it has changed the model. */
  settle(): void {
    if (this.running && this.updated) this.finished = this.step;
    this.running = false;
  }

  /** A loop of the chain stands between two iterations: what ran inside of it has been left. */
  private enterChain(active: ActiveLoop, own: Variables | undefined): void {
    active.own = own;
    const at = this.chain.indexOf(active);
    if (at >= 0) this.chain.length = at + 1;
    else this.chain.push(active);
  }

  private leaveChain(active: ActiveLoop): void {
    const at = this.chain.indexOf(active);
    if (at >= 0) this.chain.length = at;
  }
}
