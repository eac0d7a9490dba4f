// Random numbers for data: a stream that is a pure function of (seed, purpose, item). Knows no tensor.
import { generator, philox } from '../tensor/random';

/**
 * One stream of random numbers. The purpose keeps streams of one seed apart from each other and from
 * the draws of a model, so that more data or another model never changes the data that was there.
 */
export class Random {
  private readonly words = new Uint32Array(4);
  private readonly stream: number;
  private block = 0;
  private lane = 2;
  private spare: number | undefined;

  constructor(
    private readonly seed: number,
    purpose: string,
    private readonly item = 0,
  ) {
    this.stream = nameNumber(purpose);
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    if (this.lane === 2) this.refill();
    const at = 2 * this.lane++;
    const unit = ((this.words[at] >>> 5) * 2 ** 26 + (this.words[at + 1] >>> 6)) * 2 ** -53;
    return low + (high - low) * unit;
  }

  /** A whole number in [low, high). */
  whole(low: number, high: number): number {
    return Math.floor(this.uniform(low, high));
  }

  /** Normal with this mean and standard deviation (Box and Muller, 1958). */
  normal(mean = 0, std = 1): number {
    const { spare } = this;
    if (spare !== undefined) {
      this.spare = undefined;
      return mean + std * spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return mean + std * radius * Math.cos(angle);
  }

  /** One of a list, each as likely as the others. */
  choose<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length)];
  }

  private refill(): void {
    const high = Math.floor(this.seed / 2 ** 32) | 0;
    philox(this.words, this.block++, this.item, 0, this.stream, this.seed | 0, high);
    this.lane = 0;
  }
}

/** What every generator of data accepts. */
export interface Seeded {
  /** The same seed gives the same data. Default: the seed of the run. */
  seed?: number;
}

export function seedOf({ seed = generator.seed }: Seeded): number {
  return seed;
}

/** A number above 0 for each name (FNV-1a); 0 is the stream of the model's own draws. */
function nameNumber(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return hash | 1;
}
