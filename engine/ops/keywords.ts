// Optional arguments: by name in the trailing object, or by position in PyTorch's order. Knows no op.
import { ArgumentError, checkOptions, described } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';

/** A function of those arguments, as an op is; `definition` is there when it is one. */
export type Call<Arguments extends readonly unknown[], Result = Tensor> = (
  ...args: Arguments
) => Result;

/** Optional arguments: by position, by name, or the first by position and others by name. */
export type Given<Named extends object, Positional extends readonly unknown[]> =
  Partial<Positional> | NamedAfter<Named, Positional>;

type NamedAfter<Named extends object, Positional extends readonly unknown[]> =
  | [...Positional, options?: Named]
  | (Positional extends readonly [...infer Fewer, unknown] ? NamedAfter<Named, Fewer> : never);

/** What an op takes: what must be given, and then its optional arguments. */
export type Keywords<
  Required extends readonly unknown[],
  Named extends object,
  Positional extends readonly unknown[],
> = [...Required, ...Given<Named, Positional>];

/** The same where it makes sense only if one of them is there: `x.softmax(1)`, `x.softmax({ dim: 1 })`. */
export type Needing<
  Required extends readonly unknown[],
  Needed extends object,
  Positional extends readonly unknown[],
  Named extends object,
> = [...Required, ...Positional, options?: Named] | [...Required, options: Needed & Named];

/** Sizes as a list or one by one: `x.reshape([2, 3])`, `x.reshape(2, 3)`. */
export type Sizes<Before extends readonly unknown[], Listed extends readonly unknown[]> =
  [...Before, ...Listed] | [...Before, ...sizes: number[]];

export interface KeywordRules {
  /** How many arguments must be given; they come first. */
  readonly required: number;
  /** The arguments that may follow, in PyTorch's order. */
  readonly names: readonly string[];
  /** Further options, which `call` takes in an object after all of those and checks itself. */
  readonly options?: boolean;
  /** Which of those may also follow by position. */
  readonly then?: readonly string[];
}

/**
 * Lets the optional arguments of `call`, which takes them by position, be given by name as well, as
 * in Python: `x.sum(1)` and `x.sum({ dim: 1 })`.
 */
export function withKeywords<Function extends (...args: never[]) => unknown>(
  name: string,
  { required, names, options = false, then = [] }: KeywordRules,
  call: (...args: never[]) => unknown,
): Function {
  const untyped = call as (...args: unknown[]) => unknown;
  const most = required + names.length;
  const keyworded = (...args: unknown[]): unknown => {
    const last = args.at(-1);
    const named = args.length > required && isOptions(last);
    // The usual call, at once.
    if (args.length <= most && !named) return untyped(...args);
    const found = optionsOf(name, args.slice(required), [...names, ...then], required);
    if (!options) checkOptions(name, found, names);
    const positions = args.slice(0, required);
    const further: Record<string, unknown> = {};
    for (const [option, value] of Object.entries(found)) {
      const place = names.indexOf(option);
      if (place < 0) further[option] = value;
      else positions[required + place] = value;
    }
    if (options) positions[most] = further;
    return untyped(...positions);
  };
  return sameOp(keyworded, call) as unknown as Function;
}

/**
 * The other way round: lets options that `call` takes in an object, after what it requires, be given
 * by position: `F.conv2d(x, weight, bias, 2)` and `F.conv2d(x, weight, { bias, stride: 2 })`.
 */
export function withPositions<Function extends (...args: never[]) => unknown>(
  name: string,
  required: number,
  names: readonly string[],
  call: (...args: never[]) => unknown,
): Function {
  const untyped = call as (...args: unknown[]) => unknown;
  const positioned = (...args: unknown[]): unknown =>
    args.length <= required
      ? untyped(...args)
      : untyped(...args.slice(0, required), optionsOf(name, args.slice(required), names, required));
  return sameOp(positioned, call) as unknown as Function;
}

/** Refuses more than `required` arguments, which JavaScript alone would ignore. */
export const exactly = <Function extends (...args: never[]) => unknown>(
  name: string,
  required: number,
  call: (...args: never[]) => unknown,
): Function => withKeywords(name, { required, names: [] }, call);

/**
 * Lets a list of sizes, after `before` other arguments, be given one by one: `x.reshape(2, 3)`. What
 * may follow is one object of options, if `call` has any.
 */
export function withSizes<Function extends (...args: never[]) => unknown>(
  name: string,
  before: number,
  call: (...args: never[]) => unknown,
  hasOptions = false,
): Function {
  const untyped = call as (...args: unknown[]) => unknown;
  const sized = (...args: unknown[]): unknown => {
    // The usual call, at once.
    if (args.length === before + 1 && Array.isArray(args[before])) return untyped(...args);
    let end = before;
    while (typeof args[end] === 'number') end++;
    const listed = end === before;
    const sizes = listed ? args[before] : args.slice(before, end);
    const [options, ...more] = args.slice(listed ? before + 1 : end);
    if (more.length > 0 || (options !== undefined && !(hasOptions && isOptions(options)))) {
      if (isOptions(options)) checkOptions(name, options, []);
      throw new ArgumentError(
        `${name}: takes a list of sizes, or sizes one by one${hasOptions ? ', and then options' : ''}, ` +
          `but got ${args.slice(before).map(described).join(', ')}`,
      );
    }
    return untyped(...args.slice(0, before), sizes, ...(options === undefined ? [] : [options]));
  };
  return Object.assign(sameOp(sized, call), { takesSizes: true }) as unknown as Function;
}

/**
 * Optional arguments as one object: those by position get their names, those by name come last.
 * `before` counts the arguments that came before them.
 */
export function optionsOf<Named extends object>(
  owner: string,
  args: readonly unknown[],
  names: readonly string[],
  before = 0,
): Named {
  const last = args.at(-1);
  const named = isOptions(last) ? last : {};
  const positional = isOptions(last) ? args.slice(0, -1) : args;
  if (positional.length > names.length) {
    const most = before + names.length;
    throw new ArgumentError(
      `${owner}: takes at most ${most} ${most === 1 ? 'argument' : 'arguments'}, but got ${before + args.length}`,
    );
  }
  const found: Record<string, unknown> = {};
  positional.forEach((value, i) => {
    if (value !== undefined) found[names[i]] = value;
  });
  for (const [option, value] of Object.entries(named)) {
    if (value === undefined) continue;
    if (option in found) {
      throw new ArgumentError(`${owner}: ${option} is given twice, by position and by name`);
    }
    found[option] = value;
  }
  return found as Named;
}

function sameOp<Outer extends object>(outer: Outer, inner: object): Outer {
  return Object.assign(outer, 'definition' in inner ? { definition: inner.definition } : {});
}

function isOptions(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Tensor) &&
    !ArrayBuffer.isView(value)
  );
}

/**
 * The same for a layer or an optimizer, which refuses what it does not take: `names` by position or by
 * name, `others` by name only.
 */
export function takeOptions<Named extends object>(
  owner: string,
  args: readonly unknown[],
  names: readonly string[],
  others: readonly string[] = [],
): Named {
  const options = optionsOf<Named>(owner, args, names);
  checkOptions(owner, options, [...names, ...others]);
  return options;
}
