// What all optimizers share: parameter groups, gradients, state, the list of those at work. Knows no rule.
import { noteBirth } from '../tape/births';
import { clearGradients, during, enableGrad, noGrad, tape } from '../tape/tape';
import { ArgumentError, checkOptions, described } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';
import { loadState, stateOf, type OptimizerState, type RuleState } from './state';

/** Parameters with hyperparameters of their own. */
export type ParameterGroup<Options> = { params: readonly Tensor[] } & Partial<Options>;

type Group<Options> = { params: readonly Tensor[] } & Options;

/** Every optimizer made in this run, in order: what a run trains, and what its hash covers. */
export const optimizers: Optimizer<{ lr: number }>[] = [];

/** The base of all optimizers (torch.optim.Optimizer). */
export abstract class Optimizer<Options extends { lr: number }> {
  /** Change `paramGroups[0].lr` to change the learning rate while training. */
  readonly paramGroups: Group<Options>[] = [];
  /** What the rule remembers of each parameter, by name. */
  readonly state: RuleState = new Map();

  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<Options>[],
    private readonly defaults: Options,
  ) {
    const { name } = new.target;
    if (!Array.isArray(params)) {
      throw new ArgumentError(
        `${name}: needs a list of parameters, such as model.parameters(), but got ${described(params)}`,
      );
    }
    const groups = isTensors(params) ? [{ params } as unknown as ParameterGroup<Options>] : params;
    if (groups.every((group) => group.params.length === 0)) {
      throw new ArgumentError(`${name}: there are no parameters to optimize`);
    }
    for (const group of groups) this.addParamGroup(group);
    optimizers.push(this);
  }

  /** Takes more parameters under its rule (torch.optim.Optimizer.add_param_group). */
  addParamGroup(group: ParameterGroup<Options>): void {
    const { name } = this.constructor;
    const { params, ...options } = group;
    if (!Array.isArray(params)) {
      throw new ArgumentError(
        `${name}: a group needs params, a list, but got ${described(params)}`,
      );
    }
    checkOptions(name, options, ['initialLr', ...Object.keys(this.defaults)]);
    const known = new Set(this.paramGroups.flatMap(({ params }) => params));
    for (const parameter of group.params) {
      if (!(parameter instanceof Tensor && parameter.isLeaf && parameter.isContiguous)) {
        throw new ArgumentError(
          `${name}: can only optimize leaf tensors, such as model.parameters()`,
        );
      }
      if (known.has(parameter)) throw new ArgumentError(`${name}: a parameter appears twice`);
      known.add(parameter);
    }
    const whole = { ...this.defaults, ...group };
    if (!(whole.lr >= 0)) throw new ArgumentError(`${name}: lr must be ≥ 0, but it is ${whole.lr}`);
    this.paramGroups.push(whole);
    // A tensor that is no nn.Parameter is known from here on.
    group.params.forEach(noteBirth);
  }

  /**
   * What the rule remembers and its options, parameters by their number (torch.optim.Optimizer.state_dict).
   * Tensors are copies: later steps do not change them.
   */
  stateDict(): OptimizerState {
    return noGrad(() => stateOf(this.paramGroups, this.state));
  }

  /** Carries on from a state of an optimizer over parameters of the same shapes (load_state_dict). */
  loadStateDict(state: OptimizerState): void {
    noGrad(() => {
      loadState(this.constructor.name, this.paramGroups, this.state, state);
    });
  }

  /** Forgets all gradients (torch.optim.Optimizer.zero_grad). */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    const { name } = this.constructor;
    checkOptions(`${name}.zeroGrad`, options, ['setToNone']);
    if (options.setToNone === false) {
      throw new ArgumentError(
        `${name}.zeroGrad: setToNone must be true: a gradient that is forgotten is null, not zeros`,
      );
    }
    for (const { params } of this.paramGroups) clearGradients(params);
  }

  /**
   * Changes every parameter that has a gradient (torch.optim.Optimizer.step). A closure is called
   * before, to compute the loss and its gradients, and its loss is given back.
   */
  step(): void;
  step<Loss>(closure: () => Loss): Loss;
  step<Loss>(closure?: () => Loss): Loss | void {
    const loss = closure === undefined ? undefined : enableGrad(closure);
    if (tape.stepping) tape.stepping(this.paramGroups.flatMap(({ params }) => params));
    noGrad(() => {
      during('update', undefined, () => {
        for (const group of this.paramGroups) {
          for (const parameter of group.params) {
            if (parameter.grad !== null) this.update(parameter, parameter.grad, group);
          }
        }
      });
    });
    tape.stepped?.();
    return loss;
  }

  /** What the rule remembers of a parameter, made when it is first asked for. */
  protected stateOf(
    parameter: Tensor,
    make: () => Record<string, Tensor | number>,
  ): Record<string, Tensor | number> {
    let state = this.state.get(parameter);
    if (state === undefined) this.state.set(parameter, (state = make()));
    return state;
  }

  /** Records the update of one parameter. */
  protected abstract update(parameter: Tensor, gradient: Tensor, group: Options): void;
}

/** Throws unless these options are numbers ≥ 0. */
export function checkNotNegative<Options extends object>(
  rule: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): void {
  for (const name of names) {
    const value = options[name] as number;
    if (!(value >= 0)) throw new ArgumentError(`${rule}: ${name} must be ≥ 0, but it is ${value}`);
  }
}

function isTensors<Options>(
  params: readonly Tensor[] | readonly ParameterGroup<Options>[],
): params is readonly Tensor[] {
  return params.every((value) => value instanceof Tensor);
}
