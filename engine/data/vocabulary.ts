// Symbols and their numbers. Knows no tensor layout.
import { EngineError } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';

/** The vocabularies that were made last. */
const latestVocabularies: Vocabulary[] = [];
const mostKept = 8;

/** The symbols of the latest vocabularies of this size; undefined when there is none, or several that differ. */
export function symbolsOf(size: number): readonly string[] | undefined {
  const [first, ...others] = latestVocabularies.filter((each) => each.size === size);
  const agree = others.every(({ symbols }) => symbols.join() === first.symbols.join());
  return agree ? first?.symbols : undefined;
}

/** A list of symbols; a symbol's number is its place in the list. */
export class Vocabulary {
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(
    readonly symbols: readonly string[],
    /** What stands between symbols when they are written out. */
    readonly separator = '',
  ) {
    this.numbers = new Map(symbols.map((symbol, number) => [symbol, number]));
    latestVocabularies.push(this);
    if (latestVocabularies.length > mostKept) latestVocabularies.shift();
  }

  /** Every symbol that occurs, in alphabetical order. */
  static of(symbols: Iterable<string>, separator = ''): Vocabulary {
    return new Vocabulary([...new Set(symbols)].sort(), separator);
  }

  /** How many symbols there are. */
  get size(): number {
    return this.symbols.length;
  }

  /** The numbers of symbols; a text is taken letter by letter, or word by word where words are meant. */
  encode(text: string | Iterable<string>): number[] {
    const symbols =
      typeof text === 'string' && this.separator !== '' ? text.split(this.separator) : text;
    return Array.from(symbols, (symbol) => this.number(symbol));
  }

  /** The symbols of these numbers, written out. */
  decode(numbers: Tensor | ArrayLike<number>): string {
    const list = numbers instanceof Tensor ? numbers.toTypedArray() : numbers;
    return Array.from(list, (number) => this.symbol(number)).join(this.separator);
  }

  private number(symbol: string): number {
    const number = this.numbers.get(symbol);
    if (number !== undefined) return number;
    throw new EngineError(
      'data',
      `encode: ${JSON.stringify(symbol)} is not among the ${this.size} symbols of the vocabulary`,
    );
  }

  private symbol(number: number): string {
    const symbol = this.symbols[number];
    if (symbol !== undefined) return symbol;
    throw new EngineError(
      'data',
      `decode: ${number} is not the number of a symbol (there are ${this.size}, from 0)`,
    );
  }
}
