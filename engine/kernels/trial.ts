// Whether sharing work among threads saves time here and now: tried in turn, and again later. Knows no kernel.

/** Nanoseconds of work in one attempt: some milliseconds of it tell. */
const attempt = 3e6;
/** Attempts of each kind before a verdict. */
const attempts = 3;
/** After so much work the verdict is asked again: other programs come and go. */
const lasting = 3e9;
/** Sharing must take at most this part of the time. */
const worth = 0.85;

/** One piece of work under trial. */
export interface Begun {
  readonly alone: boolean;
  readonly work: number;
  readonly start: number;
}

/**
 * Work is done alone and shared in turn, attempt by attempt, and the time that each takes for what it
 * was estimated at is compared: the best attempt of each kind, since others only ever add to it.
 */
export class Trial {
  private best = { alone: Infinity, shared: Infinity };
  private tried = 0;
  private work = 0;
  private elapsed = 0;
  /** Undefined while it is tried. */
  private verdict: 'alone' | 'shared' | undefined = undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether sharing has been found to save time. */
  get sharing(): boolean {
    return this.verdict === 'shared';
  }

  /** Says how the next piece of work, some nanoseconds long, is to be done. */
  begin(work: number): Begun {
    const kind = this.verdict ?? this.kind;
    const start = this.verdict === undefined ? this.now() : 0;
    return { alone: kind === 'alone', work, start };
  }

  end({ work, start }: Begun): void {
    this.work += work;
    if (this.verdict !== undefined) {
      if (this.work > lasting) this.reset();
      return;
    }
    this.elapsed += this.now() - start;
    if (this.work < attempt) return;
    const { kind } = this;
    this.best[kind] = Math.min(this.best[kind], this.elapsed / this.work);
    this.tried++;
    this.work = this.elapsed = 0;
    if (this.tried < 2 * attempts) return;
    this.verdict = this.best.shared <= worth * this.best.alone ? 'shared' : 'alone';
  }

  private get kind(): 'alone' | 'shared' {
    return this.tried % 2 === 0 ? 'alone' : 'shared';
  }

  private reset(): void {
    this.best = { alone: Infinity, shared: Infinity };
    this.tried = 0;
    this.work = 0;
    this.elapsed = 0;
    this.verdict = undefined;
  }
}
