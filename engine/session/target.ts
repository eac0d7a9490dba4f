// What a loss compares a batch with, found by what went into it. Knows no layer and no view.
import type { Tensor } from '../tensor/tensor';

/** Ops between the loss and the comparison: means, differences, squares. */
const deepest = 8;

/**
 * The nearest input of the loss that nothing learns and that has one number for each of `batch` samples: a
 * class, where there is one, and else what a prediction is compared with.
 */
export function targetBehind(loss: Tensor, batch: number): Tensor | undefined {
  const found: Tensor[] = [];
  let level: readonly Tensor[] = [loss];
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const inputs = level.flatMap(({ row }) => row?.inputs ?? []);
    found.push(
      ...inputs.filter(
        ({ requiresGrad, count, shape }) => !requiresGrad && count === batch && shape[0] === batch,
      ),
    );
    level = inputs.filter(({ requiresGrad }) => requiresGrad);
  }
  return found.find(({ dtype }) => dtype === 'int32') ?? found.at(0);
}
