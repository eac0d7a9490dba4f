// One layer of a Transformer's encoder and decoder. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { gelu } from '../ops/activation';
import { relu } from '../ops/elementwise';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { MultiheadAttention, type MultiheadAttentionCall } from './attention';
import { Linear } from './linear';
import { Module } from './module';
import { LayerNorm } from './normalization';
import { Dropout } from './simple';

export interface TransformerLayerOptions {
  /** Width between the two linear maps. Default 2048. */
  dimFeedforward?: number;
  /** Default 0.1. */
  dropout?: number;
  /** Default 'relu'. */
  activation?: 'relu' | 'gelu' | ((x: Tensor) => Tensor);
  /** Default 1e-5. */
  layerNormEps?: number;
  /** Input and output are [N, T, E] instead of [T, N, E]. Default false. */
  batchFirst?: boolean;
  /** Normalize before each part instead of after it. Default false. */
  normFirst?: boolean;
}

export const transformerLayerOptions = [
  'dimFeedforward',
  'dropout',
  'activation',
  'layerNormEps',
  'batchFirst',
  'normFirst',
];

/** The same by position. */
type LayerArguments = [
  dimFeedforward: number,
  dropout: number,
  activation: NonNullable<TransformerLayerOptions['activation']>,
  layerNormEps: number,
  batchFirst: boolean,
  normFirst: boolean,
];
export type GivenLayer = Given<TransformerLayerOptions, LayerArguments>;

const layerOptionsOf = (layer: string, given: GivenLayer): TransformerLayerOptions =>
  takeOptions(layer, given, transformerLayerOptions);

function activationOf(
  layer: string,
  activation: TransformerLayerOptions['activation'] = 'relu',
): (x: Tensor) => Tensor {
  if (typeof activation === 'function') return activation;
  if (activation === 'relu') return relu;
  if (activation === 'gelu') return (x) => gelu(x);
  throw new ArgumentError(
    `${layer}: activation must be 'relu', 'gelu' or a function, but it is '${String(activation)}'`,
  );
}

/**
 * A part of a layer with its residual connection: x + part(norm(x)) when normalizing first, else
 * norm(x + part(x)).
 */
function residual(
  x: Tensor,
  norm: LayerNorm,
  normFirst: boolean,
  part: (x: Tensor) => Tensor,
): Tensor {
  return normFirst ? x.add(part(norm.forward(x))) : norm.forward(x.add(part(x)));
}

export interface EncoderCall {
  /** Mask of the attention, [T, T]. */
  srcMask?: Tensor | null | undefined;
  /** [N, T], true at padding. */
  srcKeyPaddingMask?: Tensor | null | undefined;
  /** Position t sees 0…t only. */
  isCausal?: boolean;
}

/**
 * Self-attention, then two linear maps for each position, each with a residual connection and a
 * normalization (torch.nn.TransformerEncoderLayer). Shape: [T, N, dModel] in and out.
 */
export class TransformerEncoderLayer extends Module {
  readonly selfAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly normFirst: boolean;
  private readonly activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, ...given: GivenLayer) {
    super();
    const options = layerOptionsOf('TransformerEncoderLayer', given);
    const { dropout = 0.1, batchFirst, dimFeedforward = 2048, layerNormEps: eps } = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.norm1 = new LayerNorm(dModel, { eps });
    this.norm2 = new LayerNorm(dModel, { eps });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.normFirst = options.normFirst ?? false;
    this.activation = activationOf('TransformerEncoderLayer', options.activation);
  }

  forward(
    src: Tensor,
    ...given: Given<
      EncoderCall,
      [srcMask: Tensor | null, srcKeyPaddingMask: Tensor | null, isCausal: boolean]
    >
  ): Tensor {
    const names = ['srcMask', 'srcKeyPaddingMask', 'isCausal'];
    const options = takeOptions<EncoderCall>('TransformerEncoderLayer', given, names);
    const attend = (x: Tensor): Tensor => {
      const call = callOf(options.srcMask, options.srcKeyPaddingMask, options.isCausal);
      return this.dropout1.forward(this.selfAttn.forward(x, x, x, call)[0]);
    };
    const y = residual(src, this.norm1, this.normFirst, attend);
    return residual(y, this.norm2, this.normFirst, (x) =>
      this.dropout2.forward(this.feedForward(x)),
    );
  }

  private feedForward(x: Tensor): Tensor {
    const hidden = this.activation(this.linear1.forward(x));
    return this.linear2.forward(this.dropout.forward(hidden));
  }
}

export interface DecoderCall {
  /** Mask of the self-attention, [T, T]. */
  tgtMask?: Tensor | null | undefined;
  /** Mask of the cross-attention, [T, S]. */
  memoryMask?: Tensor | null | undefined;
  /** [N, T], true at padding. */
  tgtKeyPaddingMask?: Tensor | null | undefined;
  /** [N, S], true at padding. */
  memoryKeyPaddingMask?: Tensor | null | undefined;
  /** Position t sees 0…t of the target only. */
  tgtIsCausal?: boolean;
}

export type GivenDecoderCall = Given<
  DecoderCall,
  [
    tgtMask: Tensor | null,
    memoryMask: Tensor | null,
    tgtKeyPaddingMask: Tensor | null,
    memoryKeyPaddingMask: Tensor | null,
    tgtIsCausal: boolean,
  ]
>;

export const decoderCallOptions = [
  'tgtMask',
  'memoryMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
  'tgtIsCausal',
];

/**
 * Self-attention, attention over the encoder's output, then two linear maps for each position, each
 * with a residual connection and a normalization (torch.nn.TransformerDecoderLayer). Shape: target
 * [T, N, dModel] in and out, memory [S, N, dModel].
 */
export class TransformerDecoderLayer extends Module {
  readonly selfAttn: MultiheadAttention;
  readonly multiheadAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly dropout3: Dropout;
  readonly normFirst: boolean;
  private readonly activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, ...given: GivenLayer) {
    super();
    const options = layerOptionsOf('TransformerDecoderLayer', given);
    const { dropout = 0.1, batchFirst, dimFeedforward = 2048, layerNormEps: eps } = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst });
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.norm1 = new LayerNorm(dModel, { eps });
    this.norm2 = new LayerNorm(dModel, { eps });
    this.norm3 = new LayerNorm(dModel, { eps });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.normFirst = options.normFirst ?? false;
    this.activation = activationOf('TransformerDecoderLayer', options.activation);
  }

  forward(tgt: Tensor, memory: Tensor, ...given: GivenDecoderCall): Tensor {
    const options = takeOptions<DecoderCall>('TransformerDecoderLayer', given, decoderCallOptions);
    const attend = (x: Tensor): Tensor => {
      const call = callOf(options.tgtMask, options.tgtKeyPaddingMask, options.tgtIsCausal);
      return this.dropout1.forward(this.selfAttn.forward(x, x, x, call)[0]);
    };
    const cross = (x: Tensor): Tensor => {
      const call = callOf(options.memoryMask, options.memoryKeyPaddingMask);
      return this.dropout2.forward(this.multiheadAttn.forward(x, memory, memory, call)[0]);
    };
    const y = residual(tgt, this.norm1, this.normFirst, attend);
    const z = residual(y, this.norm2, this.normFirst, cross);
    return residual(z, this.norm3, this.normFirst, (x) =>
      this.dropout3.forward(this.feedForward(x)),
    );
  }

  private feedForward(x: Tensor): Tensor {
    const hidden = this.activation(this.linear1.forward(x));
    return this.linear2.forward(this.dropout.forward(hidden));
  }
}

function callOf(
  attnMask: Tensor | null | undefined,
  keyPaddingMask: Tensor | null | undefined,
  isCausal = false,
): MultiheadAttentionCall {
  return { attnMask, keyPaddingMask, isCausal };
}
