// Convolution and pooling layers. Knows no kernel.
import { maxPool2d, type MaxPoolOptions } from '../ops/pool';
import type { ConvOptions } from '../ops/conv';
import { pairOf, type Pair } from '../ops/window';
import { ArgumentError, checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { uniformParameter } from './initial';
import { checkSizes } from './linear';
import { Module, type Parameter } from './module';

/** A convolution's options as its layer keeps them. */
interface WindowOptions {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number] | 'same' | 'valid';
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/** The options of a convolution, checked while the layer is made rather than when it first runs. */
function windowOf(layer: string, options: Omit<ConvOptions, 'bias'>): WindowOptions {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  checkSizes(layer, { groups });
  const window = {
    stride: pairOf(layer, 'stride', stride, 1),
    padding: typeof padding === 'string' ? padding : pairOf(layer, 'padding', padding, 0),
    dilation: pairOf(layer, 'dilation', dilation, 1),
    groups,
  };
  if (padding === 'same' && window.stride.some((step) => step !== 1)) {
    throw new ArgumentError(
      `${layer}: padding 'same' needs stride 1, but stride is [${window.stride.join(', ')}]`,
    );
  }
  return window;
}

const printed = (value: number | string | readonly number[]): string =>
  Array.isArray(value) ? `[${value.join(', ')}]` : String(value);

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
  readonly options: WindowOptions;

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
    this.options = windowOf('Conv2d', window);
    const { groups } = this.options;
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ArgumentError(
        `Conv2d: ${groups} groups must divide both inChannels ${inChannels} and outChannels ${outChannels}`,
      );
    }
    this.kernelSize = pairOf('Conv2d', 'kernelSize', kernelSize, 1);
    const fanIn = (inChannels / groups) * this.kernelSize[0] * this.kernelSize[1];
    const bound = 1 / Math.sqrt(fanIn);
    this.weight = uniformParameter([outChannels, inChannels / groups, ...this.kernelSize], bound);
    this.bias = bias ? uniformParameter([outChannels], bound) : null;
  }

  forward(x: Tensor): Tensor {
    return x.conv2d(this.weight, { ...this.options, bias: this.bias ?? undefined });
  }

  override extraRepresentation(): string {
    const { stride, padding } = this.options;
    const window = `kernelSize=${printed(this.kernelSize)}, stride=${printed(stride)}, padding=${printed(padding)}`;
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
    checkOptions('MaxPool2d', options, ['stride', 'padding', 'dilation', 'ceilMode']);
    const window = pairOf('MaxPool2d', 'kernelSize', kernelSize, 1);
    pairOf('MaxPool2d', 'stride', options.stride ?? kernelSize, 1);
    pairOf('MaxPool2d', 'dilation', options.dilation ?? 1, 1);
    const padding = pairOf('MaxPool2d', 'padding', options.padding ?? 0, 0);
    if (padding.some((size, i) => size > window[i] / 2)) {
      throw new ArgumentError(
        `MaxPool2d: padding [${padding.join(', ')}] is more than half of the window [${window.join(', ')}]`,
      );
    }
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    const { stride = this.kernelSize, padding = 0 } = this.options;
    return `kernelSize=${printed(this.kernelSize)}, stride=${printed(stride)}, padding=${printed(padding)}`;
  }
}
