// Adam: steps scaled by running moments of the gradient. Knows no kernel.
import { adamUpdate } from '../ops/update';
import { ArgumentError, checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { checkNotNegative, Optimizer, type ParameterGroup } from './optimizer';

export interface AdamOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** Decay of the first and second moment. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Keeps the division finite. Default 1e-8. */
  eps: number;
  /** Pull towards zero, added to the gradient. Default 0. */
  weightDecay: number;
  maximize: boolean;
}

const defaults: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
};

/** Adaptive moment estimation (torch.optim.Adam). */
export class Adam extends Optimizer<AdamOptions> {
  /** Whether weight decay acts on the parameter itself, as in AdamW. */
  protected readonly decoupled: boolean = false;

  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<AdamOptions>[],
    options: Partial<AdamOptions> = {},
  ) {
    const name = new.target.name;
    checkOptions(name, options, Object.keys(defaults));
    const all = { ...defaults, ...options };
    if (all.betas.some((beta) => !(beta >= 0 && beta < 1))) {
      throw new ArgumentError(
        `${name}: betas must lie in [0, 1), but they are [${all.betas.join(', ')}]`,
      );
    }
    checkNotNegative(name, all, ['eps', 'weightDecay']);
    super(params, all);
  }

  protected update(parameter: Tensor, gradient: Tensor, group: AdamOptions): void {
    const state = this.stateOf(parameter, () => ({
      step: 0,
      expAvg: parameter.zerosLike(),
      expAvgSq: parameter.zerosLike(),
    }));
    const step = (state.step = (state.step as number) + 1);
    const [beta1, beta2] = group.betas;
    adamUpdate(parameter, gradient, state.expAvg as Tensor, state.expAvgSq as Tensor, {
      ...group,
      beta1,
      beta2,
      decoupled: this.decoupled,
      step,
    });
  }
}
