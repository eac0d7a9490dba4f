// How a loss folds one number per example into its result. Knows no loss.
import { ArgumentError } from '../tensor/errors';
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
  return reduction === 'sum' ? losses.sum() : losses.mean();
}
