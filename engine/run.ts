// What a model file says about itself: its hyperparameters and what it logs. Knows no process and no editor.
import type { HeatMap, HyperParameter, HyperValue, LogPoint } from './protocol';
import { ArgumentError } from './tensor/errors';
import { Tensor, unknownData } from './tensor/tensor';
import { pictureOf } from './trace/summary';

/** The run of this thread, as far as the model file takes part in it. */
export const run = {
  /** Values that replace those of `hyper`, from the command line or the playground. */
  overrides: {} as Readonly<Record<string, HyperValue>>,
  hyper: [] as HyperParameter[],
  /** Training steps begun so far; 0 before the loop. */
  step: 0,
  logged: undefined as ((point: LogPoint) => void) | undefined,
  /** Told of what is logged as a matrix or as pictures. */
  pictured: undefined as ((name: string, shape: number[], heatMap: HeatMap) => void) | undefined,
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

/**
 * Logs values at the current training step. A number, or a tensor with one element, becomes a curve under its
 * name. A matrix [rows, columns], such as a confusion matrix, and pictures [N, H, W] or [N, C, H, W] are drawn,
 * the latest under each name; of many pictures the first sixteen, of channels the first.
 */
export function log(values: Record<string, number | Tensor>): void {
  const { asked } = unknownData;
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number') numbers[name] = value;
    else if (!(value instanceof Tensor) || value.rank > 4 || (value.count !== 1 && value.rank < 2))
      throw new ArgumentError(
        `log: '${name}' must be a number, a tensor with one element, a matrix [rows, columns] or pictures ` +
          `[N, H, W]${value instanceof Tensor ? `, but it is [${value.shape.join(', ')}]` : ''}`,
      );
    else if (value.count === 1) numbers[name] = value.item();
    else if (value.storage !== null) run.pictured?.(name, [...value.shape], pictureOf(value));
  }
  // What is only logged decides nothing.
  unknownData.asked = asked;
  if (Object.keys(numbers).length > 0) run.logged?.({ step: run.step, values: numbers });
}
