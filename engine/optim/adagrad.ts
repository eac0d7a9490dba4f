// Adagrad: steps scaled by the sum of all squared gradients. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { adagradUpdate } from '../ops/update-adaptive';
import type { Tensor } from '../tensor/tensor';
import { checkNotNegative, Optimizer, type ParameterGroup } from './optimizer';

export interface AdagradOptions {
  /** Learning rate. Default 0.01. */
  lr: number;
  /** By how much the learning rate falls with each step. Default 0. */
  lrDecay: number;
  /** Pull towards zero, added to the gradient. Default 0. */
  weightDecay: number;
  /** What the sum of squares starts from. Default 0. */
  initialAccumulatorValue: number;
  /** Keeps the division finite. Default 1e-10. */
  eps: number;
  maximize: boolean;
}

/** In PyTorch's order. */
const byPlace = ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps'];

const defaults: AdagradOptions = {
  lr: 1e-2,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
};

/** Steps divided by the root of the sum of all squares so far (torch.optim.Adagrad). */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<AdagradOptions>[],
    ...given: Given<
      Partial<AdagradOptions>,
      [
        lr: number,
        lrDecay: number,
        weightDecay: number,
        initialAccumulatorValue: number,
        eps: number,
      ]
    >
  ) {
    const options = takeOptions<Partial<AdagradOptions>>('Adagrad', given, byPlace, ['maximize']);
    const all = { ...defaults, ...options };
    const positive = ['lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps'] as const;
    checkNotNegative('Adagrad', all, positive);
    super(params, all);
  }

  protected update(parameter: Tensor, gradient: Tensor, group: AdagradOptions): void {
    const state = this.stateOf(parameter, () => ({
      step: 0,
      sum: parameter.fullLike(group.initialAccumulatorValue),
    }));
    const { lr, lrDecay, eps, weightDecay, maximize } = group;
    const step = { lr: lr / (1 + (state.step as number) * lrDecay), eps, weightDecay, maximize };
    state.step = (state.step as number) + 1;
    adagradUpdate(parameter, gradient, state.sum as Tensor, step);
  }
}
