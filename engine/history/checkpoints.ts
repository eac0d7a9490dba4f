// Which moments of a run are kept, within a budget of memory. Knows no program and no tensor.

/** A kept moment: the state after so many finished steps. */
export interface Checkpoint<State> {
  readonly finished: number;
  readonly state: State;
  /** `base` lies evenly over the run, `recent` near its head, `approach` before the last landing. */
  layer: 'base' | 'recent' | 'approach';
}

/** What states weigh together; they may share parts. */
export interface Scale<State> {
  readonly bytes: number;
  add(state: State): void;
  remove(state: State): void;
}

/** Of every so many milliseconds of training, one may go into a checkpoint. */
const share = 0.01;
/** States kept on the way into a past step, so that the steps before it are near, too. */
export const approachLength = 16;

/**
 * Two thirds of the budget go to evenly spaced checkpoints, whose distance doubles whenever they no
 * longer fit; one third to recent ones, ever thinner towards the past. The first is always kept.
 */
export class Checkpoints<State> {
  private readonly list: Checkpoint<State>[] = [];
  /** Steps between two base checkpoints. */
  interval = 1;
  private nextDue = 0;
  private cost = 0;

  constructor(
    readonly budget: number,
    private readonly scale: Scale<State>,
    private readonly pace: { readonly step: number },
  ) {}

  get bytes(): number {
    return this.scale.bytes;
  }

  get count(): number {
    return this.list.length;
  }

  /** The state before the first step. */
  get first(): Checkpoint<State> | undefined {
    return this.list[0];
  }

  all(): readonly Checkpoint<State>[] {
    return this.list;
  }

  /** Whether it is time for a checkpoint of a run that goes forward. */
  isDue(finished: number): boolean {
    return finished >= this.nextDue;
  }

  has(finished: number): boolean {
    return this.nearest(finished)?.finished === finished;
  }

  /** The latest checkpoint at or before a moment. */
  nearest(finished: number): Checkpoint<State> | undefined {
    return this.list.findLast((each) => each.finished <= finished);
  }

  /** Keeps the state of a run that goes forward; taking it took so long. */
  keep(finished: number, state: State, milliseconds: number): void {
    this.cost =
      this.cost === 0
        ? milliseconds
        : Math.min(2 * this.cost, 0.7 * this.cost + 0.3 * milliseconds);
    const least = this.pace.step === 0 ? 1 : this.cost / (share * this.pace.step);
    this.nextDue = finished + Math.max(1, Math.ceil(least));
    const lastBase = this.list.findLast(({ layer }) => layer === 'base');
    const base = lastBase === undefined || finished >= lastBase.finished + this.interval;
    this.insert({ finished, state, layer: base ? 'base' : 'recent' });
  }

  /** Keeps a state on the way into a past step. */
  keepApproach(finished: number, state: State): void {
    if (this.has(finished)) return;
    this.insert({ finished, state, layer: 'approach' });
    const ring = this.list.filter(({ layer }) => layer === 'approach');
    // Those farthest from here belong to an earlier landing.
    ring.sort((a, b) => Math.abs(b.finished - finished) - Math.abs(a.finished - finished));
    for (const each of ring.slice(0, Math.max(0, ring.length - approachLength))) this.remove(each);
  }

  /** Puts other states in the place of all. */
  replaceAll(change: (state: State) => State): void {
    for (const [i, each] of this.list.entries()) {
      const state = change(each.state);
      this.scale.add(state);
      this.scale.remove(each.state);
      this.list[i] = { ...each, state };
    }
  }

  clear(): void {
    for (const { state } of this.list.splice(0)) this.scale.remove(state);
    this.nextDue = 0;
    this.interval = 1;
  }

  /**
   * The longest that going to a step can take, in milliseconds: the widest gap, re-run. `head` is the
   * latest moment of the run.
   */
  bound(head: number): number {
    const ends = [...this.list.map(({ finished }) => finished), head];
    const gaps = ends.slice(1).map((end, i) => end - ends[i]);
    return Math.max(0, ...gaps) * this.pace.step + this.cost;
  }

  private insert(checkpoint: Checkpoint<State>): void {
    const at = this.list.findLastIndex((each) => each.finished < checkpoint.finished) + 1;
    const same = this.list[at];
    if (same?.finished === checkpoint.finished) {
      checkpoint.layer = same.layer;
      this.remove(same);
    }
    this.list.splice(at, 0, checkpoint);
    this.scale.add(checkpoint.state);
    while (this.bytes > this.budget && this.list.length > 2) if (!this.thin()) break;
  }

  /** Drops the checkpoint or the checkpoints that are missed least. */
  private thin(): boolean {
    const approach = this.list.find(({ layer }) => layer === 'approach');
    const recent = this.list.filter(({ layer }) => layer === 'recent');
    if (3 * recent.length > this.list.length) {
      this.remove(this.leastMissed(recent));
      return true;
    }
    if (this.halveBase()) return true;
    const victim = recent[0] ?? approach;
    if (victim) this.remove(victim);
    return victim !== undefined;
  }

  /** The recent checkpoint whose neighbours are nearest, as seen from the head. */
  private leastMissed(recent: readonly Checkpoint<State>[]): Checkpoint<State> {
    const head = this.list.at(-1)!.finished;
    const missed = (each: Checkpoint<State>): number => {
      const at = this.list.indexOf(each);
      const gap = (this.list[at + 1]?.finished ?? head) - this.list[at - 1].finished;
      return gap / (head - each.finished + 1);
    };
    return recent.reduce((least, each) => (missed(each) < missed(least) ? each : least));
  }

  private halveBase(): boolean {
    const base = this.list.filter(({ layer }) => layer === 'base');
    if (base.length < 3) return false;
    base.filter((_, i) => i % 2 === 1).forEach((each) => this.remove(each));
    this.interval = Math.max(2 * this.interval, base[2].finished - base[0].finished);
    return true;
  }

  private remove(checkpoint: Checkpoint<State>): void {
    this.list.splice(this.list.indexOf(checkpoint), 1);
    this.scale.remove(checkpoint.state);
  }
}
