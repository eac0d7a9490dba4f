// The reference kernel for drawing from a distribution. Knows no shape rule.
import type { Kernel } from '../../ops/op';
import { ArgumentError } from '../../tensor/errors';
import { uniform, type RandomKey } from '../../tensor/random';
import { elements } from '../../tensor/tensor';
import { eachLine } from './reduce';

export interface MultinomialAttributes {
  readonly samples: number;
  readonly replacement: boolean;
  readonly key: RandomKey;
}

/** Draws places along the last dimension, each as likely as its weight says. */
export const multinomialKernel: Kernel<MultinomialAttributes> = ({
  inputs: [x],
  outputs: [y],
  attributes: { samples, replacement, key },
}) => {
  const [from, to] = [elements(x), elements(y)];
  const size = x.shape.at(-1)!;
  const draws = new Float64Array(y.count);
  uniform(key, draws.length, (i, u) => (draws[i] = u), 53);
  eachLine(x, x.rank - 1, (start, step, line) => {
    const weights = Float64Array.from({ length: size }, (_, i) => from[start + i * step]);
    if (!weights.every((weight) => weight >= 0 && weight < Infinity)) {
      throw new ArgumentError('multinomial: weights must be finite and ≥ 0');
    }
    for (let s = 0; s < samples; s++) {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      if (total === 0) {
        throw new ArgumentError(
          `multinomial: only ${s} weights are above 0, but ${samples} were to be drawn`,
        );
      }
      const at = line * samples + s;
      const place = placeOf(weights, draws[at] * total);
      to[y.start + at] = place;
      if (!replacement) weights[place] = 0;
    }
  });
};

/** The place whose share of the sum, laid end to end, holds `target`. */
function placeOf(weights: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    sum += weights[i];
    last = i;
    if (target < sum) return i;
  }
  // Rounding may leave the sum a little short of the total.
  return last;
}
