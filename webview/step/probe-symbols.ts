// A text to type, for models over symbols; their numbers where no vocabulary is known. Knows no model.
import type { ProbeInfo } from '../../engine/protocol';
import { element, setAttribute } from '../dom';
import type { Asker, ProbePad } from './probe-kind';

/** Symbols of one letter each are written without blanks. */
const areLetters = (symbols: readonly string[]): boolean =>
  symbols.length > 0 && symbols.every((symbol) => Array.from(symbol).length <= 1);

/** The symbols as numbers, or what is wrong with them. */
export function numbersOfText(text: string, symbols: readonly string[]): number[] | string {
  const parts = areLetters(symbols) ? Array.from(text) : text.trim().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return 'Type something.';
  const numbers = parts.map((part) =>
    symbols.length > 0 ? symbols.indexOf(part) : Number(part.replace('#', '')),
  );
  const wrong = numbers.findIndex((number) => !Number.isInteger(number) || number < 0);
  if (wrong < 0) return numbers;
  const known =
    symbols.length > 0
      ? `the symbols are ${symbols.slice(0, 60).join(' ')}`
      : 'whole numbers from 0 are meant';
  return `“${parts[wrong]!}” is none of them: ${known}`;
}

export const symbolName = (symbols: readonly string[], number: number): string =>
  symbols[number] ?? `#${number}`;

export function symbolsPad({ symbols, sample, shape }: ProbeInfo, asker: Asker): ProbePad {
  let numbers = Array.from(sample);
  const names = (): string[] => numbers.map((number) => symbolName(symbols, number));
  const input = element('input', {
    type: 'text',
    value: names().join(areLetters(symbols) ? '' : ' '),
    size: '36',
    'aria-label': 'Input symbols',
    spellcheck: 'false',
  });
  input.addEventListener('input', () => {
    const found = numbersOfText(input.value, symbols);
    const wrong = typeof found === 'string';
    setAttribute(input, 'aria-invalid', String(wrong));
    asker.complain(wrong ? found : '');
    if (wrong) return;
    numbers = found;
    asker.ask(numbers, names());
  });
  const what = symbols.length > 0 ? 'Type a text' : 'Type numbers of symbols';
  const hint = `${what}; the model was given ${shape.join(' × ') || 'one'} at a time.`;
  return {
    root: element('div', {}, element('p', { class: 'hint' }, hint), input),
    ask: () => asker.ask(numbers, names()),
  };
}
