// Vectors of length one, and the angle between two. Knows no kernel.
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import type { Dims } from './folding';
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
export const normalize = (x: Tensor, options: NormalizeOptions = {}): Tensor => {
  checkOptions('normalize', options, ['p', 'dim', 'eps']);
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  return x.div(x.norm(p, dim, { keepdim: true }).clamp({ min: eps }));
};

export interface SimilarityOptions {
  /** Default 1. */
  dim?: number;
  /** The least length that is divided by. Default 1e-8. */
  eps?: number;
}

/** The cosine of the angle between vectors along a dimension (torch.nn.functional.cosine_similarity). */
export const cosineSimilarity = (
  x1: Tensor,
  x2: Tensor,
  options: SimilarityOptions = {},
): Tensor => {
  checkOptions('cosineSimilarity', options, ['dim', 'eps']);
  const { dim = 1, eps = 1e-8 } = options;
  const length = (x: Tensor): Tensor => x.norm(2, dim, { keepdim: true }).clamp({ min: eps });
  return x1
    .div(length(x1))
    .mul(x2.div(length(x2)))
    .sum(dim);
};
