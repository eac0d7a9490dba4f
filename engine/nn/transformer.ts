// Stacks of Transformer layers, and the whole model. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { causalMask } from '../ops/attention';
import { where } from '../ops/binary';
import { zeros } from '../ops/create';
import { ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { xavierUniform } from './init';
import { checkSizes } from './linear';
import { copyModule } from './copy';
import { Module } from './module';
import { LayerNorm } from './normalization';
import {
  decoderCallOptions,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  transformerLayerOptions,
  type DecoderCall,
  type GivenDecoderCall,
  type TransformerLayerOptions,
} from './transformer-layers';

/** How many layers, and the normalization after the last. */
interface StackOptions {
  numLayers?: number;
  norm?: LayerNorm | null;
}

type GivenStack =
  | [numLayers: number, norm?: LayerNorm | null]
  | [numLayers: number, options: { norm?: LayerNorm | null }]
  | [options: StackOptions & { numLayers: number }];

function stackOptions(name: string, given: GivenStack): Required<StackOptions> {
  const options = takeOptions<StackOptions>(name, given, ['numLayers', 'norm']);
  const { numLayers = 0, norm = null } = options;
  checkSizes(name, { numLayers });
  return { numLayers, norm };
}

const copies = <Layer extends Module>(layer: Layer, count: number): Layer[] =>
  Array.from({ length: count }, () => copyModule(layer));

interface StackCall {
  /** Mask of the attention, [T, T]. */
  mask?: Tensor | null | undefined;
  /** [N, T], true at padding. */
  srcKeyPaddingMask?: Tensor | null | undefined;
  /** Position t sees 0…t only. */
  isCausal?: boolean;
}

/**
 * Copies of one encoder layer on top of each other, all with the same first weights
 * (torch.nn.TransformerEncoder). Shape: [T, N, dModel] in and out.
 */
export class TransformerEncoder extends Module {
  readonly layers: TransformerEncoderLayer[];
  readonly norm: LayerNorm | null;

  constructor(encoderLayer: TransformerEncoderLayer, ...given: GivenStack) {
    super();
    const { numLayers, norm } = stackOptions('TransformerEncoder', given);
    this.layers = copies(encoderLayer, numLayers);
    this.norm = norm;
  }

  forward(
    src: Tensor,
    ...given: Given<
      StackCall,
      [mask: Tensor | null, srcKeyPaddingMask: Tensor | null, isCausal: boolean]
    >
  ): Tensor {
    const names = ['mask', 'srcKeyPaddingMask', 'isCausal'];
    const options = takeOptions<StackCall>('TransformerEncoder', given, names);
    const { mask: srcMask, srcKeyPaddingMask, isCausal } = options;
    const call = { srcMask, srcKeyPaddingMask, isCausal };
    const y = this.layers.reduce((x, layer) => layer.forward(x, call), src);
    return this.norm ? this.norm.forward(y) : y;
  }
}

/**
 * Copies of one decoder layer on top of each other, all with the same first weights
 * (torch.nn.TransformerDecoder). Shape: target [T, N, dModel] in and out, memory [S, N, dModel].
 */
export class TransformerDecoder extends Module {
  readonly layers: TransformerDecoderLayer[];
  readonly norm: LayerNorm | null;

  constructor(decoderLayer: TransformerDecoderLayer, ...given: GivenStack) {
    super();
    const { numLayers, norm } = stackOptions('TransformerDecoder', given);
    this.layers = copies(decoderLayer, numLayers);
    this.norm = norm;
  }

  forward(tgt: Tensor, memory: Tensor, ...given: GivenDecoderCall): Tensor {
    const options = takeOptions<DecoderCall>('TransformerDecoder', given, decoderCallOptions);
    const y = this.layers.reduce((x, layer) => layer.forward(x, memory, options), tgt);
    return this.norm ? this.norm.forward(y) : y;
  }
}

export interface TransformerOptions extends TransformerLayerOptions {
  /** Width. Default 512. */
  dModel?: number;
  /** Heads of each attention. Default 8. */
  nhead?: number;
  /** Default 6. */
  numEncoderLayers?: number;
  /** Default 6. */
  numDecoderLayers?: number;
}

export interface TransformerCall extends DecoderCall {
  /** Mask of the encoder's attention, [S, S]. */
  srcMask?: Tensor | null | undefined;
  /** [N, S], true at padding. */
  srcKeyPaddingMask?: Tensor | null | undefined;
}

/** In PyTorch's order, as far as both go. */
const byPosition = [
  'dModel',
  'nhead',
  'numEncoderLayers',
  'numDecoderLayers',
  ...transformerLayerOptions.slice(0, 3),
];

type TransformerArguments = [
  dModel: number,
  nhead: number,
  numEncoderLayers: number,
  numDecoderLayers: number,
  dimFeedforward: number,
  dropout: number,
  activation: NonNullable<TransformerOptions['activation']>,
];

/**
 * An encoder and a decoder (Vaswani et al., 2017; torch.nn.Transformer). Shape: source [S, N, dModel],
 * target [T, N, dModel], or batch first; output like the target.
 */
export class Transformer extends Module {
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;
  readonly dModel: number;

  constructor(...given: Given<TransformerOptions, TransformerArguments>) {
    super();
    const others = transformerLayerOptions.slice(3);
    const options = takeOptions<TransformerOptions>('Transformer', given, byPosition, others);
    const {
      dModel = 512,
      nhead = 8,
      numEncoderLayers = 6,
      numDecoderLayers = 6,
      ...layer
    } = options;
    const norm = (): LayerNorm => new LayerNorm(dModel, { eps: layer.layerNormEps });
    const encoderLayer = new TransformerEncoderLayer(dModel, nhead, layer);
    const decoderLayer = new TransformerDecoderLayer(dModel, nhead, layer);
    this.dModel = dModel;
    this.encoder = new TransformerEncoder(encoderLayer, numEncoderLayers, { norm: norm() });
    this.decoder = new TransformerDecoder(decoderLayer, numDecoderLayers, { norm: norm() });
    for (const parameter of this.parameters()) if (parameter.rank > 1) xavierUniform(parameter);
  }

  forward(
    src: Tensor,
    tgt: Tensor,
    ...given: Given<
      TransformerCall,
      [srcMask: Tensor | null, tgtMask: Tensor | null, memoryMask: Tensor | null]
    >
  ): Tensor {
    const options = takeOptions<TransformerCall>(
      'Transformer',
      given,
      ['srcMask', 'tgtMask', 'memoryMask'],
      ['srcKeyPaddingMask', ...decoderCallOptions],
    );
    if (src.size(-1) !== this.dModel || tgt.size(-1) !== this.dModel) {
      throw new ShapeError(
        `Transformer: source ${formatShape(src.shape)} and target ${formatShape(tgt.shape)} must both end with ` +
          `dModel ${this.dModel}`,
      );
    }
    const { srcMask, srcKeyPaddingMask, ...call } = options;
    const memory = this.encoder.forward(src, { mask: srcMask, srcKeyPaddingMask });
    return this.decoder.forward(tgt, memory, call);
  }

  /** [T, T] with 0 where position t may look and −∞ at what comes later, to be added to scores. */
  static generateSquareSubsequentMask(size: number): Tensor {
    return where(causalMask(size), zeros([]), -Infinity);
  }
}
