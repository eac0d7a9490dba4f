// The first difference between two recorded steps that should be alike: which row, which number. Knows no run and no port.
import type { RowSides } from '../protocol';

/** Two words for each row of a step. */
export type Marks = Int32Array;

/** The first row in which two steps differ; −1 when they are the same, row by row. */
export function firstUnequal(here: Marks, there: Marks, words = 2): number {
  const length = Math.min(here.length, there.length);
  for (let i = 0; i < length; i++) if (here[i] !== there[i]) return Math.floor(i / words);
  return here.length === there.length ? -1 : length / words;
}

/** What is different about a row. */
export interface Difference {
  /** The operand, or the result, that differs; absent when it is the op itself. */
  readonly name?: string;
  /** Which of its elements, counted row by row, and the numbers here and there. */
  readonly element?: number;
  readonly here?: number;
  readonly there?: number;
  readonly text: string;
}

/** Says in which way a row differs from that of the other run; one of them may have no such row. */
export function explainDifference(
  here: RowSides | undefined,
  there: RowSides | undefined,
  format: (value: number) => string,
): Difference {
  if (here === undefined || there === undefined)
    return {
      text: here
        ? `${here.head} runs here, and nothing more there`
        : `nothing more runs here, but ${there!.head} there`,
    };
  if (here.head !== there.head) return { text: `${here.head} here, but ${there.head} there` };
  if (here.attributes !== there.attributes)
    return { text: `${here.op}: ${attributeDifference(here.attributes, there.attributes)}` };
  for (const [i, { name, elements }] of here.sides.entries()) {
    const other = there.sides[i].elements;
    const element = elements.findIndex((value, at) => !Object.is(value, other[at]));
    if (element < 0) continue;
    const [value, otherValue] = [elements[element], other[element]];
    return {
      name,
      element,
      here: value,
      there: otherValue,
      text: `${here.op}: ${name}, element ${element}: ${format(value)} here, ${format(otherValue)} there`,
    };
  }
  return { text: `${here.op} has another result, though all of its first elements are alike` };
}

/** `lr is 0.1 here, 0.01 there`: only what differs. */
function attributeDifference(here: string, there: string): string {
  const [a, b] = [here, there].map((text) => JSON.parse(text) as Record<string, unknown>);
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map((name) => `${name} is ${told(a[name])} here, ${told(b[name])} there`)
    .join('; ');
}

function told(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
