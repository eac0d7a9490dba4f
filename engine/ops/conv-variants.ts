// Convolution in one dimension, and transposed: by way of conv2d and its gradient. Knows no kernel.
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { conv2d, conv2dInputGrad } from './conv';
import { withPositions, type Call, type Keywords } from './keywords';
import { checkRank } from './op';
import { convOptions, outputSize, pairOf, singleOf, type Pair, type Single } from './window';

export interface Conv1dOptions {
  /** One value per output channel. */
  bias?: Tensor | null | undefined;
  /** How far the window moves. Default 1. */
  stride?: Single;
  /** Zeros at both ends, 'same' to keep the length, or 'valid' for none. Default 0. */
  padding?: Single | 'same' | 'valid';
  /** Distance between the window's taps. Default 1. */
  dilation?: Single;
  /** Channels are split into this many parts that do not see each other. Default 1. */
  groups?: number;
}

/**
 * Slides a window of weights along sequences (torch.nn.functional.conv1d). Input [N, C, L] or
 * [C, L], weight [O, C / groups, K]; output [N, O, ⌊(L − K + 2P) / S⌋ + 1].
 */
export const conv1d: Call<
  Keywords<
    [x: Tensor, weight: Tensor],
    Conv1dOptions,
    [
      bias: Tensor | null,
      stride: Single,
      padding: Single | 'same' | 'valid',
      dilation: Single,
      groups: number,
    ]
  >
> = withPositions(
  'conv1d',
  2,
  convOptions,
  (x: Tensor, weight: Tensor, options: Conv1dOptions = {}): Tensor => {
    checkOptions('conv1d', options, convOptions);
    checkRank('conv1d', 'the input', x, 2, 3);
    checkRank('conv1d', 'the weight', weight, 3);
    const { bias, groups = 1 } = options;
    const stride = singleOf('conv1d', 'stride', options.stride ?? 1, 1);
    const dilation = singleOf('conv1d', 'dilation', options.dilation ?? 1, 1);
    const { padding: around = 0 } = options;
    const padding = typeof around === 'string' ? around : singleOf('conv1d', 'padding', around, 0);
    if (x.size(-2) !== weight.size(1) * groups) {
      const parts = groups === 1 ? '' : ` in each of ${groups} groups`;
      throw new ShapeError(
        `conv1d: input ${formatShape(x.shape)} has ${x.size(-2)} channels, but the weight ` +
          `${formatShape(weight.shape)} takes ${weight.size(1)}${parts}`,
      );
    }
    if (padding !== 'same') {
      const total = padding === 'valid' ? 0 : 2 * padding;
      const at = { size: x.size(-1), window: weight.size(2), padding: total, stride, dilation };
      outputSize('conv1d', x.shape, 'length', at);
    }
    const y = conv2d(x.unsqueeze(-2), weight.unsqueeze(-2), {
      bias,
      stride: [1, stride],
      padding: typeof padding === 'number' ? [0, padding] : padding,
      dilation: [1, dilation],
      groups,
    });
    return y.squeeze(-2);
  },
);

/** In PyTorch's order. */
const transposeOptions = ['bias', 'stride', 'padding', 'outputPadding', 'groups', 'dilation'];

export interface ConvTransposeOptions {
  /** One value per output channel. */
  bias?: Tensor | null | undefined;
  /** How far apart the inputs are spread. Default 1. */
  stride?: Pair;
  /** Rows and columns cut off around the output. Default 0. */
  padding?: Pair;
  /** Rows and columns added at one end of the output. Default 0. */
  outputPadding?: Pair;
  /** Channels are split into this many parts that do not see each other. Default 1. */
  groups?: number;
  /** Distance between the window's taps. Default 1. */
  dilation?: Pair;
}

/**
 * The gradient of a convolution as a layer of its own: each input spreads a window of weights over
 * the output (torch.nn.functional.conv_transpose2d). Input [N, C, H, W] or [C, H, W], weight
 * [C, O / groups, kH, kW]; output height (H − 1) · S − 2P + D · (kH − 1) + outputPadding + 1.
 */
export const convTranspose2d: Call<
  Keywords<
    [x: Tensor, weight: Tensor],
    ConvTransposeOptions,
    [
      bias: Tensor | null,
      stride: Pair,
      padding: Pair,
      outputPadding: Pair,
      groups: number,
      dilation: Pair,
    ]
  >
> = withPositions(
  'convTranspose2d',
  2,
  transposeOptions,
  (x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor => {
    checkOptions('convTranspose2d', options, transposeOptions);
    checkRank('convTranspose2d', 'the input', x, 3, 4);
    checkRank('convTranspose2d', 'the weight', weight, 4);
    const { bias, groups = 1 } = options;
    const pair = (option: 'stride' | 'padding' | 'outputPadding' | 'dilation', least: number) =>
      pairOf('convTranspose2d', option, options[option] ?? least, least);
    const [stride, dilation] = [pair('stride', 1), pair('dilation', 1)];
    const [padding, added] = [pair('padding', 0), pair('outputPadding', 0)];
    if (!Number.isInteger(groups) || groups < 1) {
      throw new ArgumentError(
        `convTranspose2d: groups must be a whole number ≥ 1, but it is ${groups}`,
      );
    }
    const images = x.rank === 4 ? x : x.unsqueeze(0);
    const [count, channels] = images.shape;
    if (channels !== weight.shape[0] || channels % groups !== 0) {
      throw new ShapeError(
        `convTranspose2d: input ${formatShape(x.shape)} has ${channels} channels, but the weight ` +
          `${formatShape(weight.shape)} takes ${weight.shape[0]} in ${groups} groups`,
      );
    }
    const sizes = [0, 1].map((i) => {
      if (added[i] >= Math.max(stride[i], dilation[i])) {
        throw new ArgumentError(
          `convTranspose2d: outputPadding ${added[i]} must be smaller than stride ${stride[i]} or dilation ${dilation[i]}`,
        );
      }
      const extent = dilation[i] * (weight.shape[2 + i] - 1) + 1;
      return (images.shape[2 + i] - 1) * stride[i] - 2 * padding[i] + extent + added[i];
    });
    if (sizes.some((size) => size < 1)) {
      throw new ShapeError(
        `convTranspose2d: input ${formatShape(x.shape)} would become ${formatShape(sizes)} high and wide`,
      );
    }
    const outChannels = weight.shape[1] * groups;
    if (bias && (bias.rank !== 1 || bias.shape[0] !== outChannels)) {
      throw new ShapeError(
        `convTranspose2d: the bias must be [${outChannels}], but it is ${formatShape(bias.shape)}`,
      );
    }
    const spread = conv2dInputGrad(images, weight, [count, outChannels, ...sizes], {
      stride,
      padding,
      dilation,
      groups,
      paddingTotal: [2 * padding[0], 2 * padding[1]],
    });
    const y = bias ? spread.add(bias.reshape([outChannels, 1, 1])) : spread;
    return x.rank === 4 ? y : y.squeeze(0);
  },
);

export interface ConvTranspose1dOptions {
  /** One value per output channel. */
  bias?: Tensor | null | undefined;
  /** How far apart the inputs are spread. Default 1. */
  stride?: Single;
  /** Elements cut off at both ends of the output. Default 0. */
  padding?: Single;
  /** Elements added at one end of the output. Default 0. */
  outputPadding?: Single;
  /** Channels are split into this many parts that do not see each other. Default 1. */
  groups?: number;
  /** Distance between the window's taps. Default 1. */
  dilation?: Single;
}

/** As convTranspose2d, along sequences [N, C, L] or [C, L] (torch.nn.functional.conv_transpose1d). */
export const convTranspose1d: Call<
  Keywords<
    [x: Tensor, weight: Tensor],
    ConvTranspose1dOptions,
    [
      bias: Tensor | null,
      stride: Single,
      padding: Single,
      outputPadding: Single,
      groups: number,
      dilation: Single,
    ]
  >
> = withPositions(
  'convTranspose1d',
  2,
  transposeOptions,
  (x: Tensor, weight: Tensor, options: ConvTranspose1dOptions = {}): Tensor => {
    checkOptions('convTranspose1d', options, transposeOptions);
    checkRank('convTranspose1d', 'the input', x, 2, 3);
    checkRank('convTranspose1d', 'the weight', weight, 3);
    const { bias, groups = 1 } = options;
    const single = (option: 'stride' | 'padding' | 'outputPadding' | 'dilation', least: number) =>
      singleOf('convTranspose1d', option, options[option] ?? least, least);
    const y = convTranspose2d(x.unsqueeze(-2), weight.unsqueeze(-2), {
      bias,
      stride: [1, single('stride', 1)],
      padding: [0, single('padding', 0)],
      outputPadding: [0, single('outputPadding', 0)],
      groups,
      dilation: [1, single('dilation', 1)],
    });
    return y.squeeze(-2);
  },
);
