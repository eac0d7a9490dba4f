// Finds on which named sizes a size depends: by running with other sizes, never by guessing. Knows no text.
import type { HyperParameter } from '../protocol';
import type { NamedSize } from '../tensor/dimension';
import { worked } from './clock';
import { hasShape, type Described } from './describe';
import { formula, type Sizes } from './fit';
import { Moves, type Variable } from './moves';
import type { Observer, Seen } from './observer';
import type { RunOptions, ShapeRun } from './run';

/** Runs the program once more. */
export type Probe = (options: Omit<RunOptions, 'deadline'>) => Promise<ShapeRun>;

/** These count samples, steps and the like, and no size of a tensor depends on them. */
const counts = /^(?:count|samples|epochs|steps|iterations|seed|max_?steps|num_?epochs)$/i;
const largest = 1e5;

export class Names {
  private readonly formulas = new Map<string, string | undefined>();
  private readonly named = new Map<Seen, string[] | undefined>();
  /** Whether there is a size of which two runs do not tell how it depends. */
  private open = false;
  private readonly patterns: readonly RegExp[];
  private readonly used = new Map<string, readonly Variable[]>();

  private constructor(
    private readonly base: Observer,
    readonly variables: readonly Variable[],
    /** Runs in which all variables have other values: two or three, or none. */
    private readonly runs: Types[],
    /** The run with other answers to questions for data. */
    readonly other: Observer | undefined,
  ) {
    this.patterns = variables.map(({ name }) => {
      const escaped = name.replace(/[^\p{L}\d_]/gu, '\\$&');
      return new RegExp(`(?<![\\p{L}\\d_])${escaped}(?![\\p{L}\\d_])`, 'u');
    });
  }

  /** `B = 32 · T = 24`: what the names in formulas stand for. */
  valuesIn(formulas: readonly string[]): string {
    const used = new Set(formulas.flatMap((text) => this.variablesIn(text)));
    return [...used].map(({ name, value }) => `${name} = ${value}`).join(' · ');
  }

  private variablesIn(text: string): readonly Variable[] {
    if (text === '' || text === '?') return [];
    let found = this.used.get(text);
    if (found === undefined) {
      found = this.variables
        .map((variable, i) => ({ variable, at: text.search(this.patterns[i]) }))
        .filter(({ at }) => at >= 0)
        .toSorted((one, other) => one.at - other.at)
        .map(({ variable }) => variable);
      this.used.set(text, found);
    }
    return found;
  }

  /** Runs the program with other sizes, as long as there is time. */
  static async find(base: ShapeRun, probe: Probe, deadline: number): Promise<Names> {
    const inTime = (): boolean => worked() < deadline;
    const known = base.observer.failures.length;
    // A program that fails somewhere goes on behind that, in all runs.
    const light = known > 0 || base.error !== undefined ? 'careful' : 'types';
    const works = (run: ShapeRun): boolean =>
      run.halted === undefined &&
      run.observer.failures.length <= known &&
      (light === 'careful' || run.error === undefined);
    const attempt = async (variables: readonly Variable[], which: number) => {
      const run = inTime() ? await probe({ ...changed(variables, which), light }) : undefined;
      return run && works(run) ? run : undefined;
    };
    const moves = new Moves();
    let variables = variablesOf(base, moves);
    let first = variables.length > 0 ? await attempt(variables, 0) : undefined;
    if (!first && variables.length > 1) {
      // One of them must stay as it is: whichever does not work alone.
      const kept: Variable[] = [];
      for (const variable of variables) if (await attempt([variable], 0)) kept.push(variable);
      variables = kept;
      first = kept.length > 0 ? await attempt(kept, 0) : undefined;
    }
    if (first) variables = explained(variables, base, first);
    const second = first && (await attempt(variables, 1));
    const other =
      base.askedForData && inTime()
        ? await probe({ otherData: true, light: 'careful' })
        : undefined;
    const runs = first && second ? [typesOf(first), typesOf(second)] : [];
    unique(variables);
    const names = new Names(base.observer, runs.length > 0 ? variables : [], runs, other?.observer);
    if (runs.length > 0 && names.isOpen()) {
      const third = await attempt(variables, 2);
      names.formulas.clear();
      names.named.clear();
      if (third) runs.push(typesOf(third));
    }
    return names;
  }

  /** Whether some size depends on what was changed, but two runs do not tell how. */
  private isOpen(): boolean {
    for (const [site, { seen }] of this.base.observations) {
      let index = 0;
      for (const one of seen.values()) {
        // How many batches or steps there are is not worth a run.
        if (hasShape(one.described) || one.module) this.of(site, index, one);
        index++;
      }
      if (this.open) return true;
    }
    return false;
  }

  /**
   * What each size of a thing that was seen is called: empty when it is only a number, `?` when it
   * depends on data that a shape run does not have. Undefined when all of it depends on data.
   */
  of(site: number, index: number, seen: Seen): string[] | undefined {
    let names = this.named.get(seen);
    if (names === undefined && !this.named.has(seen))
      this.named.set(seen, (names = this.name(site, index, seen)));
    return names;
  }

  private name(site: number, index: number, { described }: Seen): string[] | undefined {
    const { sizes, pattern } = described;
    const other = this.other && match(this.other, this.base, site, index);
    if (this.other && other?.pattern !== pattern) return undefined;
    const runs = this.runs.map((run) => match(run, this.base, site, index));
    const known = runs.length > 0 && runs.every((found) => found?.pattern === pattern);
    return sizes.map((size, i) => {
      if (other && other.sizes[i] !== size) return '?';
      return known ? this.formula([size, ...runs.map((found) => found!.sizes[i])] as never) : '';
    });
  }

  private formula(sizes: Sizes): string {
    if (sizes.every((size) => size === sizes[0])) return '';
    const key = sizes.join();
    let text = this.formulas.get(key);
    if (text === undefined && !this.formulas.has(key)) {
      text = formula(sizes, this.variables);
      this.open ||= text === undefined;
      this.formulas.set(key, text);
    }
    return text ?? '';
  }
}

/** All that has a name and a whole value, and how it is changed: small numbers, often of layers, by least. */
function variablesOf({ hyper, sizes }: ShapeRun, moves: Moves): Variable[] {
  const named = [
    ...numbers(hyper)
      .toSorted((a, b) => a.value - b.value)
      .map((each) => ({ ...each, hyper: true })),
    ...sizes.filter(({ value }) => value >= 1).map((each) => ({ ...each, hyper: false })),
  ];
  return named.flatMap((each): Variable[] => {
    const move = moves.next(each.name, each.value, each.hyper);
    return move ? [{ ...each, key: each.name, move }] : [];
  });
}

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

/** A named size that changes with a hyperparameter is no variable of its own, but lends its name. */
function explained(variables: readonly Variable[], base: ShapeRun, first: ShapeRun): Variable[] {
  return variables.filter((size) => {
    if (size.hyper) return true;
    // It was moved as itself, unless it came with another value already.
    if (first.sizes.some((seen) => seen.name === size.name && seen.value === size.value))
      return true;
    const hyper = variables.find(
      ({ hyper: is, value, move }) =>
        is &&
        value === size.value &&
        first.sizes.some((seen) => seen.name === size.name && seen.value === move[0]),
    );
    if (hyper) hyper.name = size.name;
    return !base.sizes.some((seen) => seen.name === size.name && seen.value === size.value);
  });
}

/** The options under which these variables have other values. */
function changed(variables: readonly Variable[], which: number): Omit<RunOptions, 'deadline'> {
  const hyper = Object.fromEntries(
    variables.flatMap(({ hyper: is, key, move }) => (is ? [[key, move[which]]] : [])),
  );
  const sizes = variables.filter(({ hyper: is }) => !is);
  const find = (size: NamedSize): Variable | undefined =>
    sizes.find(({ key, value }) => key === size.name && value === size.value);
  return { hyper, replaced: (size) => find(size)?.move[which] ?? size.value };
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

/** What a run with other sizes has seen. */
interface Types {
  readonly observations: ReadonlyMap<number, { readonly seen: ReadonlyMap<Described, unknown> }>;
}

const typesOf = ({ types, observer }: ShapeRun): Types => types ?? observer;

/** What another run saw at the same place as the base run's number `index`. */
function match(run: Types, base: Observer, site: number, index: number): Described | undefined {
  const found = run.observations.get(site);
  if (!found) return undefined;
  const last = found.seen.size - 1;
  const count = base.observations.get(site)!.seen.size;
  // Where loops grow with a size there is more to see: then the last answers the last.
  const grown = found.seen.size !== count && count > 2 && index === count - 1;
  let at = grown ? last : index;
  for (const described of found.seen.keys()) if (at-- === 0) return described;
  return undefined;
}
