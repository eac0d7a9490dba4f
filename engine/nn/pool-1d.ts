// Pooling along sequences, and more adaptive pooling, as layers. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import {
  adaptiveAvgPool1d,
  avgPool1d,
  maxPool1d,
  type AvgPool1dOptions,
  type MaxPool1dOptions,
} from '../ops/pool-1d';
import { adaptiveMaxPool2d, type OutputSize } from '../ops/resample';
import { avgPool1dOptions, singleOf, type Single } from '../ops/window';
import type { Tensor } from '../tensor/tensor';
import { printed } from './conv';
import { checkSizes } from './linear';
import { Module } from './module';

/** The largest element of each window (torch.nn.MaxPool1d). Shape: [N, C, L] or [C, L]; stride F by default. */
export class MaxPool1d extends Module {
  readonly options: MaxPool1dOptions;

  constructor(
    readonly kernelSize: Single,
    ...given: Given<MaxPool1dOptions, [stride: Single | null, padding: Single, dilation: Single]>
  ) {
    super();
    const byPlace = ['stride', 'padding', 'dilation'];
    this.options = takeOptions('MaxPool1d', given, byPlace, ['ceilMode']);
    singleOf('MaxPool1d', 'kernelSize', kernelSize, 1);
  }

  forward(x: Tensor): Tensor {
    return maxPool1d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    return `kernelSize=${printed(this.kernelSize)}`;
  }
}

/** The mean of each window (torch.nn.AvgPool1d). Shape: [N, C, L] or [C, L]; stride F by default. */
export class AvgPool1d extends Module {
  readonly options: AvgPool1dOptions;

  constructor(
    readonly kernelSize: Single,
    ...given: Given<
      AvgPool1dOptions,
      [stride: Single | null, padding: Single, ceilMode: boolean, countIncludePad: boolean]
    >
  ) {
    super();
    this.options = takeOptions('AvgPool1d', given, avgPool1dOptions);
    singleOf('AvgPool1d', 'kernelSize', kernelSize, 1);
  }

  forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    return `kernelSize=${printed(this.kernelSize)}`;
  }
}

/** Means over outputSize windows (torch.nn.AdaptiveAvgPool1d). Shape: [N, C, L] to [N, C, outputSize]. */
export class AdaptiveAvgPool1d extends Module {
  constructor(readonly outputSize: number) {
    super();
    checkSizes('AdaptiveAvgPool1d', { outputSize });
  }

  forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.outputSize);
  }
}

/**
 * Largest elements of as many windows as the output size says (torch.nn.AdaptiveMaxPool2d).
 * Shape: [N, C, H, W] or [C, H, W] to [N, C, *outputSize]; null keeps a size.
 */
export class AdaptiveMaxPool2d extends Module {
  constructor(readonly outputSize: OutputSize) {
    super();
  }

  forward(x: Tensor): Tensor {
    return adaptiveMaxPool2d(x, this.outputSize);
  }
}
