// Pooling along sequences: pooling of images one row high. Knows no kernel.
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { checkRank } from './op';
import { maxPool2d } from './pool';
import { adaptiveAvgPool2d, adaptiveMaxPool2d, avgPool2d } from './resample';

export interface MaxPool1dOptions {
  /** How far the window moves. Default: the window's size. */
  stride?: number | undefined;
  /** −∞ at both ends, at most half the window. Default 0. */
  padding?: number;
  /** Distance between the elements of a window. Default 1. */
  dilation?: number;
  /** Round the output size up instead of down (PyTorch's ceil_mode). Default false. */
  ceilMode?: boolean;
}

/** Runs an op on images over sequences [N, C, L] or [C, L], as images one row high. */
function asImages(name: string, x: Tensor, body: (images: Tensor) => Tensor): Tensor {
  checkRank(name, 'the input', x, 2, 3);
  return body(x.unsqueeze(-2)).squeeze(-2);
}

/** The largest element of each window (torch.nn.functional.max_pool1d). Input [N, C, L] or [C, L]. */
export const maxPool1d = (
  x: Tensor,
  kernelSize: number,
  options: MaxPool1dOptions = {},
): Tensor => {
  checkOptions('maxPool1d', options, ['stride', 'padding', 'dilation', 'ceilMode']);
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
  return asImages('maxPool1d', x, (images) =>
    maxPool2d(images, [1, kernelSize], {
      stride: [1, stride],
      padding: [0, padding],
      dilation: [1, dilation],
      ceilMode,
    }),
  );
};

export interface AvgPool1dOptions {
  /** How far the window moves. Default: the window's size. */
  stride?: number | undefined;
  /** Zeros at both ends, at most half the window. Default 0. */
  padding?: number;
  /** Round the output size up instead of down (PyTorch's ceil_mode). Default false. */
  ceilMode?: boolean;
  /** Whether padding counts in the mean. Default true. */
  countIncludePad?: boolean;
}

/** The mean of each window (torch.nn.functional.avg_pool1d). Input [N, C, L] or [C, L]. */
export const avgPool1d = (
  x: Tensor,
  kernelSize: number,
  options: AvgPool1dOptions = {},
): Tensor => {
  checkOptions('avgPool1d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad']);
  const { stride = kernelSize, padding = 0, ...rest } = options;
  return asImages('avgPool1d', x, (images) =>
    avgPool2d(images, [1, kernelSize], { ...rest, stride: [1, stride], padding: [0, padding] }),
  );
};

/** Means over as many windows as the output is long (torch.nn.functional.adaptive_avg_pool1d). */
export const adaptiveAvgPool1d = (x: Tensor, outputSize: number): Tensor =>
  asImages('adaptiveAvgPool1d', x, (images) => adaptiveAvgPool2d(images, [1, outputSize]));

/** Largest elements of as many windows as the output is long (torch.nn.functional.adaptive_max_pool1d). */
export const adaptiveMaxPool1d = (x: Tensor, outputSize: number): Tensor =>
  asImages('adaptiveMaxPool1d', x, (images) => adaptiveMaxPool2d(images, [1, outputSize]));
