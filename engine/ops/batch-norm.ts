// Batch normalization: by the batch's own mean and variance, or by running ones. Knows no layer.
import { standardize } from './normalize';
import { affineOptions, perChannel, scaled, type AffineOptions } from './affine';
import { noGrad } from '../tape/tape';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { withPositions, type Call, type Keywords } from './keywords';
import { runningUpdate } from './update';

export interface BatchStatistics {
  /** [C]. */
  mean: Tensor;
  /** [C], divided by the number of elements. */
  variance: Tensor;
  /** Elements per channel. */
  count: number;
}

/** Mean 0 and variance 1 in each channel over the whole batch, and what they were. Shape: [N, C, *]. */
export function batchStandardize(
  x: Tensor,
  eps: number,
): { values: Tensor; statistics: BatchStatistics } {
  const dims = x.shape.map((_, dim) => dim).filter((dim) => dim !== 1);
  const count = x.count / x.size(1);
  if (count <= 1) {
    throw new ShapeError(
      `batchNorm: training needs more than one value per channel, but input ${formatShape(x.shape)} has ${count}`,
    );
  }
  const { values, mean, variance } = standardize(x, dims, eps);
  const statistics = { mean: mean.flatten(), variance: variance.flatten(), count };
  return { values, statistics };
}

export interface BatchNormOptions extends AffineOptions {
  /** Use the batch's own mean and variance, and move the running ones towards them. Default false. */
  training?: boolean;
  /** How far the running values move. Default 0.1. */
  momentum?: number;
}

/** Moves running values [C] towards those of a batch, the variance without bias. */
export function trackBatch(
  runningMean: Tensor,
  runningVar: Tensor,
  { mean, variance, count }: BatchStatistics,
  momentum: number,
): void {
  const rates = { keep: 1 - momentum, take: momentum };
  noGrad(() => {
    runningUpdate(runningMean, mean.detach(), rates);
    runningUpdate(runningVar, variance.detach().mul(count / (count - 1)), rates);
  });
}

/**
 * Mean 0 and variance 1 in each channel: over the batch in training, else by the running mean and
 * variance [C] (torch.nn.functional.batch_norm). Shape: [N, C, *]. Training moves the running
 * values, where they are given.
 */
export const batchNorm: Call<
  Keywords<
    [x: Tensor, runningMean: Tensor | null, runningVar: Tensor | null],
    BatchNormOptions,
    [weight: Tensor | null, bias: Tensor | null, training: boolean, momentum: number, eps: number]
  >
> = withPositions(
  'batchNorm',
  3,
  ['weight', 'bias', 'training', 'momentum', 'eps'],
  (
    x: Tensor,
    runningMean: Tensor | null,
    runningVar: Tensor | null,
    options: BatchNormOptions = {},
  ): Tensor => {
    checkOptions('batchNorm', options, [...affineOptions, 'training', 'momentum']);
    if (x.rank < 2)
      throw new ShapeError(`batchNorm: input ${formatShape(x.shape)} must be [N, C, …]`);
    const { eps = 1e-5, momentum = 0.1 } = options;
    const channels = (vector: Tensor | null | undefined): Tensor | null =>
      perChannel('batchNorm', x, vector);
    const [weight, bias] = [channels(options.weight), channels(options.bias)];
    if (options.training === true) {
      const { values, statistics } = batchStandardize(x, eps);
      if (runningMean && runningVar) trackBatch(runningMean, runningVar, statistics, momentum);
      return scaled(values, weight, bias);
    }
    const [mean, variance] = [channels(runningMean), channels(runningVar)];
    if (mean === null || variance === null) {
      throw new ArgumentError('batchNorm: outside training it needs runningMean and runningVar');
    }
    return scaled(x.sub(mean).div(variance.add(eps).sqrt()), weight, bias);
  },
);
