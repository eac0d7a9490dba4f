// First values of parameters, as each layer of PyTorch draws them. Knows no layer.
import { full } from '../ops/create';
import { normalAround, uniformBetween } from '../ops/draw';
import { Parameter } from './parameter';

/** A parameter with values uniform in [−bound, bound): most of PyTorch's layers start so. */
export function uniformParameter(shape: readonly number[], bound: number): Parameter {
  return new Parameter(uniformBetween(shape, -bound, bound));
}

/** A parameter with standard normal values. */
export function normalParameter(shape: readonly number[]): Parameter {
  return new Parameter(normalAround(shape, 0, 1));
}

/** A parameter whose values are all the same. */
export function constantParameter(shape: readonly number[], value: number): Parameter {
  return new Parameter(full(shape, value, { dtype: 'float32' }));
}
