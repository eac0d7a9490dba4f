// In which steps of a run each parameter was changed. Knows no update rule and no snapshot.
import { optimizers } from '../optim/optimizer';
import type { Tensor } from '../tensor/tensor';

/** The parameters of all optimizers, in the order in which they were given. */
export function heldParameters(): Tensor[] {
  return optimizers.flatMap(({ paramGroups }) => paramGroups.flatMap(({ params }) => params));
}

/**
 * A parameter changes in place, and then the version of its memory does: one comparison a step. Steps
 * that follow each other are kept as one range, so a run of any length takes next to nothing.
 */
export class ChangeLog {
  /** By parameter: first and last step of each range, one after the other. */
  private ranges: number[][] = [];
  private versions: number[] = [];
  private steps = 0;

  /** A step begins. */
  begin(): void {
    let at = 0;
    for (const { paramGroups } of optimizers)
      for (const { params } of paramGroups)
        for (const { storage } of params) this.versions[at++] = storage?.version ?? 0;
    this.versions.length = at;
  }

  /** A step is over; one that was known is not noted again. */
  end(step: number): void {
    if (step <= this.steps) return;
    this.steps = step;
    let at = 0;
    for (const { paramGroups } of optimizers)
      for (const { params } of paramGroups)
        for (const { storage } of params) {
          if (storage !== null && storage.version !== (this.versions[at] ?? 0)) this.note(at, step);
          at++;
        }
  }

  /** The last step before `step` in which a parameter was changed; 0 when there is none. */
  before(parameter: number, step: number): number {
    const ranges = this.ranges[parameter] ?? [];
    for (let i = ranges.length - 2; i >= 0; i -= 2)
      if (ranges[i] < step) return Math.min(ranges[i + 1], step - 1);
    return 0;
  }

  /** What is known up to a moment, for a branch that begins there. */
  upTo(finished: number): ChangeLog {
    const copy = new ChangeLog();
    copy.steps = Math.min(this.steps, finished);
    copy.ranges = this.ranges.map((ranges) => {
      const kept: number[] = [];
      for (let i = 0; i < ranges.length && ranges[i] <= finished; i += 2)
        kept.push(ranges[i], Math.min(ranges[i + 1], finished));
      return kept;
    });
    return copy;
  }

  private note(parameter: number, step: number): void {
    const ranges = (this.ranges[parameter] ??= []);
    if (ranges.at(-1) === step - 1) ranges[ranges.length - 1] = step;
    else ranges.push(step, step);
  }
}
