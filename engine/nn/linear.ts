// Layers whose every output sees every input, and the table look-up. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { arange } from '../ops/create';
import { where } from '../ops/binary';
import { embedding, linear, paddingRow } from '../ops/linear';
import { noGrad } from '../tape/tape';
import { isFloating } from '../tensor/dtype';
import { ArgumentError, described, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import { checkTensor, type Tensor } from '../tensor/tensor';
import { normalParameter, uniformParameter } from './initial';
import { Module } from './module';
import { overwrite, type Parameter } from './parameter';

/** Throws unless a size is a whole number ≥ 1. */
export function checkSizes(layer: string, sizes: Record<string, number>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new ArgumentError(
      `${layer}: ${name} must be a whole number ≥ 1, but it is ${described(size)}`,
    );
  }
}

/**
 * y = x · Wᵀ + b (torch.nn.Linear).
 * Shape: input [*, inFeatures], output [*, outFeatures]; weight [outFeatures, inFeatures].
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    ...given: Given<{ bias?: boolean }, [bias: boolean]>
  ) {
    super();
    const options = takeOptions<{ bias?: boolean }>('Linear', given, ['bias']);
    checkSizes('Linear', { inFeatures, outFeatures });
    const bound = 1 / Math.sqrt(inFeatures);
    this.weight = uniformParameter([outFeatures, inFeatures], bound);
    this.bias = (options.bias ?? true) ? uniformParameter([outFeatures], bound) : null;
  }

  forward(x: Tensor): Tensor {
    checkTensor('Linear', 'the input', x);
    if (x.rank === 0 || x.size(-1) !== this.inFeatures) {
      throw new ShapeError(
        `Linear: input ${formatShape(x.shape)} ends with ${x.rank === 0 ? 'nothing' : x.size(-1)}, ` +
          `but inFeatures is ${this.inFeatures}`,
      );
    }
    return linear(x, this.weight, { bias: this.bias });
  }

  override extraRepresentation(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}

/**
 * A table of one vector per symbol (torch.nn.Embedding).
 * Shape: input [*] of numbers 0…numEmbeddings−1, output [*, embeddingDim].
 */
export class Embedding extends Module {
  readonly weight: Parameter;
  readonly paddingIdx: number | null;

  /** `paddingIdx` names the symbol whose vector starts at zero and stays as it is. */
  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    ...given: Given<{ paddingIdx?: number | null }, [paddingIdx: number | null]>
  ) {
    super();
    const options = takeOptions<{ paddingIdx?: number | null }>('Embedding', given, ['paddingIdx']);
    checkSizes('Embedding', { numEmbeddings, embeddingDim });
    this.weight = normalParameter([numEmbeddings, embeddingDim]);
    this.paddingIdx = paddingRow('Embedding', options.paddingIdx, numEmbeddings);
    if (this.paddingIdx === null) return;
    const rows = arange(numEmbeddings).ne(this.paddingIdx).unsqueeze(1);
    overwrite(
      this.weight,
      noGrad(() => where(rows, this.weight, 0)),
    );
  }

  forward(index: Tensor): Tensor {
    checkTensor('Embedding', 'the input', index);
    if (isFloating(index.dtype) || index.dtype === 'bool') {
      throw new ArgumentError(
        `Embedding: the input must be int32, but it is ${index.dtype}; use to('int32')`,
      );
    }
    return embedding(index, this.weight, { paddingIdx: this.paddingIdx });
  }

  override extraRepresentation(): string {
    const padding = this.paddingIdx === null ? '' : `, paddingIdx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}
