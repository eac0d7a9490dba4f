// Adam: steps scaled by running moments of the gradient. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { adamUpdate } from '../ops/update';
import { ArgumentError } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';
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
  /** Divide by the largest second moment so far. Default false. */
  amsgrad: boolean;
  maximize: boolean;
}

/** In PyTorch's order. */
export const adamOptions = ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad'];

export type GivenAdam = Given<
  Partial<AdamOptions>,
  [lr: number, betas: readonly [number, number], eps: number, weightDecay: number, amsgrad: boolean]
>;

const defaults: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

/** Adaptive moment estimation (torch.optim.Adam). */
export class Adam extends Optimizer<AdamOptions> {
  /** Whether weight decay acts on the parameter itself, as in AdamW. */
  protected readonly decoupled: boolean = false;

  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<AdamOptions>[],
    ...given: GivenAdam
  ) {
    const name = new.target.name;
    const options = takeOptions<Partial<AdamOptions>>(name, given, adamOptions, ['maximize']);
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
      ...(group.amsgrad ? { maxExpAvgSq: parameter.zerosLike() } : {}),
    }));
    const step = (state.step = (state.step as number) + 1);
    const [beta1, beta2] = group.betas;
    const moments = [state.expAvg, state.expAvgSq, state.maxExpAvgSq].filter(
      (moment) => moment instanceof Tensor,
    );
    const { lr, eps, weightDecay, maximize } = group;
    const rates = { lr, beta1, beta2, eps, weightDecay, maximize };
    adamUpdate(parameter, gradient, moments, { ...rates, decoupled: this.decoupled, step });
  }
}
