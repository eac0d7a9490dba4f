// What normalizations end with: times a weight, plus a bias. Knows no normalization.
import { ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';

export interface AffineOptions {
  /** What the result is multiplied by. */
  weight?: Tensor | null | undefined;
  /** What is added to it then. */
  bias?: Tensor | null | undefined;
  /** Keeps the division finite. Default 1e-5. */
  eps?: number;
}

/** In PyTorch's order. */
export const affineOptions = ['weight', 'bias', 'eps'];

/** y · weight + bias, where they are given. */
export function scaled(y: Tensor, weight: Tensor | null | undefined, bias?: Tensor | null): Tensor {
  const product = weight ? y.mul(weight) : y;
  return bias ? product.add(bias) : product;
}

/** A number per channel, so that it broadcasts against [N, C, *]. */
export function perChannel(
  name: string,
  x: Tensor,
  vector: Tensor | null | undefined,
): Tensor | null {
  if (!vector) return null;
  if (!sameShape(vector.shape, [x.size(1)])) {
    throw new ShapeError(
      `${name}: input ${formatShape(x.shape)} has ${x.size(1)} channels, but a vector of ` +
        `${formatShape(vector.shape)} was given for them`,
    );
  }
  return vector.reshape([x.size(1), ...x.shape.slice(2).map(() => 1)]);
}
