// Pooling in two dimensions. Knows no kernel's inside.
import { maxPool2dSimd } from '../kernels/routing';
import { maxPool2dKernel } from '../kernels/reference/pool';
import { isFloating } from '../tensor/dtype';
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { arange } from './create';
import { withPositions, type Call, type Keywords } from './keywords';
import { checkRank, multiOp, type Op } from './op';
import {
  maxPoolOptions,
  checkPadding,
  pairOf,
  pooledSize,
  type Pair,
  type PoolAttributes,
} from './window';

export interface MaxPoolOptions {
  /** How far the window moves. Default: the window's size. */
  stride?: Pair | null | undefined;
  /** Rows and columns of −∞ around the input, at most half the window. Default 0. */
  padding?: Pair;
  /** Distance between the elements of a window. Default 1. */
  dilation?: Pair;
  /** Round the output size up instead of down (PyTorch's ceil_mode). Default false. */
  ceilMode?: boolean;
}

function attributesOf(name: string, kernelSize: Pair, options: MaxPoolOptions): PoolAttributes {
  checkOptions(name, options, maxPoolOptions);
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

/** All windows laid open, the largest of each, and where in its plane that stood. */
function largestOfWindows([x]: readonly Tensor[], attributes: PoolAttributes): readonly Tensor[] {
  const { window, stride, padding, dilation, ceil } = attributes;
  const [top, left] = padding;
  const [height, width] = x.shape.slice(2) as [number, number];
  // Rounding up needs up to a stride more of what never wins.
  const [below, right] = [top + (ceil ? stride[0] - 1 : 0), left + (ceil ? stride[1] - 1 : 0)];
  const least = isFloating(x.dtype) ? -Infinity : -(2 ** 31);
  const open = (planes: Tensor, value: number): Tensor =>
    window
      .reduce(
        (y, size, i) =>
          y
            .unfold(2 + i, dilation[i] * (size - 1) + 1, stride[i])
            .narrow(2 + i, 0, pooledSize('maxPool2d', x, attributes, i as 0 | 1))
            .slice(-1, 0, undefined, dilation[i]),
        planes.pad([left, right, top, below], { value }),
      )
      .flatten(-2);
  const { values, indices } = open(x, least).max(-1);
  const places = open(arange(height * width).reshape([1, 1, height, width]), -1);
  const shape = [...indices.shape, window[0] * window[1]];
  return [values, places.expand(shape).gather(-1, indices.unsqueeze(-1)).squeeze(-1)];
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
    expand: largestOfWindows,
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

type MaxPooling = Keywords<
  [x: Tensor, kernelSize: Pair],
  MaxPoolOptions,
  [stride: Pair | null, padding: Pair, dilation: Pair, ceilMode: boolean]
>;

/** The largest element of each window, with its place in the plane (torch.nn.functional.max_pool2d_with_indices). */
export const maxPool2dWithIndices: Call<MaxPooling, { values: Tensor; indices: Tensor }> =
  withPositions(
    'maxPool2dWithIndices',
    2,
    maxPoolOptions,
    (
      x: Tensor,
      kernelSize: Pair,
      options: MaxPoolOptions = {},
    ): { values: Tensor; indices: Tensor } => {
      checkRank('maxPool2d', 'the input', x, 3, 4);
      const images = x.rank === 4 ? x : x.unsqueeze(0);
      const [values, indices] = maxPool2dOp(images, attributesOf('maxPool2d', kernelSize, options));
      return x.rank === 4
        ? { values: values, indices: indices }
        : { values: values.squeeze(0), indices: indices.squeeze(0) };
    },
  );

/**
 * The largest element of each window (torch.nn.functional.max_pool2d). Input [N, C, H, W] or
 * [C, H, W]; output size ⌊(N − F + 2P) / S⌋ + 1 in each direction.
 */
export const maxPool2d: Op<MaxPooling> = withPositions(
  'maxPool2d',
  2,
  maxPoolOptions,
  Object.assign(
    (x: Tensor, kernelSize: Pair, options: MaxPoolOptions = {}) =>
      maxPool2dWithIndices(x, kernelSize, options).values,
    { definition: maxPool2dOp.definition },
  ),
);
