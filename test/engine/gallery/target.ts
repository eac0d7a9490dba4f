// Whether a run of a gallery model has reached the target that the model states. Knows no model.
import type { Target } from '../../../extension/gallery-head';

/** The last value that was logged under the target's name, and whether it is good enough. */
export function reaches({ curve, sign, bound }: Target, curves: ReadonlyMap<string, number[]>) {
  const value = curves.get(curve)?.at(-1);
  if (value === undefined) throw new Error(`the model logs no '${curve}', which its target names`);
  return { value, reached: sign === '>=' ? value >= bound : value <= bound };
}
