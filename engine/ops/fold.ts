// Windows of images as columns of a matrix, and their sum again. Knows no kernel.
import { checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { tensor } from './create';
import { indexSelect, scatterRows } from './index-ops';
import { withPositions, type Call, type Keywords } from './keywords';
import { checkRank } from './op';
import { outputSize, pairOf, type Pair } from './window';

export interface FoldOptions {
  /** Distance between the window's taps. Default 1. */
  dilation?: Pair;
  /** Zeros around the image. Default 0. */
  padding?: Pair;
  /** How far the window moves. Default 1. */
  stride?: Pair;
}

/** In PyTorch's order. */
const names = ['dilation', 'padding', 'stride'];
type ByPlace = [dilation: Pair, padding: Pair, stride: Pair];

/** Where each tap of each window lies in the padded plane: taps in rows, windows in columns. */
function placesOf(name: string, size: readonly number[], kernelSize: Pair, options: FoldOptions) {
  checkOptions(name, options, names);
  const window = pairOf(name, 'kernelSize', kernelSize, 1);
  const dilation = pairOf(name, 'dilation', options.dilation ?? 1, 1);
  const padding = pairOf(name, 'padding', options.padding ?? 0, 0);
  const stride = pairOf(name, 'stride', options.stride ?? 1, 1);
  const padded = [size[0] + 2 * padding[0], size[1] + 2 * padding[1]];
  const counts = ([0, 1] as const).map((i) =>
    outputSize(name, size, i === 0 ? 'height' : 'width', {
      size: size[i],
      window: window[i],
      padding: 2 * padding[i],
      stride: stride[i],
      dilation: dilation[i],
    }),
  );
  const places: number[] = [];
  for (let row = 0; row < window[0]; row++) {
    for (let column = 0; column < window[1]; column++) {
      for (let y = 0; y < counts[0]; y++) {
        for (let x = 0; x < counts[1]; x++) {
          const at = (y * stride[0] + row * dilation[0]) * padded[1];
          places.push(at + x * stride[1] + column * dilation[1]);
        }
      }
    }
  }
  const taps = window[0] * window[1];
  return { places: tensor(Int32Array.from(places)), taps, padding, padded, window };
}

/**
 * Each window of an image as a column (torch.nn.functional.unfold). Shape: [N, C, H, W] or [C, H, W]
 * to [N, C · kH · kW, windows]: a convolution is one matrix product with it.
 */
export const unfold: Call<Keywords<[x: Tensor, kernelSize: Pair], FoldOptions, ByPlace>> =
  withPositions(
    'unfold',
    2,
    names,
    (x: Tensor, kernelSize: Pair, options: FoldOptions = {}): Tensor => {
      checkRank('unfold', 'the input', x, 3, 4);
      const images = x.rank === 4 ? x : x.unsqueeze(0);
      const [count, channels, ...size] = images.shape;
      const { places, taps, padding } = placesOf('unfold', size, kernelSize, options);
      const padded = images.pad([padding[1], padding[1], padding[0], padding[0]]);
      const columns = indexSelect(padded.flatten(2), 2, places);
      const y = columns.reshape([count, channels * taps, places.count / taps]);
      return x.rank === 4 ? y : y.squeeze(0);
    },
  );

/**
 * The sum of windows at their places in an image, the transpose of `unfold` (torch.nn.functional.fold).
 * Shape: [N, C · kH · kW, windows] or without N to [N, C, H, W], where outputSize is [H, W].
 */
export const fold: Call<
  Keywords<[x: Tensor, outputSize: Pair, kernelSize: Pair], FoldOptions, ByPlace>
> = withPositions(
  'fold',
  3,
  names,
  (x: Tensor, outputSize: Pair, kernelSize: Pair, options: FoldOptions = {}): Tensor => {
    checkRank('fold', 'the input', x, 2, 3);
    const size = pairOf('fold', 'outputSize', outputSize, 1);
    const { places, taps, padding, padded } = placesOf('fold', size, kernelSize, options);
    const columns = x.rank === 3 ? x : x.unsqueeze(0);
    const [count, rows, windows] = columns.shape;
    if (rows % taps !== 0 || windows !== places.count / taps) {
      throw new ShapeError(
        `fold: input ${formatShape(x.shape)} must have a multiple of ${taps} rows and ` +
          `${places.count / taps} columns, one for each window in ${formatShape(size)}`,
      );
    }
    const channels = rows / taps;
    const spread = columns.reshape([count, channels, taps * windows]);
    const planes = scatterRows(spread, 2, places, padded[0] * padded[1]);
    const y = planes
      .reshape([count, channels, ...padded])
      .narrow(2, padding[0], size[0])
      .narrow(3, padding[1], size[1]);
    return x.rank === 3 ? y : y.squeeze(0);
  },
);
