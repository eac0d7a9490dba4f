// Layers whose every output sees every input, and the table look-up. Knows no kernel.
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { normalParameter, uniformParameter } from './init';
import { Module, type Parameter } from './module';

/** Throws unless a size is a whole number ≥ 1. */
export function checkSizes(layer: string, sizes: Record<string, number>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new ArgumentError(`${layer}: ${name} must be a whole number ≥ 1, but it is ${size}`);
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
    options: { bias?: boolean } = {},
  ) {
    super();
    checkOptions('Linear', options, ['bias']);
    checkSizes('Linear', { inFeatures, outFeatures });
    const bound = 1 / Math.sqrt(inFeatures);
    this.weight = uniformParameter([outFeatures, inFeatures], bound);
    this.bias = (options.bias ?? true) ? uniformParameter([outFeatures], bound) : null;
  }

  forward(x: Tensor): Tensor {
    if (x.rank === 0 || x.size(-1) !== this.inFeatures) {
      throw new ShapeError(
        `Linear: input ${formatShape(x.shape)} ends with ${x.rank === 0 ? 'nothing' : x.size(-1)}, ` +
          `but inFeatures is ${this.inFeatures}`,
      );
    }
    const y = x.matmul(this.weight.t());
    return this.bias ? y.add(this.bias) : y;
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

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
  ) {
    super();
    checkSizes('Embedding', { numEmbeddings, embeddingDim });
    this.weight = normalParameter([numEmbeddings, embeddingDim]);
  }

  forward(index: Tensor): Tensor {
    return this.weight.indexSelect(0, index.flatten()).reshape([...index.shape, this.embeddingDim]);
  }

  override extraRepresentation(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}`;
  }
}
