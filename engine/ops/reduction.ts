// How a loss folds one number per example into its result. Knows no loss.
import { ArgumentError, ShapeError } from '../tensor/errors';
import { elementCount, formatShape, type Shape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';

/** The mean over all elements, their sum, or each by itself. */
export type Reduction = 'mean' | 'sum' | 'none';

export function checkReduction(name: string, reduction: Reduction = 'mean'): void {
  if (['mean', 'sum', 'none'].includes(reduction)) return;
  throw new ArgumentError(
    `${name}: reduction must be 'mean', 'sum' or 'none', but it is '${reduction}'`,
  );
}

export function reduced(name: string, losses: Tensor, reduction: Reduction = 'mean'): Tensor {
  checkReduction(name, reduction);
  if (reduction === 'none') return losses;
  if (reduction === 'sum') return losses.sum();
  checkNotEmpty(name, losses.shape);
  return losses.mean();
}

/** Refuses the mean of nothing, which would be NaN: PyTorch gives that, and then every weight is NaN. */
export function checkNotEmpty(name: string, shape: Shape): void {
  if (elementCount(shape) > 0) return;
  throw new ShapeError(
    `${name}: the batch is empty: there is no mean over ${formatShape(shape)}, which has no elements`,
  );
}
