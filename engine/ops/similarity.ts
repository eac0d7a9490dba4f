// Vectors of length one, and the angle between two. Knows no kernel.
import type { Tensor } from '../tensor/tensor';
import type { Dims } from './folding';
import { withKeywords, type Call, type Keywords } from './keywords';
import type { Power } from './norm';

export interface NormalizeOptions {
  /** The exponent of the norm. Default 2. */
  p?: Power;
  /** Default 1. */
  dim?: Dims;
  /** The least that is divided by. Default 1e-12. */
  eps?: number;
}

/** x divided by its norm along a dimension (torch.nn.functional.normalize). */
export const normalize: Call<
  Keywords<[x: Tensor], NormalizeOptions, [p: Power, dim: Dims, eps: number]>
> = withKeywords(
  'normalize',
  { required: 1, names: ['p', 'dim', 'eps'] },
  (x: Tensor, p: Power = 2, dim: Dims = 1, eps = 1e-12): Tensor =>
    x.div(x.norm(p, dim, { keepdim: true }).clamp({ min: eps })),
);

export interface SimilarityOptions {
  /** Default 1. */
  dim?: number;
  /** The least length that is divided by. Default 1e-8. */
  eps?: number;
}

/** The cosine of the angle between vectors along a dimension (torch.nn.functional.cosine_similarity). */
export const cosineSimilarity: Call<
  Keywords<[x1: Tensor, x2: Tensor], SimilarityOptions, [dim: number, eps: number]>
> = withKeywords(
  'cosineSimilarity',
  { required: 2, names: ['dim', 'eps'] },
  (x1: Tensor, x2: Tensor, dim = 1, eps = 1e-8): Tensor => {
    const length = (x: Tensor): Tensor => x.norm(2, dim, { keepdim: true }).clamp({ min: eps });
    return x1
      .div(length(x1))
      .mul(x2.div(length(x2)))
      .sum(dim);
  },
);
