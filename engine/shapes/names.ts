// Finds on which named sizes a size depends: by running with other sizes, never by guessing. Knows no text.
import type { HyperParameter } from '../protocol';
import type { NamedSize } from '../tensor/dimension';
import { hasShape, keyOf, type Described } from './describe';
import type { Observer, Seen } from './observer';
import type { RunOptions, ShapeRun } from './run';

/** Something that has a value and a name, and can be changed. */
interface Variable {
  name: string;
  readonly value: number;
  /** Options of a run in which it is so many times as large. */
  readonly hyper?: string;
  readonly size?: NamedSize;
}

/** Runs the program once more. */
export type Probe = (options: Omit<RunOptions, 'deadline'>) => Promise<ShapeRun>;

/** These count samples, steps and the like, and no size of a tensor depends on them. */
const counts = /^(?:count|samples|epochs|steps|iterations|seed|max_?steps|num_?epochs)$/i;
const largest = 1e5;

/** A size as a sum of products: coefficient and the variables of each product. */
interface Term {
  readonly factor: number;
  readonly of: readonly number[];
}

export class Names {
  private constructor(
    private readonly base: Observer,
    readonly variables: readonly { readonly name: string; readonly value: number }[],
    private readonly singles: readonly Observer[],
    private readonly doubled: Observer | undefined,
    private readonly check: { readonly by: number; readonly run: Observer } | undefined,
    /** The run with other answers to questions for data. */
    readonly other: Observer | undefined,
  ) {}

  /** Runs the program with other sizes, as long as there is time. */
  static async find(base: ShapeRun, probe: Probe, deadline: number): Promise<Names> {
    const works = (run: ShapeRun): boolean =>
      run.halted === undefined && run.observer.failures.length <= base.observer.failures.length;
    const inTime = (): boolean => performance.now() < deadline;
    const kept: Variable[] = [];
    const singles: Observer[] = [];
    const explained = new Set<NamedSize>();
    const attempt = async (variable: Variable): Promise<ShapeRun | undefined> => {
      if (!inTime()) return undefined;
      const run = await probe(scaled([variable], 2));
      if (!works(run) || !changed(base.observer, run.observer)) return undefined;
      kept.push(variable);
      singles.push(run.observer);
      return run;
    };
    for (const { name, value } of numbers(base.hyper)) {
      const variable: Variable = { name, value, hyper: name };
      const run = await attempt(variable);
      for (const size of base.sizes) {
        if (run === undefined || run.sizes.some((other) => same(other, size))) continue;
        explained.add(size);
        if (size.value === value) variable.name = size.name;
      }
    }
    for (const size of base.sizes) {
      if (explained.has(size) || size.value < 1) continue;
      await attempt({ name: size.name, value: size.value, size });
    }
    unique(kept);
    const other =
      base.askedForData && inTime() ? (await probe({ otherData: true })).observer : undefined;
    if (kept.length === 0) return new Names(base.observer, [], [], undefined, undefined, other);
    const all = async (by: number): Promise<Observer | undefined> => {
      const run = inTime() ? await probe(scaled(kept, by)) : undefined;
      return run && works(run) ? run.observer : undefined;
    };
    const doubled = kept.length === 1 ? singles[0] : await all(2);
    let check: { by: number; run: Observer } | undefined;
    for (const by of [3, 4]) {
      const run = check || !doubled ? undefined : await all(by);
      if (run) check = { by, run };
    }
    return new Names(base.observer, kept, singles, doubled, check, other);
  }

  /**
   * What each size of a thing that was seen is called: empty when it is only a number, `?` when it
   * depends on data that a shape run does not have. Undefined when all of it depends on data.
   */
  of(site: number, index: number, seen: Seen): string[] | undefined {
    const { sizes } = seen.described;
    const at = (run: Observer | undefined): Described | undefined =>
      match(run, this.base, site, index);
    const other = this.other && at(this.other);
    if (this.other && other?.pattern !== seen.described.pattern) return undefined;
    const singles = this.singles.map(at);
    const [doubled, check] = [at(this.doubled), at(this.check?.run)];
    const known =
      check !== undefined &&
      [doubled, check, ...singles].every((found) => found?.pattern === seen.described.pattern);
    return sizes.map((size, i) => {
      if (other && other.sizes[i] !== size) return '?';
      if (!known) return '';
      return this.fit(
        size,
        singles.map((found) => found!.sizes[i]),
        doubled!.sizes[i],
        check.sizes[i],
      );
    });
  }

  /** A sum of products of variables that gives these sizes, if there is one. */
  private fit(size: number, singles: readonly number[], doubled: number, check: number): string {
    const values = this.variables.map(({ value }) => value);
    const on = [...values.keys()].filter((i) => singles[i] !== size);
    if (on.length === 0) return '';
    const terms = termsOf(size, on, values, singles, doubled);
    const at = (by: number): number =>
      terms.reduce(
        (sum, { factor, of }) => sum + of.reduce((p, i) => p * values[i] * by, factor),
        0,
      );
    const fits = near(at(1), size) && near(at(2), doubled) && near(at(this.check!.by), check);
    return fits ? written(terms, (i) => this.variables[i].name) : '';
  }
}

function termsOf(
  size: number,
  on: readonly number[],
  values: readonly number[],
  singles: readonly number[],
  doubled: number,
): Term[] {
  const product = on.reduce((all, i) => all * values[i], 1);
  // All of them multiplied, and nothing else.
  if (on.every((i) => singles[i] === 2 * size)) return [{ factor: size / product, of: on }];
  const slopes = on.map((i) => singles[i] - size);
  if (on.length === 2) {
    const mixed = doubled - singles[on[0]] - singles[on[1]] + size;
    const pure = slopes.map((slope) => slope - mixed);
    const terms: Term[] = [
      { factor: mixed / product, of: on },
      ...on.map((i, k) => ({ factor: pure[k] / values[i], of: [i] })),
      { factor: size - mixed - pure[0] - pure[1], of: [] },
    ];
    return terms.filter(({ factor }) => factor !== 0);
  }
  const rest = size - slopes.reduce((sum, slope) => sum + slope, 0);
  const terms: Term[] = on.map((i, k) => ({ factor: slopes[k] / values[i], of: [i] }));
  return [...terms, { factor: rest, of: [] }].filter(({ factor }) => factor !== 0);
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

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

const same = (a: NamedSize, b: NamedSize): boolean => a.name === b.name && a.value === b.value;

function numbers(hyper: readonly HyperParameter[]): { name: string; value: number }[] {
  return hyper.flatMap(({ name, value }) =>
    Number.isSafeInteger(value) &&
    (value as number) >= 1 &&
    (value as number) <= largest &&
    !counts.test(name)
      ? [{ name, value: value as number }]
      : [],
  );
}

/** The options under which these variables are so many times as large. */
function scaled(variables: readonly Variable[], by: number): Omit<RunOptions, 'deadline'> {
  const hyper = Object.fromEntries(
    variables.flatMap(({ hyper: name, value }) => (name === undefined ? [] : [[name, by * value]])),
  );
  const sizes = variables.flatMap(({ size }) => (size ? [size] : []));
  return {
    hyper,
    replaced: (size) => (sizes.some((other) => same(other, size)) ? by : 1) * size.value,
  };
}

/** Two variables of one name get numbers. */
function unique(variables: readonly Variable[]): void {
  const used = new Set<string>();
  for (const variable of variables) {
    const { name } = variable;
    for (let i = 2; used.has(variable.name); i++) variable.name = `${name}${i}`;
    used.add(variable.name);
  }
}

/** What another run saw at the same place as the base run's number `index`. */
function match(
  run: Observer | undefined,
  base: Observer,
  site: number,
  index: number,
): Described | undefined {
  const found = run?.observations.get(site);
  if (!found) return undefined;
  const last = found.seen.size - 1;
  const count = base.observations.get(site)!.seen.size;
  // Where loops grow with a size there is more to see: then the last answers the last.
  const grown = found.seen.size !== count && count > 2 && index === count - 1;
  const at = grown ? last : index;
  return [...found.seen.values()][at]?.described;
}

/** Whether any shape of two runs differs. */
function changed(a: Observer, b: Observer): boolean {
  for (const [site, { seen }] of a.observations) {
    const others = b.observations.get(site)?.seen;
    for (const [key, { described }] of seen)
      if (!others?.has(key) && (hasShape(described) || keyOf(described).includes('('))) return true;
  }
  return false;
}
