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
  private readonly entered = new Map<number, Set<number>>();
  private readonly current = new Map<number, Iteration | undefined>();

  constructor(private readonly sites: SiteTable) {}

  /** A statement begins: loops that do not surround it are over; a loop's own head starts it anew. */
  statement(frame: number, site: number): void {
    const { kind, loop } = this.sites.get(site);
    this.current.set(frame, this.within(frame, loop));
    if (kind !== 'loop') return;
    const loops = this.entered.get(frame) ?? new Set();
    this.entered.set(frame, loops.add(site));
  }

  iteration(frame: number, site: number): void {
    if (this.entered.get(frame)?.has(site) !== true) return;
    const before = this.within(frame, site);
    const outer = this.within(frame, this.sites.get(site).loop);
    this.current.set(frame, {
      loop: site,
      count: before?.loop === site ? before.count + 1 : 0,
      outer,
    });
  }

  at(frame: number): Iteration | undefined {
    return this.current.get(frame);
  }

  /** The innermost iteration under way that surrounds what stands in `loop`. */
  private within(frame: number, loop: number): Iteration | undefined {
    const around = loop < 0 ? [] : this.sites.loopsAround(loop);
    let at = this.current.get(frame);
    while (at && !around.includes(at.loop)) at = at.outer;
    return at;
  }
}

/** The counts from the outermost loop to the innermost. */
export function counts(iteration: Iteration | undefined): number[] {
  return iteration ? [...counts(iteration.outer), iteration.count] : [];
}
