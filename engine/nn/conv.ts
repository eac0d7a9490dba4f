// Convolution and pooling layers. Knows no kernel.
import { maxPool2d, type MaxPoolOptions } from '../ops/pool';
import type { ConvOptions } from '../ops/conv';
import { pairOf, type Pair } from '../ops/window';
import { ArgumentError, checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { uniformParameter } from './init';
import { checkSizes } from './linear';
import { Module, type Parameter } from './module';

export interface Conv2dOptions extends Omit<ConvOptions, 'bias'> {
  /** Whether each output channel has a bias. Default true. */
  bias?: boolean;
}

/**
 * Slides learned filters over images (torch.nn.Conv2d).
 * Shape: input [N, inChannels, H, W] or without N; output [N, outChannels, H', W'] with
 * H' = ⌊(H − F + 2P) / S⌋ + 1 for filter size F, padding P, stride S.
 */
export class Conv2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: readonly [number, number];
  readonly options: Omit<ConvOptions, 'bias'>;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Pair,
    options: Conv2dOptions = {},
  ) {
    super();
    checkOptions('Conv2d', options, ['stride', 'padding', 'dilation', 'groups', 'bias']);
    checkSizes('Conv2d', { inChannels, outChannels });
    const { bias = true, ...window } = options;
    const groups = window.groups ?? 1;
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ArgumentError(
        `Conv2d: ${groups} groups must divide both inChannels ${inChannels} and outChannels ${outChannels}`,
      );
    }
    this.kernelSize = pairOf('Conv2d', 'kernelSize', kernelSize, 1);
    this.options = window;
    const fanIn = (inChannels / groups) * this.kernelSize[0] * this.kernelSize[1];
    const bound = 1 / Math.sqrt(fanIn);
    this.weight = uniformParameter([outChannels, inChannels / groups, ...this.kernelSize], bound);
    this.bias = bias ? uniformParameter([outChannels], bound) : null;
  }

  forward(x: Tensor): Tensor {
    return x.conv2d(this.weight, { ...this.options, bias: this.bias ?? undefined });
  }

  override extraRepresentation(): string {
    const { stride = 1, padding = 0 } = this.options;
    const window = `kernelSize=${String(this.kernelSize)}, stride=${String(stride)}, padding=${String(padding)}`;
    return `${this.inChannels}, ${this.outChannels}, ${window}`;
  }
}

/**
 * The largest element of each window (torch.nn.MaxPool2d).
 * Shape: input [N, C, H, W] or without N; output size ⌊(H − F + 2P) / S⌋ + 1, stride F by default.
 */
export class MaxPool2d extends Module {
  constructor(
    readonly kernelSize: Pair,
    readonly options: MaxPoolOptions = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    const { stride = this.kernelSize, padding = 0 } = this.options;
    return `kernelSize=${String(this.kernelSize)}, stride=${String(stride)}, padding=${String(padding)}`;
  }
}
