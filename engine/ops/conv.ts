// Convolution in two dimensions. Knows no kernel's inside.
import { conv2dInputGradSimd, conv2dSimd, conv2dWeightGradSimd } from '../kernels/conv';
import {
  conv2dInputGradKernel,
  conv2dKernel,
  conv2dWeightGradKernel,
  type ConvGeometry,
} from '../kernels/reference/conv';
import { promote } from '../tensor/dtype';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape, type Shape } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { withPositions, type Keywords } from './keywords';
import { checkRank, op, type Op } from './op';
import { convOptions, outputSize, pairOf, type Pair } from './window';

export type Padding = Pair | 'same' | 'valid';

export interface ConvOptions {
  /** One value per output channel. */
  bias?: Tensor | null | undefined;
  /** How far the window moves. Default 1. */
  stride?: Pair;
  /** Zeros around the input, 'same' to keep its size, or 'valid' for none. Default 0. */
  padding?: Padding;
  /** Distance between the window's taps. Default 1. */
  dilation?: Pair;
  /** Channels are split into this many parts that do not see each other. Default 1. */
  groups?: number;
}

export interface ConvAttributes extends ConvGeometry {
  /** Zeros on both sides together; odd under 'same' with an even window. */
  readonly paddingTotal: readonly [number, number];
}

/** Options of a call, checked, with 'same' and 'valid' turned into numbers. */
function attributesOf(name: string, weight: TensorType, options: ConvOptions): ConvAttributes {
  checkOptions(name, options, convOptions);
  const stride = pairOf(name, 'stride', options.stride ?? 1, 1);
  const dilation = pairOf(name, 'dilation', options.dilation ?? 1, 1);
  const groups = options.groups ?? 1;
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ArgumentError(`${name}: groups must be a whole number ≥ 1, but it is ${groups}`);
  }
  const { padding = 0 } = options;
  if (padding !== 'same') {
    const pair = pairOf(name, 'padding', padding === 'valid' ? 0 : padding, 0);
    return { stride, dilation, groups, padding: pair, paddingTotal: [2 * pair[0], 2 * pair[1]] };
  }
  if (stride[0] !== 1 || stride[1] !== 1) {
    throw new ArgumentError(
      `${name}: padding 'same' needs stride 1, but stride is [${stride.join(', ')}]`,
    );
  }
  const total = dilation.map((step, i) => step * ((weight.shape[2 + i] ?? 1) - 1)) as [
    number,
    number,
  ];
  // PyTorch puts the odd zero at the end.
  const begin: [number, number] = [Math.floor(total[0] / 2), Math.floor(total[1] / 2)];
  return { stride, dilation, groups, padding: begin, paddingTotal: total };
}

function outputShape([x, w, bias]: readonly TensorType[], attributes: ConvAttributes): Shape {
  checkRank('conv2d', 'the weight', w, 4);
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const [outChannels, groupChannels, windowHeight, windowWidth] = w.shape as [
    number,
    number,
    number,
    number,
  ];
  const { stride, dilation, groups, paddingTotal } = attributes;
  if (channels !== groupChannels * groups || outChannels % groups !== 0) {
    const parts = groups === 1 ? '' : ` in each of ${groups} groups`;
    throw new ShapeError(
      `conv2d: input ${formatShape(x.shape)} has ${channels} channels, but the weight ` +
        `${formatShape(w.shape)} takes ${groupChannels}${parts}`,
    );
  }
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== outChannels)) {
    throw new ShapeError(
      `conv2d: the bias must be [${outChannels}], but it is ${formatShape(bias.shape)}`,
    );
  }
  const rows = {
    size: height,
    window: windowHeight,
    padding: paddingTotal[0],
    stride: stride[0],
    dilation: dilation[0],
  };
  const columns = {
    size: width,
    window: windowWidth,
    padding: paddingTotal[1],
    stride: stride[1],
    dilation: dilation[1],
  };
  return [
    images,
    outChannels,
    outputSize('conv2d', x.shape, 'height', rows),
    outputSize('conv2d', x.shape, 'width', columns),
  ];
}

/** Convolution as one matrix product: every window as a row, every filter as a column. */
function convolveByProduct(
  [x, w, bias]: readonly Tensor[],
  { stride, dilation, groups, padding: [top, left], paddingTotal }: ConvAttributes,
): readonly Tensor[] {
  const [filters, channels, ...window] = w.shape as [number, number, number, number];
  const padded = x.pad([left, paddingTotal[1] - left, top, paddingTotal[0] - top]);
  const windows = window.reduce((y, size, i) => {
    const opened = y.unfold(2 + i, dilation[i] * (size - 1) + 1, stride[i]);
    return dilation[i] === 1 ? opened : opened.slice(-1, 0, undefined, dilation[i]);
  }, padded);
  // [N, groups · channels, H, W, kH, kW] → [N, groups, H · W, channels · kH · kW]
  const [images, , height, width] = windows.shape as [number, number, number, number];
  const terms = channels * window[0] * window[1];
  const rows = windows
    .reshape([images, groups, channels, height, width, ...window])
    .permute([0, 1, 3, 4, 2, 5, 6])
    .reshape([images, groups, height * width, terms]);
  const columns = w.reshape([groups, filters / groups, terms]).transpose(1, 2);
  const y = rows.matmul(columns).transpose(2, 3).reshape([images, filters, height, width]);
  return [bias === undefined ? y : y.add(bias.reshape([filters, 1, 1]))];
}

/** The op itself, over normalised attributes: the second derivative needs exactly the first's window. */
const conv2dOp: Op<[inputs: readonly Tensor[], attributes: ConvAttributes]> = op({
  name: 'conv2d',
  torch: 'torch.nn.functional.conv2d',
  prepare: (inputs: readonly Tensor[], attributes: ConvAttributes) => ({ inputs, attributes }),
  shape: (types, attributes) => ({
    shape: outputShape(types, attributes),
    dtype: promote(...types),
  }),
  forward: conv2dKernel,
  simd: conv2dSimd,
  expand: convolveByProduct,
  vjp: (g, { inputs: [x, w], types, needs, attributes }) => [
    needs(0) ? conv2dInputGrad(g, w, types[0].shape, attributes) : null,
    needs(1) ? conv2dWeightGrad(g, x, types[1].shape, attributes) : null,
    types[2] && needs(2) ? g.sum([0, 2, 3]) : null,
  ],
});

/**
 * Slides a window of weights over images (torch.nn.functional.conv2d). Input [N, C, H, W] or
 * [C, H, W], weight [O, C / groups, kH, kW]; output [N, O, ⌊(H − kH + 2P) / S⌋ + 1, …]. Each output
 * sums weight · input over the window: a cross-correlation, the window is not flipped.
 */
export const conv2d: Op<
  Keywords<
    [x: Tensor, weight: Tensor],
    ConvOptions,
    [bias: Tensor | null, stride: Pair, padding: Padding, dilation: Pair, groups: number]
  >
> = withPositions(
  'conv2d',
  2,
  convOptions,
  Object.assign(
    (x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor => {
      checkRank('conv2d', 'the input', x, 3, 4);
      const images = x.rank === 4 ? x : x.unsqueeze(0);
      const inputs = options.bias ? [images, weight, options.bias] : [images, weight];
      const y = conv2dOp(inputs, attributesOf('conv2d', weight, options));
      return x.rank === 4 ? y : y.squeeze(0);
    },
    { definition: conv2dOp.definition },
  ),
);

type GradientOp = Op<[g: Tensor, other: Tensor, shape: Shape, geometry: ConvAttributes]>;

const prepareGradient = (g: Tensor, other: Tensor, shape: Shape, geometry: ConvAttributes) => ({
  inputs: [g, other],
  attributes: { ...geometry, shape },
});

/** The gradient of conv2d with respect to its input: each output's gradient spread by the weights. */
export const conv2dInputGrad: GradientOp = op({
  name: 'conv2dInputGrad',
  torch: 'torch.nn.grad.conv2d_input',
  prepare: prepareGradient,
  shape: ([g], { shape }) => ({ shape, dtype: g.dtype }),
  forward: conv2dInputGradKernel,
  simd: conv2dInputGradSimd,
  vjp: (h, { inputs: [g, w], types, needs, attributes }) => [
    needs(0) ? conv2dOp([h, w], attributes) : null,
    needs(1) ? conv2dWeightGrad(g, h, types[1].shape, attributes) : null,
  ],
});

/** The gradient of conv2d with respect to its weight: what each tap read, times the gradient there. */
export const conv2dWeightGrad: GradientOp = op({
  name: 'conv2dWeightGrad',
  torch: 'torch.nn.grad.conv2d_weight',
  prepare: prepareGradient,
  shape: ([g], { shape }) => ({ shape, dtype: g.dtype }),
  forward: conv2dWeightGradKernel,
  simd: conv2dWeightGradSimd,
  vjp: (h, { inputs: [g, x], types, needs, attributes }) => [
    needs(0) ? conv2dOp([x, h], attributes) : null,
    needs(1) ? conv2dInputGrad(g, h, types[1].shape, attributes) : null,
  ],
});
