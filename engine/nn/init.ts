// Everything under `nn.init`: fills a tensor in place with first values. Knows no layer.
import { fullLike } from '../ops/create';
import { normalAround, uniformBetween } from '../ops/draw';
import { noGrad } from '../tape/tape';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { tensor as makeTensor } from '../ops/create';
import { overwrite } from './parameter';

function fill<Filled extends Tensor>(target: Filled, values: () => Tensor): Filled {
  overwrite(target, noGrad(values));
  return target;
}

/** Uniform in [a, b) (torch.nn.init.uniform_). */
export function uniform<Filled extends Tensor>(tensor: Filled, a = 0, b = 1): Filled {
  return fill(tensor, () => uniformBetween(tensor.shape, a, b));
}

/** Normal with this mean and standard deviation (torch.nn.init.normal_). */
export function normal<Filled extends Tensor>(tensor: Filled, mean = 0, std = 1): Filled {
  return fill(tensor, () => normalAround(tensor.shape, mean, std));
}

/** The same value everywhere (torch.nn.init.constant_). */
export function constant<Filled extends Tensor>(tensor: Filled, value: number): Filled {
  return fill(tensor, () => fullLike(tensor, value));
}

/** All 0 (torch.nn.init.zeros_). */
export const zeros = <Filled extends Tensor>(tensor: Filled): Filled => constant(tensor, 0);

/** All 1 (torch.nn.init.ones_). */
export const ones = <Filled extends Tensor>(tensor: Filled): Filled => constant(tensor, 1);

/** Inputs and outputs of one unit of a weight; windows count with all their taps. */
function fans(name: string, weight: Tensor): { in: number; out: number } {
  if (weight.rank < 2) {
    throw new ShapeError(
      `${name}: needs a weight of at least 2 dimensions, but got ${formatShape(weight.shape)}`,
    );
  }
  const window = weight.shape.slice(2).reduce((product, size) => product * size, 1);
  return { in: weight.size(1) * window, out: weight.size(0) * window };
}

export type GainOf =
  'linear' | 'conv1d' | 'conv2d' | 'conv3d' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

/** By how much weights make up for what an activation takes away (torch.nn.init.calculate_gain). */
export function calculateGain(nonlinearity: GainOf, negativeSlope = 0.01): number {
  switch (nonlinearity) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + negativeSlope ** 2));
    case 'selu':
      return 0.75;
    default:
      throw new ArgumentError(
        `calculateGain: nonlinearity '${String(nonlinearity)}' is not known (one of linear, conv1d, ` +
          'conv2d, conv3d, sigmoid, tanh, relu, leakyRelu, selu)',
      );
  }
}

/** Uniform in ±gain · √(6 / (in + out)) (Glorot and Bengio, 2010; torch.nn.init.xavier_uniform_). */
export function xavierUniform<Filled extends Tensor>(tensor: Filled, gain = 1): Filled {
  const size = fans('xavierUniform', tensor);
  const bound = gain * Math.sqrt(6 / (size.in + size.out));
  return uniform(tensor, -bound, bound);
}

/** Normal with standard deviation gain · √(2 / (in + out)) (torch.nn.init.xavier_normal_). */
export function xavierNormal<Filled extends Tensor>(tensor: Filled, gain = 1): Filled {
  const size = fans('xavierNormal', tensor);
  return normal(tensor, 0, gain * Math.sqrt(2 / (size.in + size.out)));
}

export interface KaimingOptions {
  /** Negative slope of a leaky ReLU. Default 0. */
  a?: number;
  /** Keep the variance of activations ('fanIn') or of gradients ('fanOut'). Default 'fanIn'. */
  mode?: 'fanIn' | 'fanOut';
  /** Default 'leakyRelu'. */
  nonlinearity?: GainOf;
}

function kaimingStd(name: string, tensor: Tensor, options: KaimingOptions): number {
  checkOptions(name, options, ['a', 'mode', 'nonlinearity']);
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  if (mode !== 'fanIn' && mode !== 'fanOut') {
    throw new ArgumentError(
      `${name}: mode must be 'fanIn' or 'fanOut', but it is '${String(mode)}'`,
    );
  }
  const size = fans(name, tensor);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fanIn' ? size.in : size.out);
}

/** Uniform with standard deviation gain / √fan (He et al., 2015; torch.nn.init.kaiming_uniform_). */
export function kaimingUniform<Filled extends Tensor>(
  tensor: Filled,
  options: KaimingOptions = {},
): Filled {
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform', tensor, options);
  return uniform(tensor, -bound, bound);
}

/** Normal with standard deviation gain / √fan (torch.nn.init.kaiming_normal_). */
export function kaimingNormal<Filled extends Tensor>(
  tensor: Filled,
  options: KaimingOptions = {},
): Filled {
  return normal(tensor, 0, kaimingStd('kaimingNormal', tensor, options));
}

/** Rows (or columns, where they are fewer) orthogonal and of length gain (torch.nn.init.orthogonal_). */
export function orthogonal<Filled extends Tensor>(tensor: Filled, gain = 1): Filled {
  const size = fans('orthogonal', tensor);
  const rows = tensor.size(0);
  const [few, many] = [Math.min(rows, size.in), Math.max(rows, size.in)];
  const drawn = noGrad(() => normalAround([few, many], 0, 1, { dtype: 'float64' })).toTypedArray();
  const basis = orthonormalRows(Float64Array.from(drawn), few, many);
  return fill(tensor, () => {
    const lying = makeTensor(basis).reshape([few, many]).mul(gain);
    return (rows <= size.in ? lying : lying.t()).reshape(tensor.shape);
  });
}

/** Gram and Schmidt's method, each row cleared twice: once leaves rounding behind. */
function orthonormalRows(values: Float64Array, rows: number, columns: number): Float64Array {
  const row = (i: number): Float64Array => values.subarray(i * columns, (i + 1) * columns);
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, x, k) => sum + x * b[k], 0);
  for (let i = 0; i < rows; i++) {
    const current = row(i);
    for (let round = 0; round < 2; round++) {
      for (let j = 0; j < i; j++) {
        const along = dot(current, row(j));
        row(j).forEach((x, k) => (current[k] -= along * x));
      }
    }
    const length = Math.sqrt(dot(current, current));
    current.forEach((x, k) => (current[k] = x / length));
  }
  return values;
}
