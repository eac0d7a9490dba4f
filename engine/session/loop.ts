// Counts training steps as the user's own loop takes them, and tidies up between them. Knows no port.
import type { Hooks, LoopEntry, LoopRun, Variables } from '../source/hooks';
import { readAll } from '../source/roots';
import { tape } from '../tape/tape';
import { latestBirth } from '../tensor/storage';
import { collect, worthCollecting } from './collect';

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
  private length: number | undefined;
  private looped = false;
  private running = false;
  /** Whether an optimizer has changed anything in the running step. */
  private updated = false;

  constructor(private readonly events: StepEvents) {}

  /** All steps of the run, when that is known. */
  get totalSteps(): number | undefined {
    if (this.length === undefined) return Number.isFinite(this.limit) ? this.limit : undefined;
    return Math.min(this.length, this.limit);
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
    const { kind, length, variables } = entry;
    const since = latestBirth();
    const tidy = (head?: Variables): void => {
      // A recorded step keeps everything that it made.
      if (tape.mode === 'record' || !worthCollecting()) return;
      collect(since, [
        ...readAll(variables),
        ...(head ? readAll(head) : []),
        ...this.events.kept(),
      ]);
    };
    if (kind === 'plain') {
      return {
        next: (head) => {
          tidy(head);
          return true;
        },
        done: () => {
          tidy();
        },
      };
    }
    this.length = this.looped ? undefined : length;
    this.looped = true;
    return {
      next: (head) => {
        if (this.running) this.finished = this.step;
        this.events.between(this.finished);
        // Behind it, for a step that was held until now is garbage.
        tidy(head);
        if (this.step >= this.limit) return false;
        this.running = true;
        this.updated = false;
        this.events.begin(++this.step, entry);
        return true;
      },
      over: () => {
        if (this.running) this.events.over();
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
}
