// One time step of each recurrent cell, shared by cells and layers. Knows no sequence.
import { gruCell, lstmCell } from '../ops/recurrent';
import type { Tensor } from '../tensor/tensor';
import type { Parameter } from './parameter';

/** The weights of one cell; its gates lie below each other. */
export interface CellWeights {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh?: Parameter | null;
  readonly biasHh?: Parameter | null;
}

/** What a step sends its old state through: W_hhᵀ, which all steps of a sequence share, and b_hh. */
export interface StateWeights {
  readonly turned: Tensor;
  readonly biasHh: Parameter | null | undefined;
}

export const stateWeights = ({ weightHh, biasHh }: CellWeights): StateWeights => ({
  turned: weightHh.t(),
  biasHh,
});

/** From the input's part of the gates and the old states to the new states, the output first. */
export type Step = (drive: Tensor, states: readonly Tensor[], weights: StateWeights) => Tensor[];

/** x · Wᵀ + b. */
export function project(x: Tensor, weight: Parameter, bias: Parameter | null | undefined): Tensor {
  const y = x.matmul(weight.t());
  return bias ? y.add(bias) : y;
}

const hiddenGates = (h: Tensor, { turned, biasHh }: StateWeights): Tensor => {
  const y = h.matmul(turned);
  return biasHh ? y.add(biasHh) : y;
};

export const rnnTanhStep: Step = (drive, [h], weights) => [
  drive.add(hiddenGates(h, weights)).tanh(),
];

export const rnnReluStep: Step = (drive, [h], weights) => [
  drive.add(hiddenGates(h, weights)).relu(),
];

export const lstmStep: Step = (drive, [h, c], weights) => {
  const next = lstmCell(drive, hiddenGates(h, weights), c);
  return [next.h, next.c];
};

export const gruStep: Step = (drive, [h], weights) => [
  gruCell(drive, hiddenGates(h, weights), h).h,
];
