// Average and adaptive pooling. Knows no kernel's inside.
import { largestKernel, type Resampling, type Taps } from '../kernels/reference/resample';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { exactly, withPositions, type Keywords } from './keywords';
import { multiOp, notBool, type Op } from './op';
import { onImages, resampledShape, resampler, type Resample } from './resampling';
import { avgPoolOptions, checkPadding, pairOf, pooledSize, type Pair } from './window';

export interface AvgPoolOptions {
  /** How far the window moves. Default: the window's size. */
  stride?: Pair | null | undefined;
  /** Zeros around the input, at most half the window. Default 0. */
  padding?: Pair;
  /** Round the output size up instead of down (PyTorch's ceil_mode). Default false. */
  ceilMode?: boolean;
  /** Whether padding counts in the mean. Default true. */
  countIncludePad?: boolean;
  /** What sums are divided by, instead of the window's size. */
  divisorOverride?: number;
}

const avgPool2dOp = resampler('avgPool2d', 'avg_pool2d');

/**
 * The mean of each window (torch.nn.functional.avg_pool2d). Input [N, C, H, W] or [C, H, W]; output
 * size ⌊(N − F + 2P) / S⌋ + 1 in each direction.
 */
export const avgPool2d: Op<
  Keywords<
    [x: Tensor, kernelSize: Pair],
    AvgPoolOptions,
    [
      stride: Pair | null,
      padding: Pair,
      ceilMode: boolean,
      countIncludePad: boolean,
      divisorOverride: number,
    ]
  >
> = withPositions(
  'avgPool2d',
  2,
  avgPoolOptions,
  Object.assign(
    (x: Tensor, kernelSize: Pair, options: AvgPoolOptions = {}) =>
      onImages('avgPool2d', x, (images) => {
        checkOptions('avgPool2d', options, avgPoolOptions);
        const { divisorOverride, countIncludePad = true, ceilMode = false } = options;
        if (divisorOverride === 0) {
          throw new ArgumentError('avgPool2d: divisorOverride must not be 0');
        }
        const window = pairOf('avgPool2d', 'kernelSize', kernelSize, 1);
        const padding = pairOf('avgPool2d', 'padding', options.padding ?? 0, 0);
        checkPadding('avgPool2d', padding, window);
        const stride = pairOf('avgPool2d', 'stride', options.stride ?? kernelSize, 1);
        const geometry = { window, padding, stride, dilation: [1, 1] as const, ceil: ceilMode };
        const taps = ([0, 1] as const).map((direction) => {
          const size = images.shape[2 + direction];
          const count = pooledSize('avgPool2d', images, geometry, direction);
          return Array.from({ length: count }, (_, i) => {
            const start = i * stride[direction] - padding[direction];
            // A window that hangs over the far padding is that much smaller.
            const end = Math.min(start + window[direction], size + padding[direction]);
            const [from, to] = [Math.max(start, 0), Math.min(end, size)];
            const divisor = countIncludePad ? end - start : to - from;
            // An override divides once, in the rows.
            const override = direction === 0 ? divisorOverride! : 1;
            return evenly(from, to, divisorOverride === undefined ? divisor : override);
          });
        });
        return avgPool2dOp(images, { rows: taps[0], columns: taps[1] });
      }),
    { definition: avgPool2dOp.definition },
  ),
);

const evenly = (from: number, to: number, divisor: number): [number, number][] =>
  Array.from({ length: to - from }, (_, i) => [from + i, 1 / divisor]);

/** The windows that cut `size` elements into `count` nearly equal, possibly overlapping parts. */
function parts(size: number, count: number): Taps {
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
    return evenly(from, to, to - from);
  });
}

/** One number for both directions or a pair, in which null keeps the input's size. */
export type OutputSize = number | readonly [number | null, number | null];

function adaptiveTaps(name: string, x: Tensor, outputSize: OutputSize): Resampling {
  const wanted = typeof outputSize === 'number' ? [outputSize, outputSize] : outputSize;
  const [height, width] = pairOf(
    name,
    'outputSize',
    [wanted[0] ?? x.shape[2], wanted[1] ?? x.shape[3]],
    0,
  );
  if (x.shape.slice(1).includes(0)) {
    throw new ShapeError(`${name}: ${formatShape(x.shape)} has no elements to pool`);
  }
  return { rows: parts(x.shape[2], height), columns: parts(x.shape[3], width) };
}

const adaptiveAvgPool2dOp = resampler('adaptiveAvgPool2d', 'adaptive_avg_pool2d');

/** Means over as many windows as the output size says (torch.nn.functional.adaptive_avg_pool2d). */
export const adaptiveAvgPool2d: Op<[x: Tensor, outputSize: OutputSize]> = exactly(
  'adaptiveAvgPool2d',
  2,
  Object.assign(
    (x: Tensor, outputSize: OutputSize) =>
      onImages('adaptiveAvgPool2d', x, (images) =>
        adaptiveAvgPool2dOp(images, adaptiveTaps('adaptiveAvgPool2d', images, outputSize)),
      ),
    { definition: adaptiveAvgPool2dOp.definition },
  ),
);

const adaptiveMaxPool2dOp: Resample = multiOp(
  {
    name: 'adaptiveMaxPool2d',
    torch: 'torch.nn.functional.adaptive_max_pool2d',
    dtypes: notBool,
    prepare: (x: Tensor, taps: Resampling) => ({ inputs: [x], attributes: taps }),
    shape: (types, taps) => {
      const values = resampledShape(types, taps);
      return [values, { shape: values.shape, dtype: 'int32' as const }];
    },
    forward: largestKernel,
    vjp: (_, { outputs: [, indices], types: [x] }, [g]) => {
      if (!g) return [null];
      const planes = [...x.shape.slice(0, 2), x.shape[2] * x.shape[3]];
      const routed = g.newZeros(planes).scatterAdd(2, indices.flatten(2), g.flatten(2));
      return [routed.reshape(x.shape)];
    },
  },
  ([values]) => values,
);

/** Largest elements of as many windows as the output size says (torch.nn.functional.adaptive_max_pool2d). */
export const adaptiveMaxPool2d: Op<[x: Tensor, outputSize: OutputSize]> = exactly(
  'adaptiveMaxPool2d',
  2,
  Object.assign(
    (x: Tensor, outputSize: OutputSize) =>
      onImages('adaptiveMaxPool2d', x, (images) =>
        adaptiveMaxPool2dOp(images, adaptiveTaps('adaptiveMaxPool2d', images, outputSize)),
      ),
    { definition: adaptiveMaxPool2dOp.definition },
  ),
);
