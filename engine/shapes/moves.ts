// How named sizes are changed in the runs that find out what depends on them. Knows no program.

/** What a variable is in the two runs with other sizes, and in a third for what these leave open. */
export type Move = readonly [first: number, second: number, third: number];

/** Something that has a name and a value, and can be changed. */
export interface Variable {
  /** What it is called in a formula. */
  name: string;
  /** What the program calls it. */
  readonly key: string;
  readonly value: number;
  /** The hyperparameter that it is, or else a size that has a name. */
  readonly hyper: boolean;
  readonly move: Move;
}

type Pair = readonly [first: number, second: number];

const pairs = (numbers: readonly number[], sooner: (a: Pair, b: Pair) => number): Pair[] =>
  numbers
    .flatMap((first) => numbers.map((second): Pair => [first, second]))
    .filter(([first, second]) => first !== second)
    .toSorted(sooner);

const least = (a: Pair, b: Pair): number => a[0] + a[1] - b[0] - b[1];

/** Widths must often stay divisible, so hyperparameters are multiplied; by little, for some count layers. */
const factors = pairs([2, 3, 4, 5], least);
/** Sizes that the program names grow by little, and divide by 2, 3 and 4 as before. */
const additions = pairs([1, 2, 3, 4, 5, 6, 7], least);
/** Loops go over lengths: a run with shorter ones is over sooner. */
const subtractions = pairs([-1, -2, -3], least);
const lengths = /len|chunk|window|context|block|time|seq|^[TLS]$/i;

/**
 * Changes by which variables can be told apart: the second is to the first as with no other, and in no run two
 * of them are equal.
 */
export class Moves {
  private readonly slopes = new Set<string>();
  private readonly taken = new Set<string>();

  next(name: string, value: number, hyper: boolean): Move | undefined {
    return this.candidates(name, value, hyper).find((move) => {
      const slope = ((move[1] - value) / (move[0] - value)).toFixed(9);
      const values = move.map((moved, run) => `${run}:${moved}`);
      if (this.slopes.has(slope) || values.some((each) => this.taken.has(each))) return false;
      this.slopes.add(slope);
      for (const each of values) this.taken.add(each);
      return true;
    });
  }

  private candidates(name: string, value: number, hyper: boolean): Move[] {
    const step = value >= 60 ? 12 * Math.floor((value - 24) / 36) : 4;
    const shorter = lengths.test(name) && value >= 20 ? moves(subtractions, value, step) : [];
    if (!hyper) return [...shorter, ...moves(additions, value, 12)];
    const larger = factors.map(([first, second]): Move => [
      value * first,
      value * second,
      value * (first + second),
    ]);
    return [...shorter, ...larger];
  }
}

/** The third is another combination yet. */
function moves(steps: readonly Pair[], value: number, by: number): Move[] {
  return steps.map(([first, second]): Move => {
    const third = first < 0 ? -first - second : first + second + 1;
    return [value + by * first, value + by * second, value + by * third];
  });
}
