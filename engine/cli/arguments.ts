// Reads the words after a verb. Knows no verb.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { HyperValue } from '../protocol';

/** The words cannot be understood; the message says which and why. */
export class UsageError extends Error {}

/** The words are understood, but what they name is not there. */
export class MissingError extends Error {}

export interface Arguments {
  readonly file: string | undefined;
  readonly values: Readonly<Record<string, string | boolean | string[] | undefined>>;
}

export type OptionTable = Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>;

export function parseArguments(words: readonly string[], options: OptionTable): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new UsageError(`unexpected '${positionals[1]}'`);
    return { file: positionals[0], values: values as Arguments['values'] };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(plainly(error as Error & { code?: string }, Object.keys(options)));
  }
}

/** Node's words without its advice, and with the options that there are. */
function plainly({ message, code }: Error & { code?: string }, known: readonly string[]): string {
  const option = /'-{0,2}([^' ]+)/.exec(message)?.[1] ?? '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `unknown option '--${option}' (there are ${[...known, 'help'].map((name) => `--${name}`).join(', ')})`;
  if (/does not take an argument/.test(message)) return `--${option} takes no value`;
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return `--${option} needs a value, as in --${option}=…`;
  return message;
}

/** The absolute path of the model file, which must be there. */
export function requireFile({ file }: Arguments): string {
  if (file === undefined) throw new UsageError('which FILE?');
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new MissingError(`${path} is a folder: name a model file in it`);
  if (!found?.isFile()) throw new MissingError(`there is no file ${path}`);
  return path;
}

/** A whole number ≥ `least`, or the fallback when the option is absent. */
export function wholeNumber<T>(
  { values }: Arguments,
  name: string,
  least: number,
  fallback: T,
): number | T {
  const text = values[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} must be a whole number ≥ ${least}, but it is '${String(text)}'`);
}

/** `--set lr=0.1 --set name=text` as values: numbers and booleans where they look like it. */
export function overrides({ values }: Arguments): Record<string, HyperValue> {
  const pairs = (values.set ?? []) as string[];
  return Object.fromEntries(
    pairs.map((pair): [string, HyperValue] => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--set needs name=value, but got '${pair}'`);
      return [pair.slice(0, at), readValue(pair.slice(at + 1))];
    }),
  );
}

function readValue(text: string): HyperValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
