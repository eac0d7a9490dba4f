// Tensors of random numbers, drawn from counters. Knows no gradient.
import { inInt32 } from '../tensor/dtype';
import { ArgumentError } from '../tensor/errors';
import { nextKey, normal, permutation, uniform, type RandomKey } from '../tensor/random';
import type { Shape } from '../tensor/shape';
import { elements, type Tensor, type TensorType } from '../tensor/tensor';
import { creator, finish, typeOf, type CreateOptions, type Making } from './creation';
import { withSizes, type Call } from './keywords';

interface RandomAttributes {
  type: TensorType;
  key: RandomKey;
  low: number;
  high: number;
}

const uniformOp = creator('rand', (y, { key, low, high }: RandomAttributes) => {
  const to = elements(y);
  uniform(
    key,
    y.count,
    (i, u) => (to[y.start + i] = low + (high - low) * u),
    y.dtype === 'float64' ? 53 : 24,
  );
});

/** Uniform in [0, 1) (torch.rand). */
export const rand: Call<Making> = withSizes(
  'rand',
  0,
  (shape: Shape, options: CreateOptions = {}): Tensor => uniformBetween(shape, 0, 1, options),
  true,
);

/** Uniform in [low, high) (torch.Tensor.uniform_). */
export function uniformBetween(
  shape: Shape,
  low: number,
  high: number,
  options: CreateOptions = {},
): Tensor {
  const type = typeOf('rand', shape, options);
  return finish('rand', uniformOp({ type, key: nextKey(), low, high }), options);
}

const normalOp = creator('randn', (y, { key, low: mean, high: std }: RandomAttributes) => {
  const to = elements(y);
  normal(key, y.count, (i, z) => (to[y.start + i] = mean + std * z));
});

/** Standard normal (torch.randn). */
export const randn: Call<Making> = withSizes(
  'randn',
  0,
  (shape: Shape, options: CreateOptions = {}): Tensor => normalAround(shape, 0, 1, options),
  true,
);

/** Normal with this mean and standard deviation (torch.normal). */
export function normalAround(
  shape: Shape,
  mean: number,
  std: number,
  options: CreateOptions = {},
): Tensor {
  const type = typeOf('randn', shape, options);
  return finish('randn', normalOp({ type, key: nextKey(), low: mean, high: std }), options);
}

const randintOp = creator('randint', (y, { key, low, high }: RandomAttributes) => {
  const to = elements(y);
  uniform(key, y.count, (i, u) => (to[y.start + i] = low + Math.floor(u * (high - low))), 53);
});

export interface RandintOptions extends CreateOptions {
  /** The least number, when only `high` and the shape are given. Default 0. */
  low?: number;
}

/** Whole numbers in [low, high), int32 (torch.randint). */
export function randint(low: number, high: number, shape: Shape, options?: CreateOptions): Tensor;
export function randint(high: number, shape: Shape, options?: RandintOptions): Tensor;
export function randint(
  first: number,
  second: number | Shape,
  third?: Shape | RandintOptions,
  fourth: CreateOptions = {},
): Tensor {
  const short = typeof second !== 'number';
  const { low: least = 0, ...rest } = (short ? (third ?? {}) : fourth) as RandintOptions;
  const [low, high, shape] = short ? [least, first, second] : [first, second, third as Shape];
  if (high <= low) throw new ArgumentError(`randint: no whole number lies in [${low}, ${high})`);
  const type = typeOf('randint', shape, rest, 'int32');
  if (type.dtype === 'int32') for (const edge of [low, high - 1]) inInt32('randint', edge);
  return finish('randint', randintOp({ type, key: nextKey(), low, high }), rest);
}

const randpermOp = creator('randperm', (y, { key }: { type: TensorType; key: RandomKey }) => {
  elements(y).set(permutation(key, y.count), y.start);
});

/** 0…n−1 in random order, int32 (torch.randperm). */
export function randperm(n: number, options: CreateOptions = {}): Tensor {
  const type = typeOf('randperm', [n], options, 'int32');
  return finish('randperm', randpermOp({ type, key: nextKey() }), options);
}

/** Standard normal numbers in the shape and dtype of x (torch.randn_like). */
export const randnLike = (x: Tensor, options: CreateOptions = {}): Tensor =>
  randn(x.shape, { dtype: x.dtype, ...options });

/** Uniform numbers in the shape and dtype of x (torch.rand_like). */
export const randLike = (x: Tensor, options: CreateOptions = {}): Tensor =>
  rand(x.shape, { dtype: x.dtype, ...options });
