// Functions that make tensors from nothing: constants, ranges, random numbers, arrays. Knows no gradient.
import type { NestedArray } from '../tensor/tensor';
import { bytesPerElement, isFloating, type DType } from '../tensor/dtype';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { nextKey, normal, permutation, uniform, type RandomKey } from '../tensor/random';
import { checkShape, formatShape, type Shape } from '../tensor/shape';
import { elements, Tensor, type TensorType } from '../tensor/tensor';
import { op, type Op } from './op';

export interface CreateOptions {
  /** Default float32, or what the values suggest. */
  dtype?: DType;
  requiresGrad?: boolean;
}

/** Makes the op behind a creation function: no inputs, a shape, and a way to fill. */
function creator<Attributes extends { type: TensorType }>(
  name: string,
  fill: (y: Tensor, attributes: Attributes) => void,
): Op<[attributes: Attributes]> {
  return op({
    name,
    prepare: (attributes: Attributes) => ({ inputs: [], attributes }),
    shape: (_, { type }) => type,
    forward: ({ outputs: [y], attributes }) => {
      fill(y, attributes);
    },
  });
}

function typeOf(
  name: string,
  shape: Shape,
  options: CreateOptions,
  otherwise: DType = 'float32',
): TensorType {
  if (!Array.isArray(shape))
    throw new ArgumentError(`${name}: the shape must be an array such as [2, 3]`);
  checkShape(name, shape);
  checkOptions(name, options, ['dtype', 'requiresGrad']);
  const dtype = options.dtype ?? otherwise;
  if (!(dtype in bytesPerElement)) {
    throw new ArgumentError(
      `${name}: unknown dtype '${dtype}' (one of float32, float64, int32, bool)`,
    );
  }
  return { shape: shape.slice(), dtype };
}

function finish(name: string, tensor: Tensor, options: CreateOptions): Tensor {
  if (options.requiresGrad !== true) return tensor;
  if (!isFloating(tensor.dtype)) {
    throw new ArgumentError(
      `${name}: only floating point tensors can require gradients, not ${tensor.dtype}`,
    );
  }
  tensor.requiresGrad = true;
  return tensor;
}

const fullOp = creator('full', (y, { value }: { type: TensorType; value: number }) => {
  elements(y).fill(value, y.start, y.start + y.count);
});

/** All elements `value` (torch.full). */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  return finish('full', fullOp({ type: typeOf('full', shape, options), value }), options);
}

/** All elements 0 (torch.zeros). */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  return finish('zeros', fullOp({ type: typeOf('zeros', shape, options), value: 0 }), options);
}

/** All elements 1 (torch.ones). */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  return finish('ones', fullOp({ type: typeOf('ones', shape, options), value: 1 }), options);
}

interface RangeAttributes {
  type: TensorType;
  start: number;
  step: number;
}

const fillRange = (y: Tensor, { start, step }: RangeAttributes): void => {
  const to = elements(y);
  for (let i = 0; i < y.count; i++) to[y.start + i] = start + i * step;
};

const rangeOp = creator('arange', fillRange);

/** start, start + step, … below end; int32 when all three are whole (torch.arange). */
export function arange(start: number, end?: number, step = 1, options: CreateOptions = {}): Tensor {
  const [from, to] = end === undefined ? [0, start] : [start, end];
  if (step === 0 || (to - from) / step < 0) {
    throw new ArgumentError(`arange: from ${from} to ${to} by steps of ${step} never ends`);
  }
  const whole = [from, to, step].every(Number.isInteger);
  const count = Math.ceil((to - from) / step);
  const type = typeOf('arange', [count], options, whole ? 'int32' : 'float32');
  return finish('arange', rangeOp({ type, start: from, step }), options);
}

const linspaceOp = creator('linspace', (y, attributes: RangeAttributes & { end: number }) => {
  fillRange(y, attributes);
  // Exactly, whatever the steps have rounded.
  if (y.count > 1) elements(y)[y.start + y.count - 1] = attributes.end;
});

/** `steps` numbers evenly spaced from start to end, both included (torch.linspace). */
export function linspace(
  start: number,
  end: number,
  steps: number,
  options: CreateOptions = {},
): Tensor {
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const type = typeOf('linspace', [steps], options);
  return finish('linspace', linspaceOp({ type, start, end, step }), options);
}

const eyeOp = creator('eye', (y) => {
  const to = elements(y);
  to.fill(0, y.start, y.start + y.count);
  const [rows, columns] = y.shape as [number, number];
  for (let i = 0; i < Math.min(rows, columns); i++) to[y.start + i * (columns + 1)] = 1;
});

/** Ones on the diagonal, zeros elsewhere (torch.eye). */
export function eye(rows: number, columns = rows, options: CreateOptions = {}): Tensor {
  return finish('eye', eyeOp({ type: typeOf('eye', [rows, columns], options) }), options);
}

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
export function rand(shape: Shape, options: CreateOptions = {}): Tensor {
  return uniformBetween(shape, 0, 1, options);
}

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
export function randn(shape: Shape, options: CreateOptions = {}): Tensor {
  return normalAround(shape, 0, 1, options);
}

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

/** Whole numbers in [low, high), int32 (torch.randint). */
export function randint(
  low: number,
  high: number,
  shape: Shape,
  options: CreateOptions = {},
): Tensor {
  if (high <= low) throw new ArgumentError(`randint: no whole number lies in [${low}, ${high})`);
  const type = typeOf('randint', shape, options, 'int32');
  return finish('randint', randintOp({ type, key: nextKey(), low, high }), options);
}

const randpermOp = creator('randperm', (y, { key }: { type: TensorType; key: RandomKey }) => {
  elements(y).set(permutation(key, y.count), y.start);
});

/** 0…count−1 in random order, int32 (torch.randperm). */
export function randperm(count: number): Tensor {
  return randpermOp({ type: typeOf('randperm', [count], {}, 'int32'), key: nextKey() });
}

const tensorOp = creator(
  'tensor',
  (y, { values }: { type: TensorType; values: ArrayLike<number> }) => {
    const to = elements(y);
    if (y.dtype === 'bool')
      for (let i = 0; i < y.count; i++) to[y.start + i] = Number(values[i] !== 0);
    else to.set(values, y.start);
  },
);

type Nested = number | boolean | readonly Nested[];

/**
 * A tensor with these values: a number, nested arrays, or a typed array (torch.tensor). Without a
 * dtype: whole numbers in plain arrays give float32 when any has a fraction, else int32; booleans
 * give bool; typed arrays keep their type.
 */
export function tensor(
  values: Nested | NestedArray | ArrayLike<number>,
  options: CreateOptions = {},
): Tensor {
  if (ArrayBuffer.isView(values)) {
    const array = values as unknown as ArrayLike<number>;
    const type = typeOf('tensor', [array.length], options, dtypeOfArray(values));
    return finish('tensor', tensorOp({ type, values: array }), options);
  }
  const flat: number[] = [];
  let whole = true;
  let logical = true;
  const shape = flattenInto(values as Nested, flat, (value) => {
    logical &&= typeof value === 'boolean';
    whole &&= typeof value === 'boolean' || Number.isInteger(value);
  });
  const natural =
    logical && flat.length > 0 ? 'bool' : whole && flat.length > 0 ? 'int32' : 'float32';
  const otherwise = options.requiresGrad === true && natural === 'int32' ? 'float32' : natural;
  return finish(
    'tensor',
    tensorOp({ type: typeOf('tensor', shape, options, otherwise), values: flat }),
    options,
  );
}

function dtypeOfArray(values: ArrayBufferView): DType {
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Float32Array) return 'float32';
  return 'int32';
}

function flattenInto(
  values: Nested,
  flat: number[],
  see: (value: number | boolean) => void,
): number[] {
  if (typeof values === 'number' || typeof values === 'boolean') {
    see(values);
    flat.push(Number(values));
    return [];
  }
  if (!Array.isArray(values)) {
    throw new ArgumentError(
      `tensor: values must be numbers or arrays of numbers, but got ${typeof values}`,
    );
  }
  const shapes = (values as readonly Nested[]).map((value) => flattenInto(value, flat, see));
  const first = shapes[0] ?? [];
  for (const [i, shape] of shapes.entries()) {
    if (formatShape(shape) === formatShape(first)) continue;
    throw new ShapeError(
      `tensor: rows differ: element 0 has shape ${formatShape(first)}, element ${i} has ${formatShape(shape)}`,
    );
  }
  return [shapes.length, ...first];
}

/** Zeros of another shape in the dtype of x (torch.Tensor.new_zeros). */
export const newZeros = (x: Tensor, shape: Shape): Tensor => zeros(shape, { dtype: x.dtype });

/** Zeros in the shape and dtype of x (torch.zeros_like). */
export const zerosLike = (x: Tensor): Tensor => zeros(x.shape, { dtype: x.dtype });

/** Ones in the shape and dtype of x (torch.ones_like). */
export const onesLike = (x: Tensor): Tensor => ones(x.shape, { dtype: x.dtype });

/** `value` everywhere, in the shape and dtype of x (torch.full_like). */
export const fullLike = (x: Tensor, value: number): Tensor =>
  full(x.shape, value, { dtype: x.dtype });

/** Standard normal numbers in the shape and dtype of x (torch.randn_like). */
export const randnLike = (x: Tensor): Tensor => randn(x.shape, { dtype: x.dtype });

/** Uniform numbers in the shape and dtype of x (torch.rand_like). */
export const randLike = (x: Tensor): Tensor => rand(x.shape, { dtype: x.dtype });
