// Writes a size as a formula of named sizes: what fits several runs exactly, or nothing. Knows no program.
import type { Variable } from './moves';

/** A product of variables, by number, with a factor; without variables a number. */
interface Term {
  readonly factor: number;
  readonly of: readonly number[];
}

/** A size in the first run and in those with other sizes; the last is absent until it is asked for. */
export type Sizes = readonly [base: number, first: number, second: number, third?: number];

/** The variables' values in the same runs. */
type Values = readonly (readonly number[])[];

/**
 * The formula of a size, empty when there is none. Two runs with other sizes tell of products and of steps of
 * one variable, for no two variables change alike; all else needs three. Undefined when a third could tell.
 */
export function formula(sizes: Sizes, variables: readonly Variable[]): string | undefined {
  const [base, first, second, third] = sizes;
  if (first === base && second === base && (third ?? base) === base) return '';
  const values = variables.map(({ value, move }) => [value, ...move]);
  const name = (at: number): string => variables[at].name;
  const products = productsOf(sizes, values);
  if (products.length === 1) return written(products, name);
  // Which of them it is a third run may tell; that it is one of them is more likely than any sum.
  if (products.length > 1) return third === undefined ? undefined : '';
  const sums = sumsOf(sizes, values);
  const [sum] = sums;
  if (third === undefined) {
    // Growing by as much as one variable in both runs is no chance when nothing else explains it.
    const steady = sums.length === 1 && sum[1].of.length === 0 && near(sum[0].factor, 1);
    return steady ? written(tidy(sum), name) : sums.length > 0 ? undefined : '';
  }
  return sums.length === 1 ? written(tidy(sum), name) : '';
}

const at = (values: Values, of: readonly number[], run: number): number =>
  of.reduce((product, i) => product * values[i][run], 1);

/** `2·B`, `B·T`, `B·T·T`: all products with which all runs agree, the shortest first. */
function productsOf(sizes: Sizes, values: Values): Term[] {
  const [base] = sizes;
  const count = values.length;
  return [...combinations(count, 1), ...combinations(count, 2), ...combinations(count, 3)]
    .filter((of) =>
      sizes.every(
        (size, run) =>
          size === undefined || near(size * at(values, of, 0), base * at(values, of, run)),
      ),
    )
    .map((of) => ({ factor: base / at(values, of, 0), of }))
    .filter(({ factor, of }) => isWhole(factor) || (of.length < 3 && isPart(factor)));
}

const sumAt = (terms: readonly Term[], values: Values): number =>
  terms.reduce((all, { factor, of }) => all + factor * at(values, of, 0), 0);

/**
 * `T + 1`, `hidden + 24`, `B·T − B`, `T + L`: all sums of two products, or of one and a number, with which all runs
 * agree. With two runs they are too many to be believed, unless there is only one.
 */
function sumsOf(sizes: Sizes, values: Values): Term[][] {
  const count = values.length;
  const products = [...combinations(count, 1), ...combinations(count, 2)];
  const runs = sizes[3] === undefined ? [1, 2] : [1, 2, 3];
  const changes = sizes.map((size) => size! - sizes[0]);
  const grown = products.map((of) =>
    sizes.map((_, run) => at(values, of, run) - at(values, of, 0)),
  );
  const found: Term[][] = [];
  grown.forEach((p, i) => {
    const only = changes[1] / p[1];
    if (simple(only) && runs.every((run) => near(only * p[run], changes[run])))
      found.push([
        { factor: only, of: products[i] },
        { factor: sizes[0] - only * at(values, products[i], 0), of: [] },
      ]);
    for (let j = i + 1; j < grown.length; j++) {
      const q = grown[j];
      const determinant = p[1] * q[2] - p[2] * q[1];
      if (determinant === 0) continue;
      const a = (changes[1] * q[2] - changes[2] * q[1]) / determinant;
      const b = (p[1] * changes[2] - p[2] * changes[1]) / determinant;
      if (!few(a) || !few(b)) continue;
      if (!runs.every((run) => near(a * p[run] + b * q[run], changes[run]))) continue;
      // A number besides would fit too many.
      const terms = [
        { factor: a, of: products[i] },
        { factor: b, of: products[j] },
      ];
      if (near(sumAt(terms, values), sizes[0])) found.push(terms);
    }
  });
  return found;
}

const tidy = (terms: readonly Term[]): Term[] =>
  terms
    .filter(({ factor }) => !near(factor, 0))
    .toSorted((a, b) => b.of.length - a.of.length || b.factor - a.factor);

/** All ways to choose so many of the variables, the same one more than once included. */
function combinations(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let i = from; i < count; i++)
    for (const rest of combinations(count, size - 1, i)) found.push([i, ...rest]);
  return found;
}

const isWhole = (factor: number): boolean => factor > 0.5 && near(factor, Math.round(factor));

/** One of a few parts: the more are multiplied, the sooner some fraction of it fits by chance. */
const isPart = (factor: number): boolean =>
  factor > 1 / largest - 1e-9 && near(1 / factor, Math.round(1 / factor));

/** Two products are added as they are, or a few times each. */
const few = (factor: number): boolean =>
  near(factor, Math.round(factor)) && factor !== 0 && Math.abs(factor) < 4.5;

const largest = 16;

/** A small whole number, as sums are made with, or one part of so many. */
function simple(factor: number): boolean {
  const size = Math.abs(factor);
  if (size < 1 / largest - 1e-9 || size > largest) return false;
  return near(size, Math.round(size)) || near(1 / size, Math.round(1 / size));
}

/** `4·width`, `B·T`, `width/3`, `T + 1`; empty when the factors are no simple numbers. */
function written(terms: readonly Term[], name: (at: number) => string): string {
  let text = '';
  for (const { factor, of } of terms) {
    const size = Math.abs(factor);
    const names = of.map(name).join('·');
    const [whole, part] = [size, 1 / size].map((value) => Math.round(value));
    let term: string;
    if (of.length === 0) term = String(size);
    else if (near(size, 1)) term = names;
    else if (near(size, whole)) term = `${whole}·${names}`;
    else if (near(1 / size, part)) term = `${names}/${part}`;
    else return '';
    text += text === '' ? (factor < 0 ? `−${term}` : term) : ` ${factor < 0 ? '−' : '+'} ${term}`;
  }
  return text;
}

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
