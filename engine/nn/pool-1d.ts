// Pooling along sequences, and more adaptive pooling, as layers. Knows no kernel.
import {
  adaptiveAvgPool1d,
  avgPool1d,
  maxPool1d,
  type AvgPool1dOptions,
  type MaxPool1dOptions,
} from '../ops/pool-1d';
import { adaptiveMaxPool2d, type OutputSize } from '../ops/resample';
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { checkSizes } from './linear';
import { Module } from './module';

/** The largest element of each window (torch.nn.MaxPool1d). Shape: [N, C, L] or [C, L]; stride F by default. */
export class MaxPool1d extends Module {
  constructor(
    readonly kernelSize: number,
    readonly options: MaxPool1dOptions = {},
  ) {
    super();
    checkOptions('MaxPool1d', options, ['stride', 'padding', 'dilation', 'ceilMode']);
    checkSizes('MaxPool1d', { kernelSize });
  }

  forward(x: Tensor): Tensor {
    return maxPool1d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    return `kernelSize=${this.kernelSize}`;
  }
}

/** The mean of each window (torch.nn.AvgPool1d). Shape: [N, C, L] or [C, L]; stride F by default. */
export class AvgPool1d extends Module {
  constructor(
    readonly kernelSize: number,
    readonly options: AvgPool1dOptions = {},
  ) {
    super();
    checkOptions('AvgPool1d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad']);
    checkSizes('AvgPool1d', { kernelSize });
  }

  forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    return `kernelSize=${this.kernelSize}`;
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
