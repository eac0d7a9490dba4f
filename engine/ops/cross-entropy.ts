// Losses over classes: negative log likelihood and cross entropy. Knows no kernel.
import { isFloating } from '../tensor/dtype';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import { unseen } from '../tape/record';
import { tape } from '../tape/tape';
import { checkTensor, elements, type Tensor } from '../tensor/tensor';
import { where } from './binary';
import { classLoss } from './class-loss';
import { withPositions, type Call, type Keywords } from './keywords';
import { checkNotEmpty, checkReduction, reduced, type Reduction } from './reduction';

export interface NLLOptions {
  /** One weight per class. */
  weight?: Tensor | null | undefined;
  /** Targets with this value do not count. Default −100. */
  ignoreIndex?: number;
  /** Default 'mean'. */
  reduction?: Reduction;
}

export interface CrossEntropyOptions extends NLLOptions {
  /** Share of the target spread evenly over all classes, 0 to 1. Default 0. */
  labelSmoothing?: number;
}

/**
 * −input at the target classes (torch.nn.functional.nll_loss). Input: logarithms of probabilities
 * [N, C], [C] or [N, C, d1, …]; target: class numbers [N], [] or [N, d1, …], int32.
 */
export const nllLoss: Call<
  Keywords<[input: Tensor, target: Tensor], NLLOptions, [weight: Tensor | null]>
> = withPositions(
  'nllLoss',
  2,
  ['weight'],
  (input: Tensor, target: Tensor, options: NLLOptions = {}): Tensor => {
    checkTensor('nllLoss', 'the input', input);
    checkTensor('nllLoss', 'the target', target);
    checkOptions('nllLoss', options, ['weight', 'ignoreIndex', 'reduction']);
    return ofClasses('nllLoss', input, classesLast('nllLoss', input), target, options, 0);
  },
);

/**
 * How surprised softmax(input) is by the target classes (torch.nn.functional.cross_entropy). Input:
 * raw scores [N, C], [C] or [N, C, d1, …]; target: class numbers [N], [] or [N, d1, …], int32, or
 * probabilities in the input's shape.
 */
export const crossEntropy: Call<
  Keywords<[input: Tensor, target: Tensor], CrossEntropyOptions, [weight: Tensor | null]>
> = withPositions(
  'crossEntropy',
  2,
  ['weight'],
  (input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor => {
    checkTensor('crossEntropy', 'the input', input);
    checkTensor('crossEntropy', 'the target', target);
    checkOptions('crossEntropy', options, ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing']);
    const smoothing = options.labelSmoothing ?? 0;
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new ArgumentError(
        `crossEntropy: labelSmoothing must lie between 0 and 1, but it is ${smoothing}`,
      );
    }
    const scores = classesLast('crossEntropy', input).logSoftmax(-1);
    if (isFloating(target.dtype))
      return fromProbabilities(scores, input, target, smoothing, options);
    return ofClasses('crossEntropy', input, scores, target, options, smoothing);
  },
);

/** The loss from logarithms of probabilities, classes last. */
function ofClasses(
  name: string,
  input: Tensor,
  scores: Tensor,
  target: Tensor,
  options: NLLOptions,
  smoothing: number,
): Tensor {
  const { weight, ignoreIndex = -100, reduction } = options;
  checkReduction(name, reduction);
  checkWeight(name, weight, scores.size(-1));
  checkClasses(name, input, target, ignoreIndex);
  const picked = target.flatten();
  const plain = !weight && smoothing === 0 && reduction !== 'none' && scores.dtype === 'float32';
  if (plain && unseen() && scores.count > 0 && scores.isContiguous && picked.isContiguous) {
    const all = scores.reshape([-1, scores.size(-1)]);
    return classLoss(all, picked, { ignoreIndex, mean: reduction !== 'sum' });
  }
  const counted = picked.ne(ignoreIndex);
  // An ignored target is looked up as class 0 and weighs nothing.
  const classes = picked.mul(counted);
  const rows = scores.reshape([-1, scores.size(-1)]);
  const ofClass = (weight ? weight.indexSelect(0, classes) : counted.to(scores.dtype)).mul(counted);
  const found = rows.gather(1, classes.unsqueeze(1)).squeeze(1).neg();
  // Not a product with 0: when every target is ignored, the mean is NaN but the gradient is 0.
  let losses = where(counted, found.mul(ofClass), 0);
  if (smoothing > 0) {
    const spread = (weight ? rows.mul(weight) : rows).sum(1).neg().div(scores.size(-1));
    losses = losses.mul(1 - smoothing).add(where(counted, spread, 0).mul(smoothing));
  }
  if (reduction === 'none') return losses.reshape(target.shape);
  if (reduction === 'sum') return losses.sum();
  checkNotEmpty(name, input.shape);
  return losses.sum().div(ofClass.sum());
}

function checkWeight(name: string, weight: Tensor | null | undefined, classes: number): void {
  if (!weight || sameShape(weight.shape, [classes])) return;
  throw new ShapeError(
    `${name}: the weight must be [${classes}], one number per class, but it is ${formatShape(weight.shape)}`,
  );
}

/** [N, C, d1, …] → [N, d1, …, C]. */
function classesLast(name: string, input: Tensor): Tensor {
  if (input.rank === 0)
    throw new ShapeError(`${name}: the input must be [N, C], but it is a scalar`);
  if (input.rank < 3) return input;
  const dims = input.shape.map((_, dim) => dim);
  return input.permute([0, ...dims.slice(2), 1]);
}

function fromProbabilities(
  scores: Tensor,
  input: Tensor,
  target: Tensor,
  smoothing: number,
  options: CrossEntropyOptions,
): Tensor {
  checkWeight('crossEntropy', options.weight, scores.size(-1));
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `crossEntropy: probabilities need the input's shape ${formatShape(input.shape)}, but got ` +
        `${formatShape(target.shape)}; class numbers need dtype int32`,
    );
  }
  const goal = classesLast('crossEntropy', target);
  const smooth = smoothing === 0 ? goal : goal.mul(1 - smoothing).add(smoothing / scores.size(-1));
  const weighted = options.weight ? smooth.mul(options.weight) : smooth;
  const losses = scores.mul(weighted).sum(-1).neg();
  // PyTorch divides by the number of targets here, not by their weights.
  return reduced('crossEntropy', losses, options.reduction);
}

function checkClasses(name: string, input: Tensor, target: Tensor, ignoreIndex: number): void {
  if (target.dtype !== 'int32') {
    throw new ArgumentError(
      `${name}: class numbers must be int32, but they are ${target.dtype}; use to('int32')`,
    );
  }
  const expected = input.shape.filter((_, dim) => dim !== Math.min(1, input.rank - 1));
  if (!sameShape(expected, target.shape)) {
    throw new ShapeError(
      `${name}: input ${formatShape(input.shape)} needs a target of ${formatShape(expected)}, but got ` +
        formatShape(target.shape),
    );
  }
  if (tape.mode === 'meta') return;
  const classes = input.size(input.rank === 1 ? 0 : 1);
  const flat = target.contiguous();
  const values = elements(flat);
  for (let i = flat.start; i < flat.start + flat.count; i++) {
    const value = values[i];
    if (value === ignoreIndex || (value >= 0 && value < classes)) continue;
    throw new ArgumentError(
      `${name}: target ${value} is not one of ${classes} classes (0 to ${classes - 1}) of input ${formatShape(input.shape)}`,
    );
  }
}
