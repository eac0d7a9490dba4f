// What is remembered of every step of a run, for as long as it lasts. Knows no snapshot.
import { Fingerprint } from './fingerprint';

/** Fingerprints of losses and states by step; a re-run is held against them. */
export class StepLog {
  /** Steps of which the losses are known. */
  steps = 0;
  private losses = new Float64Array(1024);
  private marks = new Int32Array(1024);
  private readonly states = new Map<number, string>();
  private readonly running = new Fingerprint();
  private loss = NaN;

  /** A step begins. */
  begin(): void {
    this.running.reset();
    this.loss = NaN;
  }

  /** A backward pass begins at this loss. */
  addLoss(value: number): void {
    this.running.addNumber(value);
    this.loss = value;
  }

  /** A step is over; false when it was known, and was another one. */
  finish(step: number): boolean {
    const [mark] = this.running.pair;
    if (step <= this.steps) return this.marks[step - 1] === mark;
    if (step > this.losses.length) this.grow();
    this.losses[step - 1] = this.loss;
    this.marks[step - 1] = mark;
    this.steps = step;
    return true;
  }

  /** The state after so many steps; false when it was known, and was another one. */
  checkState(finished: number, fingerprint: string): boolean {
    const known = this.states.get(finished);
    if (known === undefined) this.states.set(finished, fingerprint);
    return known === undefined || known === fingerprint;
  }

  knowsState(finished: number): boolean {
    return this.states.has(finished);
  }

  stateAfter(finished: number): string | undefined {
    return this.states.get(finished);
  }

  /** The last loss of a step; NaN when it computed none. */
  lossOf(step: number): number {
    return step >= 1 && step <= this.steps ? this.losses[step - 1] : NaN;
  }

  /** The first step whose loss passes a limit; 0 when there is none. */
  firstOver(limit: number): number {
    for (let step = 1; step <= this.steps; step++) if (this.losses[step - 1] > limit) return step;
    return 0;
  }

  /** A number for the losses of each step from `start` on: equal losses have equal numbers. */
  marksOf(start: number, count: number): Int32Array {
    return this.marks.slice(start - 1, Math.min(this.steps, start - 1 + count));
  }

  /** Whether two runs had the same losses at a step. */
  sameLosses(other: StepLog, step: number): boolean {
    return this.marks[step - 1] === other.marks[step - 1];
  }

  /** The losses up to a moment, for a branch that begins there with a state of its own. */
  upTo(finished: number): StepLog {
    const copy = new StepLog();
    copy.losses = this.losses.slice();
    copy.marks = this.marks.slice();
    copy.steps = Math.min(this.steps, finished);
    return copy;
  }

  private grow(): void {
    const [losses, marks] = [this.losses, this.marks];
    this.losses = new Float64Array(2 * losses.length);
    this.marks = new Int32Array(2 * marks.length);
    this.losses.set(losses);
    this.marks.set(marks);
  }
}
