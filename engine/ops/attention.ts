// Scaled dot-product attention, as a plain function of ops: every step of it is on the tape. Knows no layer.
import { quietly } from '../tape/warnings';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { arange } from './create';
import { where } from './binary';
import { withPositions, type Call, type Keywords } from './keywords';
import { dropout } from './random';

export interface AttentionOptions {
  /** [T, S], or what broadcasts to [*, T, S]: bool, true where a query may look; or a float that is added. */
  attnMask?: Tensor | null | undefined;
  /** Dropout of the weights. Default 0. */
  dropoutP?: number;
  /** Query t sees keys 0…t only. Default false. */
  isCausal?: boolean;
  /** What scores are multiplied by. Default 1 / √E. */
  scale?: number | undefined;
}

function checkShapes(q: Tensor, k: Tensor, v: Tensor): void {
  const fits =
    q.rank >= 2 &&
    k.rank >= 2 &&
    v.rank >= 2 &&
    q.size(-1) === k.size(-1) &&
    k.size(-2) === v.size(-2);
  if (fits) return;
  throw new ShapeError(
    `scaledDotProductAttention: query ${formatShape(q.shape)}, key ${formatShape(k.shape)} and value ` +
      `${formatShape(v.shape)} must be [*, T, E], [*, S, E] and [*, S, V]`,
  );
}

/** [T, S], true where query t may see key s: s ≤ t. */
export function causalMask(queries: number, keys = queries): Tensor {
  return quietly(() => arange(queries).unsqueeze(1).ge(arange(keys).unsqueeze(0)));
}

/** Attention with its weights, [*, T, S], which sum to 1 over the keys. */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions = {},
): { output: Tensor; weights: Tensor } {
  checkShapes(q, k, v);
  const { attnMask, isCausal = false, dropoutP = 0, scale = 1 / Math.sqrt(q.size(-1)) } = options;
  if (attnMask && isCausal) {
    throw new ArgumentError('scaledDotProductAttention: give attnMask or isCausal, not both');
  }
  let scores = q.matmul(k.transpose(-2, -1)).mul(scale);
  const mask = isCausal ? causalMask(q.size(-2), k.size(-2)) : attnMask;
  // A score of −∞ has a weight of exactly 0.
  if (mask) scores = mask.dtype === 'bool' ? where(mask, scores, -Infinity) : scores.add(mask);
  const weights = scores.softmax(-1);
  return { output: dropout(weights, dropoutP).matmul(v), weights };
}

/**
 * softmax(q · kᵀ / √E) · v: each query's mean of the values, weighted by how well its key fits
 * (torch.nn.functional.scaled_dot_product_attention). Shape: query [*, T, E], key [*, S, E], value
 * [*, S, V]; output [*, T, V].
 */
export const scaledDotProductAttention: Call<
  Keywords<
    [query: Tensor, key: Tensor, value: Tensor],
    AttentionOptions,
    [attnMask: Tensor | null, dropoutP: number, isCausal: boolean]
  >
> = withPositions(
  'scaledDotProductAttention',
  3,
  ['attnMask', 'dropoutP', 'isCausal'],
  (query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor => {
    const known = ['attnMask', 'dropoutP', 'isCausal', 'scale'];
    checkOptions('scaledDotProductAttention', options, known);
    return attention(query, key, value, options).output;
  },
);
