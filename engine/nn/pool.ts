// Pooling and resampling layers. Knows no kernel.
import { maxPool2d, type MaxPoolOptions } from '../ops/pool';
import {
  adaptiveAvgPool2d,
  avgPool2d,
  interpolate,
  type AvgPoolOptions,
  type InterpolateOptions,
  type OutputSize,
} from '../ops/resample';
import { pairOf, type Pair } from '../ops/window';
import { ArgumentError, checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { printed } from './conv';
import { Module } from './module';

/** A pooling window's sizes, checked while the layer is made rather than when it first runs. */
function checkWindow(
  layer: string,
  kernelSize: Pair,
  { stride, padding }: { stride?: Pair | undefined; padding?: Pair },
): void {
  const window = pairOf(layer, 'kernelSize', kernelSize, 1);
  pairOf(layer, 'stride', stride ?? kernelSize, 1);
  const around = pairOf(layer, 'padding', padding ?? 0, 0);
  if (around.every((size, i) => size <= window[i] / 2)) return;
  throw new ArgumentError(
    `${layer}: padding [${around.join(', ')}] is more than half of the window [${window.join(', ')}]`,
  );
}

function windowText(
  kernelSize: Pair,
  options: { stride?: Pair | undefined; padding?: Pair },
): string {
  const { stride = kernelSize, padding = 0 } = options;
  return `kernelSize=${printed(kernelSize)}, stride=${printed(stride)}, padding=${printed(padding)}`;
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
    pairOf('MaxPool2d', 'dilation', options.dilation ?? 1, 1);
    checkWindow('MaxPool2d', kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    return windowText(this.kernelSize, this.options);
  }
}

/**
 * The mean of each window (torch.nn.AvgPool2d).
 * Shape: input [N, C, H, W] or without N; output size ⌊(H − F + 2P) / S⌋ + 1, stride F by default.
 */
export class AvgPool2d extends Module {
  constructor(
    readonly kernelSize: Pair,
    readonly options: AvgPoolOptions = {},
  ) {
    super();
    const known = ['stride', 'padding', 'ceilMode', 'countIncludePad', 'divisorOverride'];
    checkOptions('AvgPool2d', options, known);
    checkWindow('AvgPool2d', kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this.options);
  }

  override extraRepresentation(): string {
    return windowText(this.kernelSize, this.options);
  }
}

/**
 * Means over as many windows as the output size says (torch.nn.AdaptiveAvgPool2d).
 * Shape: [N, C, H, W] or [C, H, W] to [N, C, *outputSize]; null keeps a size.
 */
export class AdaptiveAvgPool2d extends Module {
  constructor(readonly outputSize: OutputSize) {
    super();
  }

  forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }

  override extraRepresentation(): string {
    return `outputSize=${JSON.stringify(this.outputSize)}`;
  }
}

/** Images made larger (torch.nn.Upsample). Shape: [N, C, H, W] to [N, C, H', W']. */
export class Upsample extends Module {
  constructor(readonly options: InterpolateOptions) {
    super();
    checkOptions('Upsample', options, ['size', 'scaleFactor', 'mode', 'alignCorners']);
    if ((options.size === undefined) === (options.scaleFactor === undefined)) {
      throw new ArgumentError('Upsample: needs either size or scaleFactor');
    }
  }

  forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }
}
