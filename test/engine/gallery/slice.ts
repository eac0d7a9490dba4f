// What the fast test of a gallery model consists of, and how it reads what the model printed. Knows no model.
import assert from 'node:assert/strict';
import type { GalleryRun } from './run';

export interface Slice {
  /** Less of everything, so that it takes a moment; without it the run is whole and must reach its target. */
  readonly hyper?: Record<string, number | string | boolean>;
  /** The loss at the end, as a share of the loss at the beginning. */
  readonly falls?: number;
  /** The exact facts of the lecture, and what else the model claims. */
  readonly check?: (run: GalleryRun) => void | Promise<void>;
}

/** Fast tests by file. */
export type Slices = Readonly<Record<string, Slice>>;

/** The numbers after `label =` in what a model printed, line by line. */
export function printedNumbers({ printed }: GalleryRun, label: string): number[] {
  // A label stands at the beginning, after a colon or after a gap.
  const texts = printed.flatMap((text) => {
    const starts = ['', ': ', '  '].map((before) => `${before}${label} =`);
    const start = starts.find((candidate, i) =>
      i === 0 ? text.startsWith(candidate) : text.includes(candidate),
    );
    return start === undefined ? [] : [text.slice(text.indexOf(start) + start.length)];
  });
  assert.ok(texts.length > 0, `nothing printed says '${label} =':\n${printed.join('\n')}`);
  // A further label ends the numbers of this one.
  return texts.flatMap((text) =>
    [
      ...text.replace(/\s[^\d\s,[\]-][^=]*=.*$/s, '').matchAll(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g),
    ].map(Number),
  );
}

/** Asserts printed numbers, to half a unit of the last digit that the lecture gives. */
export function assertPrinted(
  run: GalleryRun,
  label: string,
  expected: readonly number[],
  digits = 0,
): void {
  assertNumbers(printedNumbers(run, label), expected, digits, label);
}

export function assertNumbers(
  actual: readonly number[],
  expected: readonly number[],
  digits: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: [${actual.join(', ')}]`);
  const tolerance = 0.5 * 10 ** -digits + 1e-6;
  expected.forEach((value, i) => {
    const off = Math.abs(actual[i] - value);
    assert.ok(off <= tolerance, `${what}: number ${i} is ${actual[i]}, not ${value}`);
  });
}

/** A curve that the model logs. */
export function curve({ curves }: GalleryRun, name: string): number[] {
  const values = curves.get(name);
  assert.ok(values, `the model logs no '${name}'`);
  return values;
}
