// The two look-ups that layers are made of: by weights, and by number. Knows no layer.
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { where } from './elementwise';
import { checkIndex } from './indices';

export interface LinearOptions {
  /** [outFeatures]. */
  bias?: Tensor | null | undefined;
}

/**
 * x · weightᵀ + bias (torch.nn.functional.linear). Shape: input [*, inFeatures], weight
 * [outFeatures, inFeatures]; output [*, outFeatures].
 */
export function linear(input: Tensor, weight: Tensor, options: LinearOptions = {}): Tensor {
  checkOptions('linear', options, ['bias']);
  const fits =
    input.rank > 0 &&
    (weight.rank === 1 || weight.rank === 2) &&
    input.size(-1) === weight.size(-1);
  if (!fits) {
    throw new ShapeError(
      `linear: input ${formatShape(input.shape)} and weight ${formatShape(weight.shape)} must end with the same size`,
    );
  }
  const y = input.matmul(weight.t());
  return options.bias ? y.add(options.bias) : y;
}

export interface EmbeddingOptions {
  /** The symbol whose vector gets no gradient. */
  paddingIdx?: number | null | undefined;
}

/**
 * The weight's row of each number (torch.nn.functional.embedding). Shape: input [*], int32, weight
 * [numEmbeddings, embeddingDim]; output [*, embeddingDim].
 */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkOptions('embedding', options, ['paddingIdx']);
  checkIndex('embedding', input);
  if (weight.rank !== 2) {
    throw new ShapeError(
      `embedding: the weight must be [V, E], but it is ${formatShape(weight.shape)}`,
    );
  }
  const [rows, width] = weight.shape;
  const flat = input.flatten();
  const found = weight.indexSelect(0, flat);
  const padding = paddingRow('embedding', options.paddingIdx, rows);
  // The vectors at the padding symbol count as constants.
  const vectors =
    padding === null ? found : where(flat.ne(padding).unsqueeze(1), found, found.detach());
  return vectors.reshape([...input.shape, width]);
}

/** The row that a padding index, which may count from the end, names. */
export function paddingRow(
  owner: string,
  index: number | null | undefined,
  rows: number,
): number | null {
  if (index === undefined || index === null) return null;
  if (Number.isInteger(index) && index >= -rows && index < rows) {
    return index < 0 ? index + rows : index;
  }
  throw new ArgumentError(`${owner}: paddingIdx ${index} is not one of ${rows} symbols`);
}
