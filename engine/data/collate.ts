// Lists of samples as datasets, and how samples become a batch. Knows no loader.
import { tensor } from '../ops/create';
import { stack } from '../ops/join';
import { ArgumentError, described, EngineError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import { Tensor } from '../tensor/tensor';
import type { Dataset } from './dataset';

/** Samples whose fields were stacked: each is one tensor. */
export type Collated<Sample> = { [Field in keyof Sample]: Tensor };

/** A list of samples, made into batches by a function of some of them. */
class SampleList<Item extends object> implements Dataset<Item> {
  constructor(
    readonly samples: readonly unknown[],
    readonly collate: (samples: never[]) => Item,
  ) {}

  get length(): number {
    return this.samples.length;
  }

  batch(indices: ArrayLike<number>): Item {
    return this.collate(Array.from(indices, (i) => this.samples[i]) as never[]);
  }
}

/** What a loader draws from: a dataset, or a list of samples and how they come together. */
export function datasetOf<Item extends object>(
  source: Dataset<Item> | readonly unknown[],
  collateFn: ((samples: never[]) => Item) | undefined,
): Dataset<Item> {
  if (Array.isArray(source)) {
    return new SampleList(source, collateFn ?? (collated as unknown as (samples: never[]) => Item));
  }
  const dataset = source as Dataset<Item>;
  if (typeof (dataset as Partial<Dataset<Item>> | undefined)?.batch !== 'function') {
    throw new ArgumentError(
      `loader: needs a dataset or a list of samples, but got ${described(source)}`,
    );
  }
  if (collateFn !== undefined) {
    throw new ArgumentError(
      'loader: collateFn needs a list of samples; a dataset makes its batches itself',
    );
  }
  return dataset;
}

/** Field by field, tensors stacked and numbers in a row (torch.utils.data.default_collate). */
function collated(samples: Record<string, unknown>[]): Record<string, Tensor> {
  const fields = Object.keys(samples[0]);
  return Object.fromEntries(
    fields.map((field) => [
      field,
      together(
        field,
        samples.map((sample) => sample[field]),
      ),
    ]),
  );
}

function together(field: string, values: readonly unknown[]): Tensor {
  if (values.every((value) => typeof value === 'number')) return tensor(values);
  const tensors = values.filter((value) => value instanceof Tensor);
  if (tensors.length < values.length) {
    throw new EngineError(
      'data',
      `loader: ${field} must be a tensor or a number in each sample; pass collateFn for anything else`,
    );
  }
  const [first] = tensors;
  for (const value of tensors) {
    if (sameShape(value.shape, first.shape)) continue;
    throw new EngineError(
      'data',
      `loader: ${field} is ${formatShape(first.shape)} in one sample and ${formatShape(value.shape)} in ` +
        'another; pass a collateFn that pads, with nn.utils.rnn.padSequence',
    );
  }
  return stack(tensors);
}
