// What a model file says about itself: its hyperparameters and what it logs. Knows no process and no editor.
import type { HyperParameter, HyperValue, LogPoint } from './protocol';
import { ArgumentError } from './tensor/errors';
import { Tensor, unknownData } from './tensor/tensor';

/** The run of this thread, as far as the model file takes part in it. */
export const run = {
  /** Values that replace those of `hyper`, from the command line or the playground. */
  overrides: {} as Readonly<Record<string, HyperValue>>,
  hyper: [] as HyperParameter[],
  /** Training steps begun so far; 0 before the loop. */
  step: 0,
  logged: undefined as ((point: LogPoint) => void) | undefined,
};

/** A literal's type, widened: a hyperparameter may become another number. */
type Widened<T> = T extends number ? number : T extends boolean ? boolean : string;

/**
 * Declares the values that one may want to change between runs. They become controls beside the
 * curves and `--set name=value` on the command line.
 */
export function hyper<T extends Record<string, HyperValue>>(
  defaults: T,
): { readonly [K in keyof T]: Widened<T[K]> } {
  const values: Record<string, HyperValue> = {};
  for (const [name, fallback] of Object.entries(defaults)) {
    const value = Object.hasOwn(run.overrides, name) ? run.overrides[name] : fallback;
    if (typeof value !== typeof fallback) {
      throw new ArgumentError(
        `hyper: '${name}' must be a ${typeof fallback} such as ${String(fallback)}, but got '${String(value)}'`,
      );
    }
    values[name] = value;
    run.hyper.push({ name, value, default: fallback });
  }
  return values as { readonly [K in keyof T]: Widened<T[K]> };
}

/** Logs numbers at the current training step; each name becomes a curve. Scalars may be tensors. */
export function log(values: Record<string, number | Tensor>): void {
  const { asked } = unknownData;
  const numbers = Object.entries(values).map(([name, value]): [string, number] => {
    const number = value instanceof Tensor ? value.item() : value;
    if (typeof number === 'number') return [name, number];
    throw new ArgumentError(`log: '${name}' must be a number or a tensor with one element`);
  });
  // What is only logged decides nothing.
  unknownData.asked = asked;
  run.logged?.({ step: run.step, values: Object.fromEntries(numbers) });
}
