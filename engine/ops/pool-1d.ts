// Pooling along sequences: pooling of images one row high. Knows no kernel.
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { exactly, withPositions, type Call, type Keywords } from './keywords';
import { checkRank } from './op';
import { maxPool2d } from './pool';
import { adaptiveAvgPool2d, adaptiveMaxPool2d, avgPool2d } from './resample';
import {
  avgPool1dOptions,
  maxPoolOptions,
  checkPadding,
  outputSize,
  singleOf,
  type Single,
} from './window';

export interface MaxPool1dOptions {
  /** How far the window moves. Default: the window's size. */
  stride?: Single | null | undefined;
  /** −∞ at both ends, at most half the window. Default 0. */
  padding?: Single;
  /** Distance between the elements of a window. Default 1. */
  dilation?: Single;
  /** Round the output size up instead of down (PyTorch's ceil_mode). Default false. */
  ceilMode?: boolean;
}

/** Runs an op on images over sequences [N, C, L] or [C, L], as images one row high. */
function asImages(name: string, x: Tensor, body: (images: Tensor) => Tensor): Tensor {
  checkRank(name, 'the input', x, 2, 3);
  return body(x.unsqueeze(-2)).squeeze(-2);
}

/** A window along a sequence, checked against it under the name of the op that was called. */
function windowOf(name: string, x: Tensor, kernelSize: Single, options: MaxPool1dOptions) {
  checkRank(name, 'the input', x, 2, 3);
  const window = singleOf(name, 'kernelSize', kernelSize, 1);
  const stride = singleOf(name, 'stride', options.stride ?? window, 1);
  const padding = singleOf(name, 'padding', options.padding ?? 0, 0);
  const dilation = singleOf(name, 'dilation', options.dilation ?? 1, 1);
  checkPadding(name, [padding], [window]);
  const ceil = options.ceilMode ?? false;
  const at = { size: x.size(-1), window, padding: 2 * padding, stride, dilation, ceil };
  outputSize(name, x.shape, 'length', at);
  return { window, stride, padding, dilation };
}

/** The largest element of each window (torch.nn.functional.max_pool1d). Input [N, C, L] or [C, L]. */
export const maxPool1d: Call<
  Keywords<
    [x: Tensor, kernelSize: Single],
    MaxPool1dOptions,
    [stride: Single | null, padding: Single, dilation: Single, ceilMode: boolean]
  >
> = withPositions(
  'maxPool1d',
  2,
  maxPoolOptions,
  (x: Tensor, kernelSize: Single, options: MaxPool1dOptions = {}): Tensor => {
    checkOptions('maxPool1d', options, maxPoolOptions);
    const { window, stride, padding, dilation } = windowOf('maxPool1d', x, kernelSize, options);
    return asImages('maxPool1d', x, (images) =>
      maxPool2d(images, [1, window], {
        stride: [1, stride],
        padding: [0, padding],
        dilation: [1, dilation],
        ceilMode: options.ceilMode ?? false,
      }),
    );
  },
);

export interface AvgPool1dOptions {
  /** How far the window moves. Default: the window's size. */
  stride?: Single | null | undefined;
  /** Zeros at both ends, at most half the window. Default 0. */
  padding?: Single;
  /** Round the output size up instead of down (PyTorch's ceil_mode). Default false. */
  ceilMode?: boolean;
  /** Whether padding counts in the mean. Default true. */
  countIncludePad?: boolean;
}

/** The mean of each window (torch.nn.functional.avg_pool1d). Input [N, C, L] or [C, L]. */
export const avgPool1d: Call<
  Keywords<
    [x: Tensor, kernelSize: Single],
    AvgPool1dOptions,
    [stride: Single | null, padding: Single, ceilMode: boolean, countIncludePad: boolean]
  >
> = withPositions(
  'avgPool1d',
  2,
  avgPool1dOptions,
  (x: Tensor, kernelSize: Single, options: AvgPool1dOptions = {}): Tensor => {
    checkOptions('avgPool1d', options, avgPool1dOptions);
    const { ceilMode = false, countIncludePad = true } = options;
    const { window, stride, padding } = windowOf('avgPool1d', x, kernelSize, options);
    return asImages('avgPool1d', x, (images) =>
      avgPool2d(images, [1, window], {
        stride: [1, stride],
        padding: [0, padding],
        ceilMode,
        countIncludePad,
      }),
    );
  },
);

/** Means over as many windows as the output is long (torch.nn.functional.adaptive_avg_pool1d). */
export const adaptiveAvgPool1d: Call<[x: Tensor, outputSize: Single]> = exactly(
  'adaptiveAvgPool1d',
  2,
  (x: Tensor, size: Single): Tensor =>
    asImages('adaptiveAvgPool1d', x, (images) =>
      adaptiveAvgPool2d(images, [1, singleOf('adaptiveAvgPool1d', 'outputSize', size, 0)]),
    ),
);

/** Largest elements of as many windows as the output is long (torch.nn.functional.adaptive_max_pool1d). */
export const adaptiveMaxPool1d: Call<[x: Tensor, outputSize: Single]> = exactly(
  'adaptiveMaxPool1d',
  2,
  (x: Tensor, size: Single): Tensor =>
    asImages('adaptiveMaxPool1d', x, (images) =>
      adaptiveMaxPool2d(images, [1, singleOf('adaptiveMaxPool1d', 'outputSize', size, 0)]),
    ),
);
