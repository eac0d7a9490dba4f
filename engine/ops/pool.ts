// Pooling in two dimensions. Knows no kernel's inside.
import { maxPool2dSimd } from '../kernels/routing';
import { maxPool2dKernel } from '../kernels/reference/pool';
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { checkRank, multiOp, type Op } from './op';
import { checkPadding, pairOf, pooledSize, type Pair, type PoolAttributes } from './window';

export interface MaxPoolOptions {
  /** How far the window moves. Default: the window's size. */
  stride?: Pair | undefined;
  /** Rows and columns of −∞ around the input, at most half the window. Default 0. */
  padding?: Pair;
  /** Distance between the elements of a window. Default 1. */
  dilation?: Pair;
  /** Round the output size up instead of down (PyTorch's ceil_mode). Default false. */
  ceilMode?: boolean;
}

function attributesOf(name: string, kernelSize: Pair, options: MaxPoolOptions): PoolAttributes {
  checkOptions(name, options, ['stride', 'padding', 'dilation', 'ceilMode']);
  const window = pairOf(name, 'kernelSize', kernelSize, 1);
  const padding = pairOf(name, 'padding', options.padding ?? 0, 0);
  checkPadding(name, padding, window);
  return {
    window,
    padding,
    stride: pairOf(name, 'stride', options.stride ?? kernelSize, 1),
    dilation: pairOf(name, 'dilation', options.dilation ?? 1, 1),
    ceil: options.ceilMode ?? false,
  };
}

const maxPool2dOp: Op<[x: Tensor, attributes: PoolAttributes], readonly Tensor[]> = multiOp(
  {
    name: 'maxPool2d',
    torch: 'torch.nn.functional.max_pool2d',
    prepare: (x: Tensor, attributes: PoolAttributes) => ({ inputs: [x], attributes }),
    shape: ([x], attributes) => {
      const sizes = [
        pooledSize('maxPool2d', x, attributes, 0),
        pooledSize('maxPool2d', x, attributes, 1),
      ];
      const shape = [...x.shape.slice(0, 2), ...sizes];
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: 'int32' },
      ];
    },
    forward: maxPool2dKernel,
    simd: maxPool2dSimd,
    // Each gradient goes to the element that won its window.
    vjp: (_, { outputs: [, indices], types: [x] }, [g]) => {
      if (!g) return [null];
      const planes = [...x.shape.slice(0, 2), x.shape[2] * x.shape[3]];
      const routed = g.newZeros(planes).scatterAdd(2, indices.flatten(2), g.flatten(2));
      return [routed.reshape(x.shape)];
    },
  },
  (outputs) => outputs,
);

/** The largest element of each window, with its place in the plane (torch.nn.functional.max_pool2d_with_indices). */
export function maxPool2dWithIndices(
  x: Tensor,
  kernelSize: Pair,
  options: MaxPoolOptions = {},
): { values: Tensor; indices: Tensor } {
  checkRank('maxPool2d', 'the input', x, 3, 4);
  const images = x.rank === 4 ? x : x.unsqueeze(0);
  const [values, indices] = maxPool2dOp(images, attributesOf('maxPool2d', kernelSize, options));
  return x.rank === 4
    ? { values: values, indices: indices }
    : { values: values.squeeze(0), indices: indices.squeeze(0) };
}

/**
 * The largest element of each window (torch.nn.functional.max_pool2d). Input [N, C, H, W] or
 * [C, H, W]; output size ⌊(N − F + 2P) / S⌋ + 1 in each direction.
 */
export const maxPool2d: Op<[x: Tensor, kernelSize: Pair, options?: MaxPoolOptions]> = Object.assign(
  (x: Tensor, kernelSize: Pair, options: MaxPoolOptions = {}) =>
    maxPool2dWithIndices(x, kernelSize, options).values,
  { definition: maxPool2dOp.definition },
);
