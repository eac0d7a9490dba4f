// Samples with targets, held outside of tensor memory until a batch is asked for. Knows no loader.
import { tensor, zeros } from '../ops/create';
import { tape } from '../tape/tape';
import { createTypedArray, type DType, type TypedArray } from '../tensor/dtype';
import { ArgumentError, EngineError } from '../tensor/errors';
import { elementCount, type Shape } from '../tensor/shape';
import { Tensor } from '../tensor/tensor';
import { Random, seedOf, type Seeded } from './random';

/** Inputs and their targets; the first dimension counts samples. */
export interface Batch {
  x: Tensor;
  y: Tensor;
}

/** What a loader draws from (torch.utils.data.Dataset). */
export interface Dataset<Item extends object = Batch> {
  /** How many samples there are. */
  readonly length: number;
  /** These samples, stacked along a new first dimension. */
  batch(indices: ArrayLike<number>): Item;
}

/** Values of one kind for all samples: `values` holds sample after sample, each of `shape`. */
export interface Column {
  readonly values: Float32Array | Float64Array | Int32Array;
  readonly shape: Shape;
  /** How many samples, where a shape run holds no values for them. */
  readonly count?: number;
}

/** Samples in memory: `x[i]` belongs to `y[i]` (torch.utils.data.TensorDataset). */
export class TensorDataset implements Dataset {
  readonly length: number;
  readonly inputs: Column;
  readonly targets: Column;

  constructor(x: Tensor | Column, y: Tensor | Column) {
    this.inputs = columnOf(x);
    this.targets = columnOf(y);
    this.length = sampleCount(this.inputs);
    const targets = sampleCount(this.targets);
    if (this.length !== targets) {
      throw new EngineError(
        'data',
        `TensorDataset: ${this.length} inputs but ${targets} targets; there must be one for each`,
      );
    }
  }

  batch(indices: ArrayLike<number>): Batch {
    return { x: pick(this.inputs, indices), y: pick(this.targets, indices) };
  }

  /** All samples in order, as one batch. */
  all(): Batch {
    return this.batch(Array.from({ length: this.length }, (_, i) => i));
  }
}

/** Some samples of a dataset, by their numbers (torch.utils.data.Subset). */
export class Subset implements Dataset {
  constructor(
    readonly dataset: Dataset,
    readonly indices: readonly number[],
  ) {}

  get length(): number {
    return this.indices.length;
  }

  batch(indices: ArrayLike<number>): Batch {
    return this.dataset.batch(Array.from(indices, (i) => this.indices[i]));
  }

  /** All samples in order, as one batch. */
  all(): Batch {
    return this.dataset.batch(this.indices);
  }
}

/**
 * Deals a dataset out at random into parts that do not overlap (torch.utils.data.random_split).
 * Parts are counts that add up to the length, or shares that add up to 1.
 */
export function randomSplit<const Parts extends readonly number[]>(
  dataset: Dataset,
  parts: Parts,
  options: Seeded = {},
): { [K in keyof Parts]: Subset } {
  const sizes = sizesOf(parts, dataset.length);
  const order = shuffled(dataset.length, new Random(seedOf(options), 'split'));
  let from = 0;
  const subsets = sizes.map((size) => new Subset(dataset, order.slice(from, (from += size))));
  return subsets as { [K in keyof Parts]: Subset };
}

function sizesOf(parts: readonly number[], length: number): number[] {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (parts.every(Number.isInteger) && sum === length) return [...parts];
  if (Math.abs(sum - 1) > 1e-9 || parts.some((part) => part < 0)) {
    throw new ArgumentError(
      `randomSplit: parts must add up to the ${length} samples or, as shares, to 1, but [${parts.join(', ')}] adds up to ${sum}`,
    );
  }
  const ends = parts.map((_, i) =>
    Math.round(length * parts.slice(0, i + 1).reduce((total, part) => total + part, 0)),
  );
  return ends.map((end, i) => end - (ends[i - 1] ?? 0));
}

/** 0…count−1 in random order (Fisher and Yates). */
export function shuffled(count: number, random: Random): number[] {
  const order: number[] = [];
  for (let i = 0; i < count; i++) order.push(i);
  // A shape run has no use for an order.
  if (tape.mode === 'meta') return order;
  for (let last = count - 1; last > 0; last--) {
    const other = random.whole(0, last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

function columnOf(source: Tensor | Column): Column {
  if (!(source instanceof Tensor)) return source;
  if (source.rank === 0) {
    throw new EngineError(
      'data',
      'TensorDataset: a scalar has no first dimension to count samples',
    );
  }
  const [count, ...shape] = source.shape;
  if (source.storage === null) {
    const none = source.dtype === 'bool' ? 'int32' : source.dtype;
    return { values: createTypedArray(none, 0) as Column['values'], shape, count };
  }
  const values: TypedArray = source.toTypedArray();
  const typed = values instanceof Uint8Array ? Int32Array.from(values) : values;
  return { values: typed, shape };
}

function sampleCount({ values, shape, count }: Column): number {
  return count ?? values.length / Math.max(elementCount(shape), 1);
}

function dtypeOf(values: Column['values']): DType {
  if (values instanceof Int32Array) return 'int32';
  return values instanceof Float64Array ? 'float64' : 'float32';
}

function pick({ values, shape }: Column, indices: ArrayLike<number>): Tensor {
  if (tape.mode === 'meta') {
    return zeros([indices.length, ...shape], { dtype: dtypeOf(values) });
  }
  const size = elementCount(shape);
  const chosen = new (values.constructor as Float32ArrayConstructor)(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * size;
    chosen.set(values.subarray(from, from + size), i * size);
  }
  return tensor(chosen).reshape([indices.length, ...shape]);
}
