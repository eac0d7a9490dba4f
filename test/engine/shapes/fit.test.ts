// Names of sizes: whatever is written for a size must hold for sizes that no run has tried.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formula, type Sizes } from '../../../engine/shapes/fit';
import { Moves, type Variable } from '../../../engine/shapes/moves';

const names = ['B', 'T', 'hidden', 'layers', 'length'];

/** Variables as a program may have them, and how they are changed. */
const variablesOf = (values: readonly number[]): Variable[] => {
  const moves = new Moves();
  return values.flatMap((value, i): Variable[] => {
    const [name, hyper] = [names[i], i >= 2];
    const move = moves.next(name, value, hyper);
    return move ? [{ name, key: name, value, hyper, move }] : [];
  });
};

/** What a formula says where variables have these values. */
function evaluate(text: string, at: (name: string) => number): number {
  return text
    .replace(/ − /g, ' + −')
    .split(' + ')
    .reduce((sum, term) => {
      const [, sign, body] = /^(−?)(.*)$/.exec(term)!;
      const [product, divisor] = body.split('/');
      const value = product
        .split('·')
        .reduce((all, factor) => all * (/^\d/.test(factor) ? Number(factor) : at(factor)), 1);
      return sum + ((sign === '' ? 1 : -1) * value) / Number(divisor ?? 1);
    }, 0);
}

type Size = (at: (index: number) => number) => number;

const index = fc.nat(4);
const factor = fc.integer({ min: 1, max: 9 });
/** Sizes as they come about in models. */
const size: fc.Arbitrary<Size> = fc.oneof(
  factor.map(
    (n): Size =>
      () =>
        n,
  ),
  fc.tuple(factor, index).map(
    ([n, i]): Size =>
      (at) =>
        n * at(i),
  ),
  fc.tuple(index, index).map(
    ([i, j]): Size =>
      (at) =>
        at(i) * at(j),
  ),
  fc.tuple(index, index, index).map(
    ([i, j, k]): Size =>
      (at) =>
        at(i) * at(j) * at(k),
  ),
  fc.tuple(factor, index, factor).map(
    ([n, i, m]): Size =>
      (at) =>
        n * at(i) + m,
  ),
  fc.tuple(index, index).map(
    ([i, j]): Size =>
      (at) =>
        at(i) + at(j),
  ),
  fc.tuple(index, index, factor).map(
    ([i, j, m]): Size =>
      (at) =>
        at(i) * (at(j) + m),
  ),
  fc.tuple(index, factor).map(
    ([i, n]): Size =>
      (at) =>
        Math.max(at(i), 10 * n),
  ),
);

describe('Formulas of sizes', () => {
  it('hold for sizes that were not tried, or are not written', () => {
    let written = 0;
    fc.assert(
      fc.property(
        fc.tuple(...names.map((_, i) => fc.integer({ min: 2, max: i === 3 ? 8 : 130 }))),
        size,
        fc.array(fc.integer({ min: 2, max: 50 }), { minLength: 5, maxLength: 5 }),
        (values, of, others) => {
          const variables = variablesOf(values);
          if (variables.length < names.length) return;
          const runs = [0, 1, 2].map((run) => of((i) => variables[i].move[run]));
          const base = of((i) => values[i]);
          let text = formula([base, runs[0], runs[1]], variables);
          text ??= formula([base, ...runs] as unknown as Sizes, variables);
          if (text === undefined || text === '') return;
          written++;
          const near = (i: number): number => values[i] + (others[i] % 2);
          const truth = of(near);
          assert.equal(
            evaluate(text, (name) => near(names.indexOf(name))),
            truth,
            text,
          );
        },
      ),
      { seed: 8, numRuns: Number(process.env.RETROGRAD_FITS ?? 3000) },
    );
    assert.ok(written > 1500, `only ${written} were written`);
  });

  it('are written as people do', () => {
    const variables = variablesOf([32, 64, 128, 2, 30]);
    const told = (of: Size): string | undefined => {
      const runs = [0, 1, 2].map((run) => of((i) => variables[i].move[run]));
      const base = of((i) => variables[i].value);
      return (
        formula([base, runs[0], runs[1]], variables) ??
        formula([base, ...runs] as unknown as Sizes, variables)
      );
    };
    assert.deepEqual(
      [
        told(() => 10),
        told((at) => at(0)),
        told((at) => 4 * at(2)),
        told((at) => at(0) * at(1)),
        told((at) => at(2) / 4),
        told((at) => at(1) - 1),
        told((at) => at(2) + 24),
        told((at) => at(0) * (at(1) - 1)),
        told((at) => at(1) + at(4)),
        told((at) => at(1) ** 3 + 7 * at(0)),
      ],
      ['', 'B', '4·hidden', 'B·T', 'hidden/4', 'T − 1', 'hidden + 24', 'B·T − B', 'T + length', ''],
    );
  });
});
