// Everything under `nn.init`: fills a tensor in place with first values. Knows no layer.
import { takeOptions, type Given } from '../ops/keywords';
import { fullLike } from '../ops/create';
import { normalAround, uniformBetween } from '../ops/draw';
import { noGrad } from '../tape/tape';
import { ArgumentError, described, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { tensor as makeTensor } from '../ops/create';
import { overwrite } from './parameter';

function fill<Filled extends Tensor>(target: Filled, values: () => Tensor): Filled {
  overwrite(target, noGrad(values));
  return target;
}

/** Numbers that an initialiser takes, each checked to be one. */
function numbersOf<Names extends string>(
  name: string,
  given: readonly unknown[],
  names: readonly Names[],
): Partial<Record<Names, number>> {
  const numbers = takeOptions<Partial<Record<Names, number>>>(name, given, names);
  for (const [option, value] of Object.entries(numbers)) {
    if (typeof value === 'number') continue;
    throw new ArgumentError(`${name}: ${option} must be a number, but got ${described(value)}`);
  }
  return numbers;
}

/** Uniform in [a, b) (torch.nn.init.uniform_). */
export function uniform<Filled extends Tensor>(
  tensor: Filled,
  ...given: Given<{ a?: number; b?: number }, [a: number, b: number]>
): Filled {
  const { a = 0, b = 1 } = numbersOf('uniform', given, ['a', 'b']);
  return fill(tensor, () => uniformBetween(tensor.shape, a, b));
}

/** Normal with this mean and standard deviation (torch.nn.init.normal_). */
export function normal<Filled extends Tensor>(
  tensor: Filled,
  ...given: Given<{ mean?: number; std?: number }, [mean: number, std: number]>
): Filled {
  const { mean = 0, std = 1 } = numbersOf('normal', given, ['mean', 'std']);
  return fill(tensor, () => normalAround(tensor.shape, mean, std));
}

/** The same value everywhere (torch.nn.init.constant_). */
export function constant<Filled extends Tensor>(tensor: Filled, value: number): Filled {
  if (typeof value !== 'number') {
    throw new ArgumentError(`constant: value must be a number, but got ${described(value)}`);
  }
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
export function xavierUniform<Filled extends Tensor>(
  tensor: Filled,
  ...given: Given<{ gain?: number }, [gain: number]>
): Filled {
  const { gain = 1 } = numbersOf('xavierUniform', given, ['gain']);
  const size = fans('xavierUniform', tensor);
  const bound = gain * Math.sqrt(6 / (size.in + size.out));
  return uniform(tensor, -bound, bound);
}

/** Normal with standard deviation gain · √(2 / (in + out)) (torch.nn.init.xavier_normal_). */
export function xavierNormal<Filled extends Tensor>(
  tensor: Filled,
  ...given: Given<{ gain?: number }, [gain: number]>
): Filled {
  const { gain = 1 } = numbersOf('xavierNormal', given, ['gain']);
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

/** In PyTorch's order. */
const kaimingOptions = ['a', 'mode', 'nonlinearity'];

type GivenKaiming = Given<
  KaimingOptions,
  [a: number, mode: 'fanIn' | 'fanOut', nonlinearity: GainOf]
>;

function kaimingStd(name: string, tensor: Tensor, options: KaimingOptions): number {
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
  ...given: GivenKaiming
): Filled {
  const options = takeOptions<KaimingOptions>('kaimingUniform', given, kaimingOptions);
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform', tensor, options);
  return uniform(tensor, -bound, bound);
}

/** Normal with standard deviation gain / √fan (torch.nn.init.kaiming_normal_). */
export function kaimingNormal<Filled extends Tensor>(
  tensor: Filled,
  ...given: GivenKaiming
): Filled {
  const options = takeOptions<KaimingOptions>('kaimingNormal', given, kaimingOptions);
  return normal(tensor, 0, kaimingStd('kaimingNormal', tensor, options));
}

/** Rows (or columns, where they are fewer) orthogonal and of length gain (torch.nn.init.orthogonal_). */
export function orthogonal<Filled extends Tensor>(
  tensor: Filled,
  ...given: Given<{ gain?: number }, [gain: number]>
): Filled {
  const { gain = 1 } = numbersOf('orthogonal', given, ['gain']);
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
