// Fills parameters with their first values, as torch.nn.init does. Knows no layer.
import { normalAround, uniformBetween } from '../ops/create';
import type { Tensor } from '../tensor/tensor';
import { Parameter } from './module';

/** A parameter with values uniform in [−bound, bound): most of PyTorch's layers start so. */
export function uniformParameter(shape: readonly number[], bound: number): Parameter {
  return new Parameter(uniformBetween(shape, -bound, bound));
}

/** A parameter with standard normal values. */
export function normalParameter(shape: readonly number[]): Parameter {
  return new Parameter(normalAround(shape, 0, 1));
}

/** How many inputs and outputs one unit of a weight has; windows count with all their taps. */
export function fans(weight: Tensor): { in: number; out: number } {
  const window = weight.shape.slice(2).reduce((product, size) => product * size, 1);
  return { in: weight.size(1) * window, out: weight.size(0) * window };
}
