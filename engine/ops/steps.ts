// One time step of each recurrent cell, shared by cells and layers. Knows no weights of an input and no sequence.
import type { CellName } from '../kernels/walk';
import type { Tensor } from '../tensor/tensor';
import { gruCell, lstmCell } from './recurrent';

/** What a step sends its old state through: W_hhᵀ, which all steps of a sequence share, and b_hh. */
export interface StateWeights {
  readonly turned: Tensor;
  readonly biasHh: Tensor | null | undefined;
}

/** From the input's part of the gates and the old states to the new states, the output first. */
export type Step = (drive: Tensor, states: readonly Tensor[], weights: StateWeights) => Tensor[];

const hiddenGates = (h: Tensor, { turned, biasHh }: StateWeights): Tensor => {
  const y = h.matmul(turned);
  return biasHh ? y.add(biasHh) : y;
};

/** The cells by name. */
export const steps: Readonly<Record<CellName, Step>> = {
  rnnTanh: (drive, [h], weights) => [drive.add(hiddenGates(h, weights)).tanh()],
  rnnRelu: (drive, [h], weights) => [drive.add(hiddenGates(h, weights)).relu()],
  lstm: (drive, [h, c], weights) => {
    const next = lstmCell(drive, hiddenGates(h, weights), c);
    return [next.h, next.c];
  },
  gru: (drive, [h], weights) => [gruCell(drive, hiddenGates(h, weights), h).h],
};

export type { CellName };
