// Pooling and resampling layers. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import {
  interpolate,
  type InterpolateOptions,
  type Interpolation,
  type Scale,
} from '../ops/interpolate';
import { maxPool2d, type MaxPoolOptions } from '../ops/pool';
import {
  adaptiveAvgPool2d,
  avgPool2d,
  type AvgPoolOptions,
  type OutputSize,
} from '../ops/resample';
import { avgPoolOptions, interpolateOptions, pairOf, type Pair } from '../ops/window';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { printed } from './conv';
import { Module } from './module';

/** A pooling window's sizes, checked while the layer is made rather than when it first runs. */
function checkWindow(
  layer: string,
  kernelSize: Pair,
  { stride, padding }: { stride?: Pair | null | undefined; padding?: Pair },
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
  options: { stride?: Pair | null | undefined; padding?: Pair },
): string {
  const { padding = 0 } = options;
  const stride = options.stride ?? kernelSize;
  return `kernelSize=${printed(kernelSize)}, stride=${printed(stride)}, padding=${printed(padding)}`;
}

/** In PyTorch's order; after them comes what is not here. */
const layerOptions = ['stride', 'padding', 'dilation'];

/**
 * The largest element of each window (torch.nn.MaxPool2d).
 * Shape: input [N, C, H, W] or without N; output size ⌊(H − F + 2P) / S⌋ + 1, stride F by default.
 */
export class MaxPool2d extends Module {
  readonly options: MaxPoolOptions;

  constructor(
    readonly kernelSize: Pair,
    ...given: Given<MaxPoolOptions, [stride: Pair | null, padding: Pair, dilation: Pair]>
  ) {
    super();
    const options = takeOptions<MaxPoolOptions>('MaxPool2d', given, layerOptions, ['ceilMode']);
    this.options = options;
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
  readonly options: AvgPoolOptions;

  constructor(
    readonly kernelSize: Pair,
    ...given: Given<
      AvgPoolOptions,
      [
        stride: Pair | null,
        padding: Pair,
        ceilMode: boolean,
        countIncludePad: boolean,
        divisorOverride: number,
      ]
    >
  ) {
    super();
    this.options = takeOptions('AvgPool2d', given, avgPoolOptions);
    checkWindow('AvgPool2d', kernelSize, this.options);
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
  readonly options: InterpolateOptions;

  constructor(
    ...given: Given<
      InterpolateOptions,
      [
        size: Pair | null,
        scaleFactor: Scale | null,
        mode: Interpolation,
        alignCorners: boolean | null,
      ]
    >
  ) {
    super();
    const options = takeOptions<InterpolateOptions>('Upsample', given, interpolateOptions);
    this.options = options;
    if (((options.size ?? null) === null) === ((options.scaleFactor ?? null) === null)) {
      throw new ArgumentError('Upsample: needs either size or scaleFactor');
    }
  }

  forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }
}
