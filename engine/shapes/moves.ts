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

const pairs = (numbers: readonly number[]): [number, number][] =>
  numbers
    .flatMap((first) => numbers.map((second): [number, number] => [first, second]))
    .filter(([first, second]) => first !== second)
    .toSorted((a, b) => a[0] + a[1] - b[0] - b[1]);

/** Widths must often stay divisible, so hyperparameters are multiplied; by little, for some are lengths of loops. */
const factors = pairs([2, 3, 4, 5]);
/** Sizes that the program names are often lengths of loops: they grow by little, and divide by 2, 3 and 4 as before. */
const additions = pairs([1, 2, 3, 4, 5, 6, 7]);
const unit = 12;

/**
 * Changes by which variables can be told apart: the second is to the first as with no other, and in no run two
 * of them are equal.
 */
export class Moves {
  private readonly slopes = new Set<string>();
  private readonly taken = new Set<string>();

  next(value: number, hyper: boolean): Move | undefined {
    for (const [first, second] of hyper ? factors : additions) {
      const move: Move = hyper
        ? [value * first, value * second, value * (first + second)]
        : [value + unit * first, value + unit * second, value + unit * (first + second + 1)];
      const slope = ((move[1] - value) / (move[0] - value)).toFixed(9);
      const values = move.map((moved, run) => `${run}:${moved}`);
      if (this.slopes.has(slope) || values.some((each) => this.taken.has(each))) continue;
      this.slopes.add(slope);
      for (const each of values) this.taken.add(each);
      return move;
    }
    return undefined;
  }
}
