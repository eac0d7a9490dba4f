// Whose values are given up first. Knows no memory.
import type { Row } from '../tape/tape';

/**
 * How soon a row's values are given up: what is cheap to make again, first of forward, then of
 * backward; then the rest; never by themselves what is costly to make; never at all the others.
 */
const [cheapForward, cheapBackward, other, costly, never] = [0, 1, 2, 3, 4] as const;

export type Tier = 0 | 1 | 2 | 3 | 4;

/** Sums of many products: making them again costs as much as the step itself. */
const products = /matmul|conv|einsum/i;

export function tierOf({ definition, inputs, outputs, phase, changes }: Row): Tier {
  const isView = outputs.some(({ storage }) => inputs.some((input) => input.storage === storage));
  // What has no operands may hold what the program will have changed.
  if (inputs.length === 0 || outputs.length === 0 || changes || isView) return never;
  if (products.test(definition.name)) return costly;
  const largest = inputs.reduce((most, { count }) => Math.max(most, count), 0);
  if (outputs.some(({ count }) => count !== largest)) return other;
  return phase === 'forward' ? cheapForward : cheapBackward;
}

/** A consumer may look at some values at once: this many that were asked for last are safe. */
const safe = 64;

export class Evictions {
  /** Rows of each tier, in order, and how far each list has been given up. */
  private readonly queues: number[][] = [[], [], [], []];
  private readonly next = [0, 0, 0];
  /** Rows whose values were made again to make others, and those that were asked for; oldest first. */
  private served: number[] = [];
  private wanted: number[] = [];

  add(row: number, tier: Tier): void {
    if (tier !== never) this.queues[tier].push(row);
  }

  /** A row's values are there again, because somebody `asked` for them or for others. */
  made(row: number, asked: boolean): void {
    (asked ? this.wanted : this.served).push(row);
  }

  /** Every row whose values can be made again. */
  each(visit: (row: number) => void): void {
    for (const queue of this.queues) queue.forEach(visit);
    this.served = [];
    this.wanted = [];
  }

  /** Gives up values, those made again first, then tier by tier the oldest, until `enough`. */
  until(enough: () => boolean, evict: (row: number) => boolean): void {
    this.served = this.drain(this.served, 0, enough, evict);
    this.wanted = this.drain(this.wanted, 0, enough, evict);
    this.next.forEach((next, tier) => {
      const queue = this.queues[tier];
      for (; next < queue.length && !enough(); next++) if (!evict(queue[next])) break;
      this.next[tier] = next;
    });
  }

  /** Gives up values made again, until `enough`; those that were asked for last stay in any case. */
  trim(enough: () => boolean, evict: (row: number) => void): void {
    const always = (row: number): boolean => {
      evict(row);
      return true;
    };
    this.served = this.drain(this.served, 0, enough, always);
    this.wanted = this.drain(this.wanted, safe, enough, always);
  }

  /** Evicts the oldest of a list but the last few; what is left of it. */
  private drain(
    list: number[],
    spared: number,
    enough: () => boolean,
    evict: (row: number) => boolean,
  ): number[] {
    const busy: number[] = [];
    let at = 0;
    for (; at < list.length - spared && !enough(); at++) if (!evict(list[at])) busy.push(list[at]);
    return at === 0 ? list : [...busy, ...list.slice(at)];
  }
}
