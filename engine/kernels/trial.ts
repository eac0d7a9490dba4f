// Which of two ways to the same result takes less time here and now: tried in turn, and again later. Knows no kernel.

/** Nanoseconds of work in one attempt: some milliseconds of it tell. */
const attempt = 3e6;
/** Attempts of each kind before a verdict. */
const attempts = 3;
/**
 * After so much work the verdict is asked again: other programs come and go. The first one comes while V8
 * still compiles, so it is soon asked again, and each one after it lasts twice as long, up to a limit.
 */
const firstLasts = 5e7;
const lasting = 3e9;

type Way = 'usual' | 'other';

/** One piece of work under trial. */
export interface Begun {
  readonly way: Way;
  readonly work: number;
  readonly start: number;
}

/**
 * Work is done in the usual and in the other way in turn, attempt by attempt, and the time that each
 * takes for what it was estimated at is compared: the best attempt of each, since other programs only
 * ever add to it.
 */
export class Trial {
  private best: Record<Way, number> = { usual: Infinity, other: Infinity };
  private tried = 0;
  private work = 0;
  private elapsed = 0;
  private chosen: Way | undefined = undefined;
  private lasts = firstLasts;

  /** The other way must take at most `worth` of the usual one's time. */
  constructor(
    private readonly worth: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Which way it is; undefined while it is tried. */
  get verdict(): Way | undefined {
    return this.chosen;
  }

  /** Says how the next piece of work, some nanoseconds long, is to be done. */
  begin(work: number): Begun {
    if (this.chosen !== undefined) return { way: this.chosen, work, start: 0 };
    return { way: this.next, work, start: this.now() };
  }

  end({ work, start }: Begun): void {
    this.work += work;
    if (this.chosen !== undefined) {
      if (this.work > this.lasts) this.askAgain();
      return;
    }
    this.elapsed += this.now() - start;
    if (this.work < attempt) return;
    this.best[this.next] = Math.min(this.best[this.next], this.elapsed / this.work);
    this.tried++;
    this.work = this.elapsed = 0;
    if (this.tried < 2 * attempts) return;
    this.chosen = this.best.other <= this.worth * this.best.usual ? 'other' : 'usual';
  }

  private get next(): Way {
    return this.tried % 2 === 0 ? 'usual' : 'other';
  }

  private askAgain(): void {
    this.lasts = Math.min(2 * this.lasts, lasting);
    this.best = { usual: Infinity, other: Infinity };
    this.tried = this.work = this.elapsed = 0;
    this.chosen = undefined;
  }
}
