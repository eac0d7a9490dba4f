// Functions that make tensors from nothing: constants, ranges, arrays. Knows no gradient.
import type { NestedArray } from '../tensor/tensor';
import { inInt32, type DType } from '../tensor/dtype';
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape, type Shape } from '../tensor/shape';
import { elements, type Tensor, type TensorType } from '../tensor/tensor';
import { creator, finish, typeOf, type CreateOptions, type Making } from './creation';
import { withKeywords, withSizes, type Call, type Keywords } from './keywords';

export type { CreateOptions } from './creation';

const fullOp = creator('full', (y, { value }: { type: TensorType; value: number }) => {
  elements(y).fill(value, y.start, y.start + y.count);
});

function filled(name: string, shape: Shape, value: number, options: CreateOptions): Tensor {
  if (options.dtype === 'int32') inInt32(name, value);
  return finish(name, fullOp({ type: typeOf(name, shape, options), value }), options);
}

/** All elements `value`; int32 when it is whole, bool when it is true or false (torch.full). */
export function full(shape: Shape, value: number | boolean, options: CreateOptions = {}): Tensor {
  const natural = dtypeOf(value);
  return filled('full', shape, Number(value), { dtype: natural, ...options });
}

/** The dtype of a plain number or truth value. */
const dtypeOf = (value: number | boolean): DType =>
  typeof value === 'boolean' ? 'bool' : Number.isInteger(value) ? 'int32' : 'float32';

/** All elements 0 (torch.zeros). */
export const zeros: Call<Making> = withSizes(
  'zeros',
  0,
  (shape: Shape, options: CreateOptions = {}): Tensor => filled('zeros', shape, 0, options),
  true,
);

/** All elements 1 (torch.ones). */
export const ones: Call<Making> = withSizes(
  'ones',
  0,
  (shape: Shape, options: CreateOptions = {}): Tensor => filled('ones', shape, 1, options),
  true,
);

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

export interface RangeOptions extends CreateOptions {
  /** The first number, when one number alone is given: then that is the end. Default 0. */
  start?: number;
  /** Default 1. */
  step?: number;
}

type Range =
  | [end: number, options?: RangeOptions]
  | [start: number, end: number, options?: CreateOptions & { step?: number }]
  | [start: number, end: number, step: number, options?: CreateOptions];

/** start, start + step, … below end; int32 when all three are whole (torch.arange). */
export function arange(...given: Range): Tensor {
  const args = given.filter((arg) => arg !== undefined);
  const numbers = args.filter((arg) => typeof arg === 'number');
  const last = args.at(-1);
  const options: RangeOptions = typeof last === 'object' ? last : {};
  if (numbers.length === 0 || numbers.length + Number(typeof last === 'object') < args.length) {
    throw new ArgumentError('arange: takes an end, or start, end and step, and then options');
  }
  const { start = 0, step = 1, ...rest } = options;
  if (numbers.length > 1 && options.start !== undefined) {
    throw new ArgumentError('arange: start is given twice, by position and by name');
  }
  const [from, to, by] =
    numbers.length === 1 ? [start, numbers[0], step] : [numbers[0], numbers[1], numbers[2] ?? step];
  if (by === 0 || (to - from) / by < 0) {
    throw new ArgumentError(`arange: from ${from} to ${to} by steps of ${by} never ends`);
  }
  const whole = [from, to, by].every(Number.isInteger);
  const count = Math.ceil((to - from) / by);
  const type = typeOf('arange', [count], rest, whole ? 'int32' : 'float32');
  if (type.dtype === 'int32' && count > 0) {
    for (const edge of [from, from + (count - 1) * by]) inInt32('arange', edge);
  }
  return finish('arange', rangeOp({ type, start: from, step: by }), rest);
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

export interface EyeOptions extends CreateOptions {
  /** How many columns. Default: as many as rows. */
  m?: number;
}

/** Ones on the diagonal, zeros elsewhere, [n, m] (torch.eye). */
export const eye: Call<Keywords<[n: number], EyeOptions, [m: number]>> = withKeywords(
  'eye',
  { required: 1, names: ['m'], options: true },
  (n: number, m = n, options: CreateOptions = {}): Tensor =>
    finish('eye', eyeOp({ type: typeOf('eye', [n, m], options) }), options),
);

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
  if ((options.dtype ?? otherwise) === 'int32') for (const value of flat) inInt32('tensor', value);
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

/** The options of a tensor like x: its own dtype where none is given. */
const like = (x: Tensor, options: CreateOptions): CreateOptions => ({ dtype: x.dtype, ...options });

/** Zeros of another shape in the dtype of x (torch.Tensor.new_zeros). */
export const newZeros: Call<
  [x: Tensor, shape: Shape, options?: CreateOptions] | [x: Tensor, ...sizes: number[]]
> = withSizes(
  'newZeros',
  1,
  (x: Tensor, shape: Shape, options: CreateOptions = {}): Tensor =>
    filled('newZeros', shape, 0, like(x, options)),
  true,
);

/** Zeros in the shape and dtype of x (torch.zeros_like). */
export const zerosLike = (x: Tensor, options: CreateOptions = {}): Tensor =>
  filled('zerosLike', x.shape, 0, like(x, options));

/** Ones in the shape and dtype of x (torch.ones_like). */
export const onesLike = (x: Tensor, options: CreateOptions = {}): Tensor =>
  filled('onesLike', x.shape, 1, like(x, options));

/** `value` everywhere, in the shape and dtype of x (torch.full_like). */
export const fullLike = (x: Tensor, value: number, options: CreateOptions = {}): Tensor =>
  filled('fullLike', x.shape, value, like(x, options));
