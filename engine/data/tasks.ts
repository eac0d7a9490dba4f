// Tasks from sequence to sequence whose answers a rule gives: copy, reverse, sort, add, spell, date. Knows no model.
import { checkOptions } from '../tensor/errors';
import { checkCount } from './batches';
import { pairs, type PairDataset, type Sequence } from './pairs';
import { Random, seedOf, type Seeded } from './random';

export interface TaskOptions extends Seeded {
  /** How many pairs. Default 1000. */
  count?: number;
}

export interface LetterOptions extends TaskOptions {
  /** Letters per sequence. Default 6. */
  length?: number;
  /** The letters to choose from. Default 'abcdefgh'. */
  letters?: string;
}

function make(
  name: string,
  options: TaskOptions,
  known: readonly string[],
  draw: (random: Random) => [source: Sequence, target: Sequence],
): PairDataset {
  checkOptions(name, options, ['count', 'seed', ...known]);
  const { count = 1000 } = options;
  checkCount(name, 'count', count);
  const seed = seedOf(options);
  const drawn = Array.from({ length: count }, (_, i) => draw(new Random(seed, name, i)));
  return pairs(
    drawn.map(([source]) => source),
    drawn.map(([, target]) => target),
  );
}

function letterTask(
  name: string,
  options: LetterOptions,
  answer: (letters: string[]) => string[],
): PairDataset {
  const { length = 6, letters = 'abcdefgh' } = options;
  checkCount(name, 'length', length);
  const alphabet = Array.from(letters);
  return make(name, options, ['length', 'letters'], (random) => {
    const source = Array.from({ length }, () => random.choose(alphabet));
    return [source.join(''), answer(source).join('')];
  });
}

/** The same letters again: 'cab' → 'cab'. */
export const copy = (options: LetterOptions = {}): PairDataset =>
  letterTask('copy', options, (letters) => letters);

/** The letters from last to first: 'cab' → 'bac'. */
export const reverse = (options: LetterOptions = {}): PairDataset =>
  letterTask('reverse', options, (letters) => letters.toReversed());

/** The letters in alphabetical order: 'cab' → 'abc'. */
export const sort = (options: LetterOptions = {}): PairDataset =>
  letterTask('sort', options, (letters) => letters.toSorted());

/**
 * Sums, with the answer written from its last digit on, the way one adds by hand: '17+25' → '240'.
 * All numbers have leading zeros, so a place in the answer belongs to the same places in the sum.
 */
export function addition(
  options: TaskOptions & { /** Digits of each number. Default 2. */ digits?: number } = {},
): PairDataset {
  const { digits = 2 } = options;
  checkCount('addition', 'digits', digits);
  const written = (value: number, width: number): string => String(value).padStart(width, '0');
  return make('addition', options, ['digits'], (random) => {
    const [a, b] = [random.whole(0, 10 ** digits), random.whole(0, 10 ** digits)];
    const sum = [...written(a + b, digits + 1).matchAll(/\d/g)].map(([digit]) => digit);
    return [`${written(a, digits)}+${written(b, digits)}`, sum.toReversed().join('')];
  });
}

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** A whole number below a million in words: 342 → three hundred and forty two. */
export function numberWords(value: number): string[] {
  if (value < 20) return [small[value]];
  if (value < 100) {
    return [tens[Math.floor(value / 10) - 2], ...(value % 10 === 0 ? [] : [small[value % 10]])];
  }
  const [unit, name] = value < 1000 ? [100, 'hundred'] : [1000, 'thousand'];
  const rest = value % unit;
  const and = rest > 0 && rest < 100 ? ['and'] : [];
  return [
    ...numberWords(Math.floor(value / unit)),
    name,
    ...and,
    ...(rest > 0 ? numberWords(rest) : []),
  ];
}

/** Numbers in words, to be written in digits: ['forty', 'two'] → '42'. */
export function spelledNumbers(
  options: TaskOptions & { /** Numbers lie below this. Default 1000. */ below?: number } = {},
): PairDataset {
  const { below = 1000 } = options;
  checkCount('spelledNumbers', 'below', below);
  return make('spelledNumbers', options, ['below'], (random) => {
    const value = random.whole(0, below);
    return [numberWords(value), String(value)];
  });
}

const months =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

/** Dates as people write them, to be written as in ISO 8601: 'March 5, 2031' → '2031-03-05'. */
export function dates(options: TaskOptions = {}): PairDataset {
  return make('dates', options, [], (random) => {
    const [year, month] = [random.whole(1950, 2050), random.whole(0, 12)];
    const day = random.whole(1, new Date(Date.UTC(year, month + 1, 0)).getUTCDate() + 1);
    const name = months[month];
    const two = (value: number): string => String(value).padStart(2, '0');
    const written = random.choose([
      `${name} ${day}, ${year}`,
      `${day} ${name} ${year}`,
      `${name.slice(0, 3)} ${day} ${year}`,
      `${two(day)}.${two(month + 1)}.${year}`,
      `${day}/${month + 1}/${year}`,
      `${year} ${name.slice(0, 3)} ${two(day)}`,
    ]);
    return [written, `${year}-${two(month + 1)}-${two(day)}`];
  });
}
