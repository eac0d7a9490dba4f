// A text as a row of characters, cut into batches for next-character prediction. Knows no model.
import { tensor } from '../ops/create';
import { dim } from '../tensor/dimension';
import { ArgumentError, checkOptions, EngineError } from '../tensor/errors';
import { Batches, checkCount } from './batches';
import { TensorDataset, type Batch } from './dataset';
import { Vocabulary } from './vocabulary';
import type { Tensor } from '../tensor/tensor';

/** A text, character by character. */
export class Text {
  readonly codes: Int32Array;

  constructor(
    readonly characters: string,
    /** Every character that occurs, in alphabetical order. */
    readonly vocabulary: Vocabulary,
  ) {
    this.codes = Int32Array.from(vocabulary.encode(characters));
  }

  /** How many characters there are. */
  get length(): number {
    return this.codes.length;
  }

  /** The numbers of a text's characters. */
  encode(text: string): number[] {
    return this.vocabulary.encode(text);
  }

  /** The text of these numbers. */
  decode(numbers: Tensor | ArrayLike<number>): string {
    return this.vocabulary.decode(numbers);
  }

  /** The first `share` of the text and the rest, both over the whole text's vocabulary. */
  split(share: number): [train: Text, test: Text] {
    if (!(share >= 0 && share <= 1)) {
      throw new ArgumentError(`split: the share must be between 0 and 1, but it is ${share}`);
    }
    const letters = Array.from(this.characters);
    const at = Math.round(letters.length * share);
    const part = (from: number, to?: number): Text =>
      new Text(letters.slice(from, to).join(''), this.vocabulary);
    return [part(0, at), part(at)];
  }

  /**
   * For truncated backpropagation through time: the text as `batchSize` long rows, walked from left to
   * right `length` characters at a time. Row n of a chunk carries on where row n of the last chunk
   * ended, so a state can be carried along; `first` says that the rows start over.
   */
  chunks(length: number, options: { batchSize?: number } = {}): TextChunks {
    checkOptions('chunks', options, ['batchSize']);
    return new TextChunks(this.codes, length, options.batchSize ?? 1);
  }

  /** Every stretch of `length` characters as a sample x, with the characters that follow each as y. */
  windows(length: number): TensorDataset {
    checkCount('windows', 'length', length);
    const count = this.length - length;
    if (count < 1) throw tooShort('windows', this.length, length + 1);
    const stretch = (shift: number): Int32Array => {
      const values = new Int32Array(count * length);
      for (let i = 0; i < count; i++) {
        values.set(this.codes.subarray(i + shift, i + shift + length), i * length);
      }
      return values;
    };
    return new TensorDataset(
      { values: stretch(0), shape: [length] },
      { values: stretch(1), shape: [length] },
    );
  }
}

/** A chunk: x [batchSize, length], and in y the character that follows each of x. */
export interface Chunk extends Batch {
  /** Whether the rows start at their beginning, where no state is to be carried on. */
  first: boolean;
}

export class TextChunks extends Batches<Chunk> {
  readonly length: number;
  readonly chunkLength: number;
  readonly batchSize: number;
  private readonly rowLength: number;

  constructor(
    private readonly codes: Int32Array,
    chunkLength: number,
    batchSize: number,
  ) {
    super();
    checkCount('chunks', 'length', chunkLength);
    checkCount('chunks', 'batchSize', batchSize);
    this.chunkLength = dim('T', chunkLength);
    this.batchSize = dim('B', batchSize);
    this.rowLength = Math.floor((codes.length - 1) / this.batchSize);
    this.length = Math.floor(this.rowLength / this.chunkLength);
    if (this.length === 0)
      throw tooShort('chunks', codes.length, this.batchSize * this.chunkLength + 1);
  }

  at(step: number): Chunk {
    const chunk = step % this.length;
    const rows = (shift: number): Tensor => {
      const values = new Int32Array(this.batchSize * this.chunkLength);
      for (let row = 0; row < this.batchSize; row++) {
        const from = row * this.rowLength + chunk * this.chunkLength + shift;
        values.set(this.codes.subarray(from, from + this.chunkLength), row * this.chunkLength);
      }
      return tensor(values).reshape([this.batchSize, this.chunkLength]);
    };
    return { x: rows(0), y: rows(1), first: chunk === 0 };
  }
}

function tooShort(owner: string, length: number, needed: number): EngineError {
  return new EngineError(
    'data',
    `${owner}: the text has ${length} characters, but at least ${needed} are needed`,
  );
}

/** A text for character models, with its vocabulary. */
export function text(characters: string): Text {
  if (characters === '') throw new EngineError('data', 'text: the text is empty');
  return new Text(characters, Vocabulary.of(characters));
}
