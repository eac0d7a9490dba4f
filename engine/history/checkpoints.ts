// Which moments of a run are kept, within a budget of memory. Knows no program and no tensor.

/** A kept moment: the state after so many finished steps. */
export interface Checkpoint<State> {
  readonly finished: number;
  readonly state: State;
  /** Kept on the way into a past step, not as the run went forward. */
  approach: boolean;
}

/** What states weigh together; they may share parts. */
export interface Scale<State> {
  readonly bytes: number;
  add(state: State): void;
  remove(state: State): void;
}

/** How much of the time of training may go into checkpoints, unless told otherwise. */
export const defaultShare = 0.01;
/** States kept on the way into a past step, so that the steps before it are near, too. */
export const approachLength = 16;

/**
 * Keeps as many states as the budget holds, and gives up the one that is missed least: half of all
 * journeys are taken to lead anywhere in the run, half of them near its head, the farther the fewer. The
 * first state is always kept, and so is the latest.
 */
export class Checkpoints<State> {
  private readonly list: Checkpoint<State>[] = [];
  private nextDue = 0;
  private cost = 0;

  constructor(
    readonly budget: number,
    private readonly scale: Scale<State>,
    private readonly pace: { readonly step: number },
    private readonly share = defaultShare,
  ) {}

  get bytes(): number {
    return this.scale.bytes;
  }

  get count(): number {
    return this.list.length;
  }

  /** The most steps between two states. */
  get widest(): number {
    return this.list
      .slice(1)
      .reduce((most, { finished }, i) => Math.max(most, finished - this.list[i].finished), 0);
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
    // The first is dear, for its code is cold, and now and then another program comes in between.
    this.cost =
      this.cost === 0 ? milliseconds : Math.min(1.2 * this.cost, (this.cost + milliseconds) / 2);
    const least = this.pace.step === 0 ? 1 : this.cost / (this.share * this.pace.step);
    this.nextDue = finished + Math.max(1, Math.ceil(least));
    this.insert({ finished, state, approach: false });
  }

  /** Keeps a state on the way into a past step. */
  keepApproach(finished: number, state: State): void {
    if (this.has(finished)) return;
    this.insert({ finished, state, approach: true });
    const ring = this.list.filter(({ approach }) => approach);
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
  }

  /**
   * The longest that going to a step can take, in milliseconds: the widest gap, re-run. `head` is the
   * latest moment of the run.
   */
  bound(head: number): number {
    const last = head - (this.list.at(-1)?.finished ?? head);
    return Math.max(this.widest, last) * this.pace.step + this.cost;
  }

  private insert(checkpoint: Checkpoint<State>): void {
    const at = this.list.findLastIndex((each) => each.finished < checkpoint.finished) + 1;
    const same = this.list[at];
    if (same?.finished === checkpoint.finished) {
      checkpoint.approach &&= same.approach;
      this.remove(same);
    }
    this.list.splice(at, 0, checkpoint);
    this.scale.add(checkpoint.state);
    while (this.bytes > this.budget && this.list.length > 2) this.remove(this.leastMissed());
  }

  /** The state without which re-running takes the least longer, over all journeys that may come. */
  private leastMissed(): Checkpoint<State> {
    // Those on the way into the past are a ring of their own; they must not drive the others out.
    const list = this.list.filter(({ approach }) => !approach);
    const ring = this.list.length - list.length;
    if (ring > 0 && (list.length <= 2 || 4 * ring > this.list.length))
      return this.list.find(({ approach }) => approach)!;
    const head = list.at(-1)!.finished;
    const near = 1 / Math.log(head + 2);
    let [least, found] = [Infinity, list[1]];
    for (let i = 1; i < list.length - 1; i++) {
      const { finished } = list[i];
      // Every step behind it would begin as much earlier as the gap before it is wide.
      const longer = (finished - list[i - 1].finished) * (list[i + 1].finished - finished);
      const missed = longer * (1 / (head + 1) + near / (head - finished + 1));
      if (missed < least) [least, found] = [missed, list[i]];
    }
    return found;
  }

  private remove(checkpoint: Checkpoint<State>): void {
    this.list.splice(this.list.indexOf(checkpoint), 1);
    this.scale.remove(checkpoint.state);
  }
}
