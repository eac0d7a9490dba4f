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
  const product = productOf(sizes, values);
  if (product) return written([product], name);
  if (third === undefined) {
    const steady = shiftedOf(sizes, values);
    return steady && written(steady, name);
  }
  const sum = sumOf(sizes as Required<Sizes>, values);
  return sum ? written(sum, name) : '';
}

const at = (values: Values, of: readonly number[], run: number): number =>
  of.reduce((product, i) => product * values[i][run], 1);

/** `2·B`, `B·T`, `B·T·T`: the only product with which all runs agree. */
function productOf(sizes: Sizes, values: Values): Term | undefined {
  const [base] = sizes;
  const fits = (of: readonly number[]): boolean =>
    sizes.every(
      (size, run) =>
        size === undefined || near(size * at(values, of, 0), base * at(values, of, run)),
    );
  for (const of of [
    combinations(values.length, 1),
    combinations(values.length, 2),
    combinations(values.length, 3),
  ]) {
    const found = of.filter(fits);
    if (found.length > 1) return undefined;
    if (found.length === 1) return { factor: base / at(values, found[0], 0), of: found[0] };
  }
  return undefined;
}

/** `T + 1`, `2·hidden + 24`: a size that grows by whole steps of one variable in both runs. */
function shiftedOf([base, first, second]: Sizes, values: Values): Term[] | undefined {
  for (let i = 0; i < values.length; i++) {
    const [value, one, two] = values[i];
    const factor = (first - base) / (one - value);
    if (!Number.isInteger(factor) || factor === 0 || factor * (two - value) !== second - base)
      continue;
    return tidy([
      { factor, of: [i] },
      { factor: base - factor * value, of: [] },
    ]);
  }
  return undefined;
}

/** `T/2 + 1`, `B·T − B`, `B·T − B`, `T + L`: two unknowns solved by two runs, checked by the third. */
function sumOf(sizes: Required<Sizes>, values: Values): Term[] | undefined {
  const count = values.length;
  const products = [...combinations(count, 1), ...combinations(count, 2)];
  const changes = sizes.map((size) => size - sizes[0]);
  const found: Term[][] = [];
  for (const of of products) {
    const change = (run: number): number => at(values, of, run) - at(values, of, 0);
    const factor = changes[1] / change(1);
    if (!simple(factor) || ![2, 3].every((run) => near(factor * change(run), changes[run])))
      continue;
    found.push([
      { factor, of },
      { factor: sizes[0] - factor * at(values, of, 0), of: [] },
    ]);
  }
  if (found.length > 0) return found.length === 1 ? tidy(found[0]) : undefined;
  for (let i = 0; i < products.length; i++) {
    for (let j = i + 1; j < products.length; j++) {
      const factors = solve(changes, values, products[i], products[j]);
      if (!factors) continue;
      const [a, b] = factors;
      const rest = sizes[0] - a * at(values, products[i], 0) - b * at(values, products[j], 0);
      found.push([
        { factor: a, of: products[i] },
        { factor: b, of: products[j] },
        { factor: rest, of: [] },
      ]);
    }
  }
  return found.length === 1 ? tidy(found[0]) : undefined;
}

/** Two factors from two runs, when they are simple and the third run agrees. */
function solve(
  changes: readonly number[],
  values: Values,
  p: readonly number[],
  q: readonly number[],
): [number, number] | undefined {
  const of = (term: readonly number[], run: number): number =>
    at(values, term, run) - at(values, term, 0);
  const determinant = of(p, 1) * of(q, 2) - of(p, 2) * of(q, 1);
  if (determinant === 0) return undefined;
  const a = (changes[1] * of(q, 2) - changes[2] * of(q, 1)) / determinant;
  const b = (of(p, 1) * changes[2] - of(p, 2) * changes[1]) / determinant;
  if (!simple(a) || !simple(b)) return undefined;
  return near(a * of(p, 3) + b * of(q, 3), changes[3]) ? [a, b] : undefined;
}

const tidy = (terms: readonly Term[]): Term[] => terms.filter(({ factor }) => !near(factor, 0));

/** All ways to choose so many of the variables, the same one more than once included. */
function combinations(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let i = from; i < count; i++)
    for (const rest of combinations(count, size - 1, i)) found.push([i, ...rest]);
  return found;
}

/** A whole number that people would write, or one part of so many. */
function simple(factor: number): boolean {
  const size = Math.abs(factor);
  if (size < 1e-9) return false;
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
