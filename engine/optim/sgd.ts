// Stochastic gradient descent. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { sgdUpdate } from '../ops/update';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { checkNotNegative, Optimizer, type ParameterGroup } from './optimizer';

export interface SGDOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** Share of the last change that is kept. Default 0. */
  momentum: number;
  dampening: number;
  /** Pull towards zero, added to the gradient. Default 0. */
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
}

/** In PyTorch's order. */
const byPlace = ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov'];

const defaults: SGDOptions = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
};

/** Stochastic gradient descent, with momentum when asked (torch.optim.SGD). */
export class SGD extends Optimizer<SGDOptions> {
  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<SGDOptions>[],
    ...given: Given<
      Partial<SGDOptions>,
      [lr: number, momentum: number, dampening: number, weightDecay: number, nesterov: boolean]
    >
  ) {
    const options = takeOptions<Partial<SGDOptions>>('SGD', given, byPlace, ['maximize']);
    const all = { ...defaults, ...options };
    checkNotNegative('SGD', all, ['momentum', 'weightDecay']);
    if (all.nesterov && (all.momentum <= 0 || all.dampening !== 0)) {
      throw new ArgumentError('SGD: nesterov needs momentum above 0 and dampening 0');
    }
    super(params, all);
  }

  protected update(parameter: Tensor, gradient: Tensor, group: SGDOptions): void {
    const past = this.state.get(parameter)?.momentumBuffer as Tensor | undefined;
    const buffer = group.momentum === 0 ? null : (past ?? parameter.zerosLike());
    if (buffer && !past) this.state.set(parameter, { momentumBuffer: buffer });
    sgdUpdate(parameter, gradient, buffer, { ...group, first: past === undefined });
  }
}
