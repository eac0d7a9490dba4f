// Layer, group, instance and root mean square normalization. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { groupNorm, instanceNorm, layerNorm, rmsNorm } from '../ops/normalize';
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape, type Shape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { constantParameter } from './initial';
import { checkSizes } from './linear';
import { Module } from './module';
import type { Parameter } from './parameter';

const shapeOf = (size: number | Shape): Shape => (typeof size === 'number' ? [size] : size);

export interface LayerNormOptions {
  /** Keeps the division finite. Default 1e-5. */
  eps?: number | undefined;
  /** Whether there are weights, and a bias. Default true. */
  elementwiseAffine?: boolean;
  /** Whether there is a bias beside the weights. Default true. */
  bias?: boolean;
}

/**
 * Mean 0 and variance 1 over the last dimensions, then times weight plus bias (torch.nn.LayerNorm).
 * Shape: [*, normalizedShape].
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;

  constructor(
    normalizedShape: number | Shape,
    ...given: Given<LayerNormOptions, [eps: number, elementwiseAffine: boolean, bias: boolean]>
  ) {
    super();
    const names = ['eps', 'elementwiseAffine', 'bias'];
    const options = takeOptions<LayerNormOptions>('LayerNorm', given, names);
    this.normalizedShape = shapeOf(normalizedShape);
    for (const size of this.normalizedShape) checkSizes('LayerNorm', { normalizedShape: size });
    const affine = options.elementwiseAffine ?? true;
    this.eps = options.eps ?? 1e-5;
    this.weight = affine ? constantParameter(this.normalizedShape, 1) : null;
    this.bias =
      affine && (options.bias ?? true) ? constantParameter(this.normalizedShape, 0) : null;
  }

  forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layerNorm(x, this.normalizedShape, { weight, bias, eps });
  }

  override extraRepresentation(): string {
    return `${formatShape(this.normalizedShape)}, eps=${this.eps}`;
  }
}

export interface RMSNormLayerOptions {
  /** Default: the distance from 1 to the next number of the dtype. */
  eps?: number | null;
  /** Whether there are weights. Default true. */
  elementwiseAffine?: boolean;
}

/** x divided by its root mean square over the last dimensions, times weight (torch.nn.RMSNorm). */
export class RMSNorm extends Module {
  readonly normalizedShape: Shape;
  readonly weight: Parameter | null;
  readonly eps: number | null;

  constructor(
    normalizedShape: number | Shape,
    ...given: Given<RMSNormLayerOptions, [eps: number | null, elementwiseAffine: boolean]>
  ) {
    super();
    const names = ['eps', 'elementwiseAffine'];
    const options = takeOptions<RMSNormLayerOptions>('RMSNorm', given, names);
    this.normalizedShape = shapeOf(normalizedShape);
    for (const size of this.normalizedShape) checkSizes('RMSNorm', { normalizedShape: size });
    this.eps = options.eps ?? null;
    this.weight =
      (options.elementwiseAffine ?? true) ? constantParameter(this.normalizedShape, 1) : null;
  }

  forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, { weight: this.weight, eps: this.eps });
  }

  override extraRepresentation(): string {
    return formatShape(this.normalizedShape);
  }
}

/** Mean 0 and variance 1 in each group of channels (torch.nn.GroupNorm). Shape: [N, numChannels, *]. */
export class GroupNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    ...given: Given<{ eps?: number; affine?: boolean }, [eps: number, affine: boolean]>
  ) {
    super();
    const names = ['eps', 'affine'];
    const options = takeOptions<{ eps?: number; affine?: boolean }>('GroupNorm', given, names);
    checkSizes('GroupNorm', { numGroups, numChannels });
    if (numChannels % numGroups !== 0) {
      throw new ArgumentError(`GroupNorm: ${numGroups} groups must divide ${numChannels} channels`);
    }
    const affine = options.affine ?? true;
    this.eps = options.eps ?? 1e-5;
    this.weight = affine ? constantParameter([numChannels], 1) : null;
    this.bias = affine ? constantParameter([numChannels], 0) : null;
  }

  forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return groupNorm(x, this.numGroups, { weight, bias, eps });
  }

  override extraRepresentation(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}`;
  }
}

export interface InstanceNormLayerOptions {
  /** Keeps the division finite. Default 1e-5. */
  eps?: number;
  /** Whether each channel has a weight and a bias. Default false. */
  affine?: boolean;
}

abstract class InstanceNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;

  constructor(
    readonly numFeatures: number,
    ...given: Given<InstanceNormLayerOptions, [eps: number]>
  ) {
    super();
    const { name } = this.constructor;
    const options = takeOptions<InstanceNormLayerOptions>(name, given, ['eps'], ['affine']);
    checkSizes(this.constructor.name, { numFeatures });
    this.eps = options.eps ?? 1e-5;
    const affine = options.affine ?? false;
    this.weight = affine ? constantParameter([numFeatures], 1) : null;
    this.bias = affine ? constantParameter([numFeatures], 0) : null;
  }

  /** `rank` counts the dimensions of a batch. */
  protected normalize(x: Tensor, rank: number): Tensor {
    const batch = x.rank === rank - 1 ? x.unsqueeze(0) : x;
    if (batch.rank !== rank || batch.size(1) !== this.numFeatures) {
      const rest = ', *'.repeat(rank - 2);
      throw new ShapeError(
        `${this.constructor.name}: input ${formatShape(x.shape)} must be [N, ${this.numFeatures}${rest}] ` +
          `or [${this.numFeatures}${rest}]`,
      );
    }
    const { weight, bias, eps } = this;
    const y = instanceNorm(batch, { weight, bias, eps });
    return x.rank === rank ? y : y.squeeze(0);
  }

  override extraRepresentation(): string {
    return `${this.numFeatures}, eps=${this.eps}`;
  }
}

/** Mean 0 and variance 1 in each channel of each example (torch.nn.InstanceNorm1d). Shape: [N, C, L] or [C, L]. */
export class InstanceNorm1d extends InstanceNorm {
  forward(x: Tensor): Tensor {
    return this.normalize(x, 3);
  }
}

/** Mean 0 and variance 1 in each channel of each image (torch.nn.InstanceNorm2d). Shape: [N, C, H, W] or [C, H, W]. */
export class InstanceNorm2d extends InstanceNorm {
  forward(x: Tensor): Tensor {
    return this.normalize(x, 4);
  }
}
