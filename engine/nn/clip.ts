// Gradient clipping. Knows no optimizer.
import { zeros } from '../ops/create';
import { cat } from '../ops/join';
import { noGrad } from '../tape/tape';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';

type Parameters = Tensor | readonly Tensor[];

const withGradient = (parameters: Parameters): (Tensor & { grad: Tensor })[] =>
  (parameters instanceof Tensor ? [parameters] : parameters).filter(
    (parameter): parameter is Tensor & { grad: Tensor } => parameter.grad !== null,
  );

/**
 * Scales all gradients together so that their norm, taken as one long vector, is at most `maxNorm`;
 * returns the norm before (torch.nn.utils.clip_grad_norm_). Call it between backward() and step().
 */
export function clipGradNorm(
  parameters: Parameters,
  maxNorm: number,
  options: { normType?: number } = {},
): Tensor {
  checkOptions('clipGradNorm', options, ['normType']);
  const { normType = 2 } = options;
  if (!(normType > 0)) {
    throw new ArgumentError(`clipGradNorm: normType must be above 0, but it is ${normType}`);
  }
  return noGrad(() => {
    const clipped = withGradient(parameters);
    if (clipped.length === 0) return zeros([]);
    const sizes = cat(clipped.map(({ grad }) => grad.flatten().abs()));
    const norm =
      normType === Infinity
        ? sizes.amax()
        : sizes
            .pow(normType)
            .sum()
            .pow(1 / normType);
    // As PyTorch does it: a factor of at most 1, and no division by a norm of 0.
    const factor = norm.add(1e-6).pow(-1).mul(maxNorm).minimum(1);
    for (const parameter of clipped) parameter.grad = parameter.grad.mul(factor);
    return norm;
  });
}

/** Cuts every element of every gradient to ±clipValue (torch.nn.utils.clip_grad_value_). */
export function clipGradValue(parameters: Parameters, clipValue: number): void {
  if (!(clipValue >= 0)) {
    throw new ArgumentError(`clipGradValue: clipValue must be ≥ 0, but it is ${clipValue}`);
  }
  noGrad(() => {
    for (const parameter of withGradient(parameters)) {
      parameter.grad = parameter.grad.minimum(clipValue).maximum(-clipValue);
    }
  });
}
