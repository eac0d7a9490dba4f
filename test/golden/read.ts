// Reads golden files. Numbers that JSON lacks are the strings 'nan', 'inf' and '-inf'.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const special: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

/** The contents of test/golden/<name>.json. Tests run in the repository's root. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(join('test', 'golden', `${name}.json`), 'utf8')) as T;
}

/** A list of numbers as golden files hold it. */
export function numbersOf(values: readonly (number | string)[]): number[] {
  return values.map((value) => (typeof value === 'string' ? special[value] : value));
}
