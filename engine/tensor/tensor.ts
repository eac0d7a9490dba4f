// A tensor: a shape, an element type and a window into storage. Knows no op; ops/ adds the methods.
import type { Row } from '../tape/tape';
import { arena } from './arena';
import { bytesPerElement, createTypedArray, type DType, type TypedArray } from './dtype';
import { ArgumentError, EngineError } from './errors';
import { formatTensor } from './format';
import { contiguousStrides, elementCount, formatShape, isContiguous, type Shape } from './shape';
import { Storage } from './storage';

/** What is known of a tensor before anything is computed. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a shape run answers when it is asked for data, which it does not have. */
export const unknownData = { item: 1, element: 0, asked: false };

/**
 * An n-dimensional array, as in PyTorch (torch.Tensor). Make one with `tensor`, `zeros`, `randn` and
 * so on. Immutable, except that an optimizer's step changes the parameters that it holds.
 */
export class Tensor implements TensorType {
  /** What this tensor's elements lie in; null in a shape run, which computes no elements. */
  readonly storage: Storage | null;
  readonly shape: Shape;
  /** Distance between neighbours along each dimension, in elements. */
  readonly strides: readonly number[];
  /** First element, counted in elements from the start of the storage. */
  readonly offset: number;
  readonly dtype: DType;
  /** Number of elements (torch.Tensor.numel). */
  readonly count: number;
  /** Whether the elements lie row by row without gaps. */
  readonly isContiguous: boolean;
  /** True of a plain number on its way into an op: it yields to the other operand's dtype. */
  readonly weak: boolean;
  /** Whether backward computes a gradient for it. */
  requiresGrad = false;
  /** The gradient that `backward` has accumulated, or null (torch.Tensor.grad). */
  grad: Tensor | null = null;
  /** The op that made it, when a gradient may flow through; absent on leaves. */
  row: Row | undefined = undefined;
  /** Set by `retainGrad()`: keep the gradient of a tensor that is not a leaf. */
  retainsGrad = false;
  /** The gradient as far as the backward pass of this number has it. */
  arriving: Tensor | undefined = undefined;
  arrivingIn = 0;
  /** Functions that may replace the gradient on its way (torch.Tensor.register_hook). */
  hooks: ((gradient: Tensor) => Tensor | void)[] | undefined = undefined;
  /** What a shape run writes down of it. */
  notes: object | undefined = undefined;

  constructor(
    storage: Storage | null,
    shape: Shape,
    dtype: DType,
    strides?: readonly number[],
    offset = 0,
    weak = false,
  ) {
    this.storage = storage;
    this.shape = shape;
    this.dtype = dtype;
    this.strides = strides ?? contiguousStrides(shape);
    this.count = elementCount(shape);
    this.isContiguous = strides === undefined || isContiguous(shape, strides);
    this.offset = offset;
    this.weak = weak;
  }

  /** A new tensor over fresh memory with arbitrary contents. */
  static allocate(shape: Shape, dtype: DType, weak = false): Tensor {
    const storage = new Storage(elementCount(shape) * bytesPerElement[dtype]);
    return new Tensor(storage, shape, dtype, undefined, 0, weak);
  }

  /** The same over fresh memory, for a result of the same shape; the tensor must be dense. */
  allocateLike(dtype: DType): Tensor {
    const storage = new Storage(this.count * bytesPerElement[dtype]);
    return new Tensor(storage, this.shape, dtype, this.strides);
  }

  /** Number of dimensions (torch.Tensor.ndim). */
  get rank(): number {
    return this.shape.length;
  }

  /** Whether it was not made by an op that is on the tape (torch.Tensor.is_leaf). */
  get isLeaf(): boolean {
    return this.row === undefined;
  }

  /** Size of one dimension, which may count from the end; without one, all of them (torch.Tensor.size). */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): number | Shape {
    if (dim === undefined) return this.shape;
    const size = this.shape[dim < 0 ? dim + this.rank : dim];
    if (size === undefined) {
      throw new ArgumentError(
        `size: dim ${dim} is out of range for a tensor of shape ${formatShape(this.shape)}`,
      );
    }
    return size;
  }

  /** Index of the first element in `elements(this)`. */
  get start(): number {
    return this.storage!.offset / bytesPerElement[this.dtype] + this.offset;
  }

  /** The only element, as a number (torch.Tensor.item). A shape run, which has no data, answers a fixed one. */
  item(): number {
    if (this.count !== 1) {
      throw new ArgumentError(
        `item: only a tensor with one element has an item, but this one is ${formatShape(this.shape)}`,
      );
    }
    if (this.storage === null) {
      unknownData.asked = true;
      return unknownData.item;
    }
    this.storage.check();
    return arena.view(this.dtype)[this.start];
  }

  /** A copy of the elements, row by row. */
  toTypedArray(): TypedArray {
    const copy = createTypedArray(this.dtype, this.count);
    if (this.storage === null) {
      unknownData.asked = true;
      return unknownData.element === 0 ? copy : (copy.fill(unknownData.element), copy);
    }
    this.storage.check();
    const all = arena.view(this.dtype);
    if (this.isContiguous)
      return this.count === 0
        ? copy
        : (copy.set(all.subarray(this.start, this.start + this.count)), copy);
    let at = 0;
    forEachElement(this, (position) => {
      copy[at++] = all[position]!;
    });
    return copy;
  }

  /** The elements as nested arrays of numbers; a number for a scalar (torch.Tensor.tolist). */
  toArray(): NestedArray {
    const flat = this.toTypedArray();
    const nest = (dim: number, from: number, size: number): NestedArray => {
      if (dim === this.rank) return flat[from];
      const step = this.shape[dim] === 0 ? 0 : size / this.shape[dim];
      return Array.from({ length: this.shape[dim] }, (_, i) =>
        nest(dim + 1, from + i * step, step),
      );
    };
    return nest(0, 0, this.count);
  }

  /** In JSON a tensor is its numbers. */
  toJSON(): NestedArray {
    return this.toArray();
  }

  /** The text that PyTorch's users know: values, shape and dtype. */
  toString(): string {
    return formatTensor(this);
  }

  /**
   * JavaScript's operators know no tensors: `a * 2` would be NaN and `a > 0` false, without a word. Where text is
   * wanted, and where `+` may join to some, a tensor is what it prints as.
   */
  [Symbol.toPrimitive](hint: 'string' | 'number' | 'default'): string {
    if (hint !== 'number') return this.toString();
    throw new EngineError(
      'argument',
      'operators such as * and > take numbers, not tensors: write a.mul(b) for a * b, a.gt(b) for a > b, ' +
        'or item() for the number in a tensor of one element',
    );
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

export type NestedArray = number | NestedArray[];

/** The whole arena as the tensor's element type; index it from `tensor.start` by its strides. */
export function elements(tensor: Tensor): TypedArray {
  tensor.storage?.check();
  return arena.view(tensor.dtype);
}

/** Calls `visit` with the position in `elements(tensor)` of each element, row by row. */
export function forEachElement(tensor: Tensor, visit: (position: number) => void): void {
  const { shape, strides, rank } = tensor;
  const descend = (dim: number, position: number): void => {
    if (dim === rank) {
      visit(position);
      return;
    }
    for (let i = 0; i < shape[dim]; i++) descend(dim + 1, position + i * strides[dim]);
  };
  descend(0, tensor.start);
}

/** Throws unless `value` is a tensor; names the op and the argument that is not. */
export function checkTensor(
  owner: string,
  argument: string,
  value: unknown,
): asserts value is Tensor {
  if (value instanceof Tensor) return;
  // What + has made of a tensor.
  const joined = typeof value === 'string' && value.includes('tensor(');
  const got = joined
    ? 'a text: + joins what tensors print as; write a.add(b)'
    : value === null
      ? 'null'
      : Array.isArray(value)
        ? 'an array'
        : typeof value;
  throw new EngineError('argument', `${owner}: ${argument} must be a tensor, but got ${got}`);
}
