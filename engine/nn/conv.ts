// Convolution layers. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { conv2d, type ConvOptions, type Padding } from '../ops/conv';
import {
  conv1d,
  convTranspose2d,
  type Conv1dOptions,
  type ConvTransposeOptions,
} from '../ops/conv-variants';
import { pairOf, singleOf, type Pair, type Single } from '../ops/window';
import { ArgumentError } from '../tensor/errors';
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

/** In PyTorch's order. */
const layerOptions = ['stride', 'padding', 'dilation', 'groups', 'bias'];

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
    ...given: Given<
      Conv2dOptions,
      [stride: Pair, padding: Padding, dilation: Pair, groups: number, bias: boolean]
    >
  ) {
    super();
    const options = takeOptions<Conv2dOptions>('Conv2d', given, layerOptions);
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
    return conv2d(x, this.weight, { ...this.options, bias: this.bias ?? undefined });
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
  readonly kernelSize: number;
  readonly options: Omit<Conv1dOptions, 'bias'>;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Single,
    ...given: Given<
      Conv1dLayerOptions,
      [
        stride: Single,
        padding: Single | 'same' | 'valid',
        dilation: Single,
        groups: number,
        bias: boolean,
      ]
    >
  ) {
    super();
    const options = takeOptions<Conv1dLayerOptions>('Conv1d', given, layerOptions);
    checkSizes('Conv1d', { inChannels, outChannels });
    const { bias = true, ...window } = options;
    const pair = (size: Single | undefined): Pair | undefined =>
      (Array.isArray(size) ? size[0] : size) as Pair | undefined;
    const { stride, padding, dilation, groups = 1 } = window;
    windowOf('Conv1d', {
      stride: pair(stride) ?? 1,
      padding: typeof padding === 'string' ? padding : (pair(padding) ?? 0),
      dilation: pair(dilation) ?? 1,
      groups,
    });
    checkGroups('Conv1d', groups, inChannels, outChannels);
    this.options = window;
    this.kernelSize = singleOf('Conv1d', 'kernelSize', kernelSize, 1);
    const bound = 1 / Math.sqrt((inChannels / groups) * this.kernelSize);
    this.weight = uniformParameter([outChannels, inChannels / groups, this.kernelSize], bound);
    this.bias = bias ? uniformParameter([outChannels], bound) : null;
  }

  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, { ...this.options, bias: this.bias ?? undefined });
  }

  override extraRepresentation(): string {
    const { stride = 1, padding = 0 } = this.options;
    const window = `kernelSize=${this.kernelSize}, stride=${printed(stride)}, padding=${printed(padding)}`;
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
    ...given: Given<
      ConvTranspose2dOptions,
      [
        stride: Pair,
        padding: Pair,
        outputPadding: Pair,
        groups: number,
        bias: boolean,
        dilation: Pair,
      ]
    >
  ) {
    super();
    const name = 'ConvTranspose2d';
    const known = ['stride', 'padding', 'outputPadding', 'groups', 'bias', 'dilation'];
    const options = takeOptions<ConvTranspose2dOptions>(name, given, known);
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
