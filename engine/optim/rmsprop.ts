// RMSprop: steps scaled by a running mean of squared gradients. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { rmspropUpdate } from '../ops/update-adaptive';
import type { Tensor } from '../tensor/tensor';
import { checkNotNegative, Optimizer, type ParameterGroup } from './optimizer';

export interface RMSpropOptions {
  /** Learning rate. Default 0.01. */
  lr: number;
  /** Share of the running mean that is kept. Default 0.99. */
  alpha: number;
  /** Keeps the division finite. Default 1e-8. */
  eps: number;
  /** Pull towards zero, added to the gradient. Default 0. */
  weightDecay: number;
  /** Share of the last change that is kept. Default 0. */
  momentum: number;
  /** Scale by the variance instead of the mean square. Default false. */
  centered: boolean;
  maximize: boolean;
}

/** In PyTorch's order. */
const byPlace = ['lr', 'alpha', 'eps', 'weightDecay', 'momentum', 'centered'];

const defaults: RMSpropOptions = {
  lr: 1e-2,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

/** Steps divided by the root of a running mean square (torch.optim.RMSprop). */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<RMSpropOptions>[],
    ...given: Given<
      Partial<RMSpropOptions>,
      [
        lr: number,
        alpha: number,
        eps: number,
        weightDecay: number,
        momentum: number,
        centered: boolean,
      ]
    >
  ) {
    const options = takeOptions<Partial<RMSpropOptions>>('RMSprop', given, byPlace, ['maximize']);
    const all = { ...defaults, ...options };
    checkNotNegative('RMSprop', all, ['alpha', 'eps', 'weightDecay', 'momentum']);
    super(params, all);
  }

  protected update(parameter: Tensor, gradient: Tensor, group: RMSpropOptions): void {
    const state = this.stateOf(parameter, () => ({
      squareAvg: parameter.zerosLike(),
      ...(group.momentum > 0 ? { momentumBuffer: parameter.zerosLike() } : {}),
      ...(group.centered ? { gradAvg: parameter.zerosLike() } : {}),
    }));
    const buffers = [state.momentumBuffer, state.gradAvg].filter((buffer) => buffer !== undefined);
    rmspropUpdate(parameter, gradient, state.squareAvg as Tensor, buffers as Tensor[], group);
  }
}
