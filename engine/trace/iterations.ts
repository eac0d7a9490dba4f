// Counts the iterations of loops, level by level and call by call. Knows no value.
import type { SiteTable } from '../source/sites';

/** How many iterations a loop has begun before this one, within what surrounds it. */
export interface Iteration {
  readonly loop: number;
  readonly count: number;
  readonly outer: Iteration | undefined;
}

/** Follows the loops of all frames; a loop that was entered before the recording is not counted. */
export class IterationCounter {
  /** By frame: the loops that were entered, and the iteration under way. */
  private readonly entered: (Set<number> | undefined)[] = [];
  private readonly current: (Iteration | undefined)[] = [];

  constructor(private readonly sites: SiteTable) {}

  /** A statement begins: loops that do not surround it are over; a loop's own head starts it anew. */
  statement(frame: number, site: number): void {
    const { kind, loop } = this.sites.get(site);
    this.current[frame] = this.within(frame, loop);
    if (kind === 'loop') (this.entered[frame] ??= new Set()).add(site);
  }

  iteration(frame: number, site: number): void {
    if (this.entered[frame]?.has(site) !== true) return;
    const before = this.within(frame, site);
    const outer = this.within(frame, this.sites.get(site).loop);
    this.current[frame] = {
      loop: site,
      count: before?.loop === site ? before.count + 1 : 0,
      outer,
    };
  }

  at(frame: number): Iteration | undefined {
    return this.current[frame];
  }

  /** The innermost iteration under way that surrounds what stands in `loop`. */
  private within(frame: number, loop: number): Iteration | undefined {
    let at = this.current[frame];
    if (at === undefined || at.loop === loop) return at;
    const around = loop < 0 ? [] : this.sites.loopsAround(loop);
    while (at && !around.includes(at.loop)) at = at.outer;
    return at;
  }
}

/** The counts from the outermost loop to the innermost. */
export function counts(iteration: Iteration | undefined): number[] {
  return iteration ? [...counts(iteration.outer), iteration.count] : [];
}
