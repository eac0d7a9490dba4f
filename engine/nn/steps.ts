// The weights of a recurrent cell, and what it makes of its input. Knows no step and no sequence.
import type { StateWeights } from '../ops/steps';
import type { Tensor } from '../tensor/tensor';
import type { Parameter } from './parameter';

/** The weights of one cell; its gates lie below each other. */
export interface CellWeights {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh?: Parameter | null;
  readonly biasHh?: Parameter | null;
}

export const stateWeights = ({ weightHh, biasHh }: CellWeights): StateWeights => ({
  turned: weightHh.t(),
  biasHh,
});

/** x · Wᵀ + b. */
export function project(x: Tensor, weight: Parameter, bias: Parameter | null | undefined): Tensor {
  const y = x.matmul(weight.t());
  return bias ? y.add(bias) : y;
}
