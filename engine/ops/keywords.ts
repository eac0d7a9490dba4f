// Optional arguments: by name in the trailing object, or by position in PyTorch's order. Knows no op.
import { ArgumentError, checkOptions } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';

/** A function of those arguments, as an op is; `definition` is there when it is one. */
export type Call<Arguments extends readonly unknown[], Result = Tensor> = (
  ...args: Arguments
) => Result;

/** What an op takes: its optional arguments by name in a trailing object, or by position. */
export type Keywords<
  Required extends readonly unknown[],
  Named extends object,
  Positional extends readonly unknown[],
> = [...args: Required, options?: Named] | [...args: Required, ...positional: Positional];

export interface KeywordRules {
  /** How many arguments must be given; they come first. */
  readonly required: number;
  /** The arguments that may follow, in PyTorch's order. */
  readonly names: readonly string[];
  /** Further options, which `call` takes in an object after all of those and checks itself. */
  readonly options?: boolean;
}

/**
 * Lets the optional arguments of `call`, which takes them by position, be given by name as well, as
 * in Python: `x.sum(1)` and `x.sum({ dim: 1 })`.
 */
export function withKeywords<Given extends (...args: never[]) => unknown>(
  name: string,
  { required, names, options = false }: KeywordRules,
  call: (...args: never[]) => unknown,
): Given {
  const untyped = call as (...args: unknown[]) => unknown;
  const most = required + names.length;
  const keyworded = (...args: unknown[]): unknown => {
    const at = args.length - 1;
    const last = args[at];
    if (at < required || !isOptions(last)) {
      if (at < most || (options && at === most)) return untyped(...args);
      throw new ArgumentError(
        `${name}: takes at most ${most} arguments${options ? ' and options' : ''}, but got ${args.length}`,
      );
    }
    if (!options) checkOptions(name, last, names);
    const positions = args.slice(0, at);
    const further: Record<string, unknown> = {};
    for (const [option, value] of Object.entries(last)) {
      const place = names.indexOf(option);
      if (value === undefined) continue;
      if (place < 0) further[option] = value;
      else if (required + place >= at) positions[required + place] = value;
      else throw new ArgumentError(`${name}: ${option} is given twice, by position and by name`);
    }
    if (options) positions[most] = further;
    return untyped(...positions);
  };
  return Object.assign(
    keyworded,
    'definition' in call ? { definition: call.definition } : {},
  ) as unknown as Given;
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
