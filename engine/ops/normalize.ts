// Normalization: layer, group, instance and root mean square. Knows no layer.
import { affineOptions, perChannel, scaled, type AffineOptions } from './affine';
import { standardizeSimd } from '../kernels/normalize';
import { standardizeKernel, type StandardizeAttributes } from '../kernels/reference/normalize';
import { isFloating } from '../tensor/dtype';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape, normalizeDims, sameShape, type Shape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withPositions, type Call, type Keywords } from './keywords';
import { multiOp, type Op } from './op';
import { standardizeGrad } from './slopes';

export interface Standardized {
  /** Mean 0 and variance 1 over the given dimensions. */
  values: Tensor;
  /** With size 1 in those dimensions. */
  mean: Tensor;
  /** Divided by the number of elements, not by one less. */
  variance: Tensor;
}

/**
 * (x − mean) / √(variance + eps), where mean and variance are taken over some dimensions: what all
 * normalizations but the root mean square have in common. Shape: any.
 */
export const standardize: Op<[x: Tensor, dims: readonly number[], eps: number], Standardized> =
  multiOp(
    {
      name: 'standardize',
      torch: 'torch.native_layer_norm',
      outputNames: ['values', 'mean', 'variance'],
      prepare: (x: Tensor, dims: readonly number[], eps: number) => ({
        inputs: [x],
        attributes: { dims: normalizeDims('standardize', dims, x.rank), eps },
      }),
      shape: ([{ shape, dtype }], { dims }: StandardizeAttributes) => {
        if (!isFloating(dtype)) {
          throw new ArgumentError(
            `standardize: needs floating point elements, but got ${dtype}; use to('float32')`,
          );
        }
        const group = { shape: shape.map((size, d) => (dims.includes(d) ? 1 : size)), dtype };
        return [{ shape, dtype }, group, group];
      },
      forward: standardizeKernel,
      simd: standardizeSimd,
      expand: ([x], { dims, eps }) => {
        const mean = x.mean(dims, { keepdim: true });
        const centered = x.sub(mean);
        const variance = centered.mul(centered).mean(dims, { keepdim: true });
        return [centered.div(variance.add(eps).sqrt()), mean, variance];
      },
      vjp: (_, { outputs: [y, mean, variance], attributes: { dims, eps } }, gradients) => {
        const [ofY, ofMean, ofVariance] = gradients;
        const count = mean.count === 0 ? 1 : y.count / mean.count;
        let total = ofY ? standardizeGrad(ofY, y, variance, { dims, eps }) : y.zerosLike();
        if (ofMean) total = total.add(ofMean.div(count));
        if (ofVariance)
          total = total.add(y.mul(ofVariance.mul(variance.add(eps).sqrt())).mul(2 / count));
        return [total];
      },
    },
    ([values, mean, variance]) => ({ values, mean, variance }),
  );

function checkTrailing(name: string, x: Tensor, sizes: number | Shape): number[] {
  const normalizedShape = typeof sizes === 'number' ? [sizes] : sizes;
  const trailing = x.shape.slice(Math.max(x.rank - normalizedShape.length, 0));
  if (normalizedShape.length === 0 || !sameShape(trailing, normalizedShape)) {
    throw new ShapeError(
      `${name}: input ${formatShape(x.shape)} does not end with ${formatShape(normalizedShape)}`,
    );
  }
  return normalizedShape.map((_, i) => x.rank - normalizedShape.length + i);
}

/** Mean 0 and variance 1 over the last dimensions (torch.nn.functional.layer_norm). */
export const layerNorm: Call<
  Keywords<
    [x: Tensor, normalizedShape: number | Shape],
    AffineOptions,
    [weight: Tensor | null, bias: Tensor | null, eps: number]
  >
> = withPositions(
  'layerNorm',
  2,
  ['weight', 'bias', 'eps'],
  (x: Tensor, normalizedShape: number | Shape, options: AffineOptions = {}): Tensor => {
    checkOptions('layerNorm', options, affineOptions);
    const dims = checkTrailing('layerNorm', x, normalizedShape);
    return scaled(standardize(x, dims, options.eps ?? 1e-5).values, options.weight, options.bias);
  },
);

export interface RMSNormOptions {
  weight?: Tensor | null | undefined;
  /** Default: the distance from 1 to the next number of the dtype. */
  eps?: number | null | undefined;
}

/** x divided by the root of its mean square over the last dimensions (torch.nn.functional.rms_norm). */
export const rmsNorm: Call<
  Keywords<
    [x: Tensor, normalizedShape: number | Shape],
    RMSNormOptions,
    [weight: Tensor | null, eps: number | null]
  >
> = withPositions(
  'rmsNorm',
  2,
  ['weight', 'eps'],
  (x: Tensor, normalizedShape: number | Shape, options: RMSNormOptions = {}): Tensor => {
    checkOptions('rmsNorm', options, ['weight', 'eps']);
    const dims = checkTrailing('rmsNorm', x, normalizedShape);
    const eps = options.eps ?? (x.dtype === 'float64' ? Number.EPSILON : 2 ** -23);
    const size = x.mul(x).mean(dims, { keepdim: true }).add(eps).sqrt();
    return scaled(x.div(size), options.weight);
  },
);

/**
 * Mean 0 and variance 1 in each of `numGroups` parts of the channels (torch.nn.functional.group_norm).
 * Shape: [N, C, *].
 */
export const groupNorm: Call<
  Keywords<
    [x: Tensor, numGroups: number],
    AffineOptions,
    [weight: Tensor | null, bias: Tensor | null, eps: number]
  >
> = withPositions(
  'groupNorm',
  2,
  ['weight', 'bias', 'eps'],
  (x: Tensor, numGroups: number, options: AffineOptions = {}): Tensor => {
    checkOptions('groupNorm', options, affineOptions);
    const channels = x.rank < 2 ? 0 : x.size(1);
    if (!Number.isInteger(numGroups) || numGroups < 1 || x.rank < 2 || channels % numGroups !== 0) {
      throw new ShapeError(
        `groupNorm: input ${formatShape(x.shape)} must be [N, C, …] with C divisible by ${numGroups} groups`,
      );
    }
    const grouped = x.reshape([x.size(0), numGroups, channels / numGroups, ...x.shape.slice(2)]);
    const dims = Array.from({ length: grouped.rank - 2 }, (_, i) => i + 2);
    const y = standardize(grouped, dims, options.eps ?? 1e-5).values.reshape(x.shape);
    const [weight, bias] = [options.weight, options.bias].map((v) => perChannel('groupNorm', x, v));
    return scaled(y, weight, bias);
  },
);

/** Mean 0 and variance 1 in each channel of each example (torch.nn.functional.instance_norm). Shape: [N, C, *]. */
export function instanceNorm(x: Tensor, options: AffineOptions = {}): Tensor {
  checkOptions('instanceNorm', options, affineOptions);
  if (x.rank < 3) {
    throw new ShapeError(`instanceNorm: input ${formatShape(x.shape)} must be [N, C, …]`);
  }
  const dims = Array.from({ length: x.rank - 2 }, (_, i) => i + 2);
  const y = standardize(x, dims, options.eps ?? 1e-5).values;
  const [weight, bias] = [options.weight, options.bias].map((v) =>
    perChannel('instanceNorm', x, v),
  );
  return scaled(y, weight, bias);
}
