// Convolution layers. Knows no kernel.
import type { ConvOptions } from '../ops/conv';
import {
  conv1d,
  convTranspose2d,
  type Conv1dOptions,
  type ConvTransposeOptions,
} from '../ops/conv-variants';
import { pairOf, type Pair } from '../ops/window';
import { ArgumentError, checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { uniformParameter } from './initial';
import { checkSizes } from './linear';
import { Module } from './module';
import type { Parameter } from './parameter';

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

function checkGroups(layer: string, groups: number, inChannels: number, outChannels: number): void {
  if (inChannels % groups === 0 && outChannels % groups === 0) return;
  throw new ArgumentError(
    `${layer}: ${groups} groups must divide both inChannels ${inChannels} and outChannels ${outChannels}`,
  );
}

/** A number, a word or a pair, as layers print it. */
export const printed = (value: number | string | readonly number[]): string =>
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
    checkGroups('Conv2d', groups, inChannels, outChannels);
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

export interface Conv1dLayerOptions extends Omit<Conv1dOptions, 'bias'> {
  /** Whether each output channel has a bias. Default true. */
  bias?: boolean;
}

/**
 * Slides learned filters along sequences (torch.nn.Conv1d).
 * Shape: input [N, inChannels, L] or without N; output [N, outChannels, ⌊(L − F + 2P) / S⌋ + 1].
 */
export class Conv1d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly options: Omit<Conv1dOptions, 'bias'>;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: number,
    options: Conv1dLayerOptions = {},
  ) {
    super();
    checkOptions('Conv1d', options, ['stride', 'padding', 'dilation', 'groups', 'bias']);
    checkSizes('Conv1d', { inChannels, outChannels, kernelSize });
    const { bias = true, ...window } = options;
    const { groups } = windowOf('Conv1d', window);
    checkGroups('Conv1d', groups, inChannels, outChannels);
    this.options = window;
    const bound = 1 / Math.sqrt((inChannels / groups) * kernelSize);
    this.weight = uniformParameter([outChannels, inChannels / groups, kernelSize], bound);
    this.bias = bias ? uniformParameter([outChannels], bound) : null;
  }

  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, { ...this.options, bias: this.bias ?? undefined });
  }

  override extraRepresentation(): string {
    const { stride = 1, padding = 0 } = this.options;
    const window = `kernelSize=${this.kernelSize}, stride=${stride}, padding=${padding}`;
    return `${this.inChannels}, ${this.outChannels}, ${window}`;
  }
}

export interface ConvTranspose2dOptions extends Omit<ConvTransposeOptions, 'bias'> {
  /** Whether each output channel has a bias. Default true. */
  bias?: boolean;
}

/**
 * Spreads each input over a window of learned weights, which enlarges images (torch.nn.ConvTranspose2d).
 * Shape: input [N, inChannels, H, W] or without N; output height
 * (H − 1) · S − 2P + D · (F − 1) + outputPadding + 1.
 */
export class ConvTranspose2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: readonly [number, number];
  readonly options: Omit<ConvTransposeOptions, 'bias'>;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Pair,
    options: ConvTranspose2dOptions = {},
  ) {
    super();
    const name = 'ConvTranspose2d';
    const known = ['stride', 'padding', 'outputPadding', 'dilation', 'groups', 'bias'];
    checkOptions(name, options, known);
    checkSizes(name, { inChannels, outChannels });
    const { bias = true, ...window } = options;
    const { outputPadding, ...rest } = window;
    pairOf(name, 'outputPadding', outputPadding ?? 0, 0);
    const { groups } = windowOf(name, rest);
    checkGroups(name, groups, inChannels, outChannels);
    this.options = window;
    this.kernelSize = pairOf(name, 'kernelSize', kernelSize, 1);
    // As in PyTorch, where the second size of the weight counts as its inputs.
    const bound = 1 / Math.sqrt((outChannels / groups) * this.kernelSize[0] * this.kernelSize[1]);
    this.weight = uniformParameter([inChannels, outChannels / groups, ...this.kernelSize], bound);
    this.bias = bias ? uniformParameter([outChannels], bound) : null;
  }

  forward(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, { ...this.options, bias: this.bias ?? undefined });
  }

  override extraRepresentation(): string {
    const { stride = 1, padding = 0 } = this.options;
    const window = `kernelSize=${printed(this.kernelSize)}, stride=${printed(stride)}, padding=${printed(padding)}`;
    return `${this.inChannels}, ${this.outChannels}, ${window}`;
  }
}
