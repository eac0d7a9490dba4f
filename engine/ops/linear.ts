// The two look-ups that layers are made of: by weights, and by number. Knows no layer.
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape, sameShape, type Shape } from '../tensor/shape';
import { tape } from '../tape/tape';
import { checkTensor, elements, type Tensor } from '../tensor/tensor';
import { where } from './binary';
import { checkIndex } from './indices';
import { withKeywords, type Call, type Keywords } from './keywords';

export interface LinearOptions {
  /** [outFeatures]. */
  bias?: Tensor | null | undefined;
}

/**
 * x · weightᵀ + bias (torch.nn.functional.linear). Shape: input [*, inFeatures], weight
 * [outFeatures, inFeatures]; output [*, outFeatures].
 */
export const linear: Call<
  Keywords<[input: Tensor, weight: Tensor], LinearOptions, [bias: Tensor | null]>
> = withKeywords(
  'linear',
  { required: 2, names: ['bias'] },
  (input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor => {
    checkTensor('linear', 'the input', input);
    checkTensor('linear', 'the weight', weight);
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
    if (!bias) return y;
    // A bias of another size would broadcast.
    const expected = weight.rank === 1 ? [] : [weight.size(0)];
    if (!sameShape(bias.shape, expected)) {
      throw new ShapeError(
        `linear: the bias must be ${formatShape(expected)}, but it is ${formatShape(bias.shape)}`,
      );
    }
    return y.add(bias);
  },
);

export interface EmbeddingOptions {
  /** The symbol whose vector gets no gradient. */
  paddingIdx?: number | null | undefined;
}

/**
 * The weight's row of each number (torch.nn.functional.embedding). Shape: input [*], int32, weight
 * [numEmbeddings, embeddingDim]; output [*, embeddingDim].
 */
export const embedding: Call<
  Keywords<[input: Tensor, weight: Tensor], EmbeddingOptions, [paddingIdx: number | null]>
> = withKeywords(
  'embedding',
  { required: 2, names: ['paddingIdx'] },
  (input: Tensor, weight: Tensor, paddingIdx?: number | null): Tensor => {
    checkTensor('embedding', 'the input', input);
    checkTensor('embedding', 'the weight', weight);
    checkIndex('embedding', input);
    if (weight.rank !== 2) {
      throw new ShapeError(
        `embedding: the weight must be [V, E], but it is ${formatShape(weight.shape)}`,
      );
    }
    const [rows, width] = weight.shape;
    const flat = input.flatten();
    checkSymbols(flat, weight.shape);
    const found = weight.indexSelect(0, flat);
    const padding = paddingRow('embedding', paddingIdx, rows);
    // The vectors at the padding symbol count as constants.
    const vectors =
      padding === null ? found : where(flat.ne(padding).unsqueeze(1), found, found.detach());
    return vectors.reshape([...input.shape, width]);
  },
);

/** Refuses a number that is not one of the symbols; a shape run knows none of them. */
function checkSymbols(flat: Tensor, weight: Shape): void {
  const [rows] = weight;
  if (tape.mode === 'meta') return;
  const symbols = flat.contiguous();
  const values = elements(symbols);
  for (let i = symbols.start; i < symbols.start + symbols.count; i++) {
    if (values[i] >= 0 && values[i] < rows) continue;
    throw new ArgumentError(
      `embedding: ${values[i]} is not one of ${rows} symbols (0 to ${rows - 1}) of weight ${formatShape(weight)}`,
    );
  }
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
