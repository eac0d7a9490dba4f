// Positional encoding. Knows no kernel.
import { tensor } from '../ops/create';
import { dropout } from '../ops/random';
import { takeOptions, type Given } from '../ops/keywords';
import { ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { checkSizes } from './linear';
import { Module } from './module';
import { Buffer } from './parameter';

export interface PositionOptions {
  /** Default 0. */
  dropout?: number;
  /** The most positions there may be. Default 5000. */
  maxLen?: number;
  /** Input and output are [N, T, dModel]. Default false. */
  batchFirst?: boolean;
}

/**
 * Adds to each position waves of its own (Vaswani et al., 2017): in features 2i and 2i + 1 sine and
 * cosine of position / 10000^(2i / dModel).
 * Shape: [T, N, dModel], or [N, T, dModel] with batchFirst; T at most maxLen.
 */
export class PositionalEncoding extends Module {
  /** [maxLen, dModel]. */
  readonly pe: Buffer;
  readonly dropout: number;
  readonly batchFirst: boolean;

  constructor(
    readonly dModel: number,
    ...given: Given<PositionOptions, [dropout: number, maxLen: number]>
  ) {
    super();
    const options = takeOptions<PositionOptions>(
      'PositionalEncoding',
      given,
      ['dropout', 'maxLen'],
      ['batchFirst'],
    );
    const { maxLen = 5000 } = options;
    checkSizes('PositionalEncoding', { dModel, maxLen });
    this.dropout = options.dropout ?? 0;
    this.batchFirst = options.batchFirst ?? false;
    const values = new Float32Array(maxLen * dModel);
    for (let position = 0, at = 0; position < maxLen; position++) {
      for (let feature = 0; feature < dModel; feature++, at++) {
        const angle = position / 10000 ** ((feature - (feature % 2)) / dModel);
        values[at] = feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }
    }
    this.pe = new Buffer(tensor(values).reshape([maxLen, dModel]));
  }

  forward(x: Tensor): Tensor {
    const steps = x.rank === 3 ? x.size(this.batchFirst ? 1 : 0) : Infinity;
    if (steps > this.pe.size(0) || x.size(-1) !== this.dModel) {
      throw new ShapeError(
        `PositionalEncoding: input ${formatShape(x.shape)} must be ` +
          `${this.batchFirst ? '[N, T' : '[T, N'}, ${this.dModel}] with T at most ${this.pe.size(0)}`,
      );
    }
    const waves = this.pe.narrow(0, 0, steps);
    const sum = x.add(this.batchFirst ? waves : waves.unsqueeze(1));
    return dropout(sum, this.dropout, { training: this.training });
  }

  override extraRepresentation(): string {
    return `${this.dModel}, maxLen=${this.pe.size(0)}`;
  }
}
