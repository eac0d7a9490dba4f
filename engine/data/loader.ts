// Batches of a dataset, shuffled anew each epoch. Knows no model.
import { tape } from '../tape/tape';
import { ArgumentError, checkOptions, EngineError } from '../tensor/errors';
import { dim } from '../tensor/dimension';
import { namedKey, permutation } from '../tensor/random';
import { Batches, checkCount } from './batches';
import { datasetOf, type Collated } from './collate';
import type { Batch, Dataset } from './dataset';
import { seedOf, type Seeded } from './random';

export interface LoaderOptions<Sample = unknown, Item = Batch> extends Seeded {
  /** Samples per batch. Default 1. */
  batchSize?: number;
  /** Another order in each epoch. Default false. */
  shuffle?: boolean;
  /** Leave out the last batch of an epoch when it is not full. Default false. */
  dropLast?: boolean;
  /**
   * Makes a batch of some samples of a list, such as one padded with `nn.utils.rnn.padSequence`.
   * Default: tensors and numbers are stacked, field by field.
   */
  collateFn?: (samples: Sample[]) => Item;
}

/** Yields a dataset's samples in batches `{ x, y }` (torch.utils.data.DataLoader). */
export class DataLoader<Item extends object = Batch> extends Batches<Item> {
  readonly dataset: Dataset<Item>;
  readonly length: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  /** The order of the epoch that was asked for last. */
  private order: { epoch: number; indices: Int32Array } | undefined;

  constructor(source: Dataset<Item>, options?: LoaderOptions<never, Item>);
  constructor(source: readonly Item[], options?: LoaderOptions<Item, Item>);
  constructor(
    source: Dataset<Item> | readonly unknown[],
    options: LoaderOptions<never, Item> = {},
  ) {
    super();
    checkOptions('loader', options, ['batchSize', 'shuffle', 'dropLast', 'seed', 'collateFn']);
    const dataset = datasetOf<Item>(source, options.collateFn);
    this.dataset = dataset;
    this.shuffle = options.shuffle ?? false;
    this.seed = seedOf(options);
    const { batchSize = 1 } = options;
    checkCount('loader', 'batchSize', batchSize);
    this.batchSize = options.batchSize === undefined ? batchSize : dim('B', batchSize);
    if (dataset.length === 0) throw new EngineError('data', 'loader: the dataset has no samples');
    const full = dataset.length / this.batchSize;
    this.length = options.dropLast === true ? Math.floor(full) : Math.ceil(full);
    if (this.length === 0) {
      throw new ArgumentError(
        `loader: ${dataset.length} samples do not fill one batch of ${this.batchSize}, and dropLast leaves out what is not full`,
      );
    }
  }

  at(step: number): Item {
    const indices = this.indices(Math.floor(step / this.length));
    const from = (step % this.length) * this.batchSize;
    return this.dataset.batch(indices.subarray(from, from + this.batchSize));
  }

  private indices(epoch: number): Int32Array {
    if (this.order?.epoch === epoch) return this.order.indices;
    const { length } = this.dataset;
    const indices =
      this.shuffle && tape.mode !== 'meta'
        ? permutation(namedKey(this.seed, epoch), length)
        : new Int32Array(length).map((_, i) => i);
    this.order = { epoch, indices };
    return indices;
  }
}

/** Yields a dataset's samples in batches `{ x, y }`; the same as `new data.DataLoader(…)`. */
export function loader<Item extends object = Batch>(
  dataset: Dataset<Item>,
  options?: LoaderOptions<never, Item>,
): DataLoader<Item>;
export function loader<Sample, Item extends object>(
  samples: readonly Sample[],
  options: LoaderOptions<Sample, Item> & { collateFn: (samples: Sample[]) => Item },
): DataLoader<Item>;
export function loader<Sample extends object>(
  samples: readonly Sample[],
  options?: LoaderOptions<Sample, Collated<Sample>>,
): DataLoader<Collated<Sample>>;
export function loader(
  source: Dataset<object> | readonly object[],
  options?: LoaderOptions<never, object>,
): DataLoader<object> {
  return new DataLoader<object>(source as Dataset<object>, options);
}
