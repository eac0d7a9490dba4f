// An optimizer's state as data that can be kept and loaded. Knows no rule.
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import { Tensor } from '../tensor/tensor';

/** What a rule remembers of each parameter, by name. */
export type RuleState = Map<Tensor, Record<string, Tensor | number>>;

/** Everything an optimizer carries along; parameters stand by their number, counted through all groups. */
export interface OptimizerState {
  state: Record<number, Record<string, Tensor | number>>;
  /** The options of each group, and the numbers of its parameters. */
  paramGroups: ({ params: number[] } & Record<string, unknown>)[];
}

type Groups = readonly { params: readonly Tensor[] }[];

const copyOf = (value: Tensor | number): Tensor | number =>
  value instanceof Tensor ? value.clone() : value;

const copied = (entry: Record<string, Tensor | number>): Record<string, Tensor | number> =>
  Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, copyOf(value)]));

/** A copy of it all. */
export function stateOf(groups: Groups, state: RuleState): OptimizerState {
  const all = groups.flatMap(({ params }) => params);
  const numbers = new Map(all.map((parameter, i) => [parameter, i]));
  const entries = [...state].map(([parameter, entry]) => [numbers.get(parameter)!, copied(entry)]);
  return {
    state: Object.fromEntries(entries) as OptimizerState['state'],
    paramGroups: groups.map(({ params, ...options }) => ({
      ...structuredClone(options),
      params: params.map((parameter) => numbers.get(parameter)!),
    })),
  };
}

/** Puts a state into an optimizer; when anything does not fit, nothing is changed. */
export function loadState(
  name: string,
  groups: Groups,
  state: RuleState,
  given: OptimizerState,
): void {
  if (given.paramGroups.length !== groups.length) {
    throw new ArgumentError(
      `${name}: the state has ${given.paramGroups.length} groups of parameters, but the optimizer has ${groups.length}`,
    );
  }
  const parameters = new Map<number, Tensor>();
  groups.forEach(({ params }, i) => {
    const { params: numbers } = given.paramGroups[i];
    if (numbers.length !== params.length) {
      throw new ArgumentError(
        `${name}: group ${i} of the state has ${numbers.length} parameters, but the optimizer's has ${params.length}`,
      );
    }
    numbers.forEach((number, place) => parameters.set(number, params[place]));
  });
  const loaded = Object.entries(given.state).map(([number, entry]) => {
    const parameter = parameters.get(Number(number));
    if (parameter === undefined) {
      throw new ArgumentError(
        `${name}: the state remembers parameter ${number}, which no group has`,
      );
    }
    for (const [what, value] of Object.entries(entry)) {
      if (!(value instanceof Tensor) || sameShape(value.shape, parameter.shape)) continue;
      throw new ShapeError(
        `${name}: ${what} of parameter ${number} is ${formatShape(value.shape)}, but the parameter is ${formatShape(parameter.shape)}`,
      );
    }
    return [parameter, copied(entry)] as const;
  });
  groups.forEach((group, i) => {
    const { params } = group;
    Object.assign(group, structuredClone(given.paramGroups[i]), { params });
  });
  state.clear();
  for (const [parameter, entry] of loaded) state.set(parameter, entry);
}
