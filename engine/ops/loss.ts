// Losses, as plain functions of ops. Knows no kernel.
import { isFloating } from '../tensor/dtype';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import { tape } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { elements } from '../tensor/tensor';
import { warnOnce } from '../tape/warnings';
import { where } from './elementwise';

export type Reduction = 'mean' | 'sum' | 'none';

function reduced(name: string, loss: Tensor, reduction: Reduction = 'mean'): Tensor {
  if (reduction === 'mean') return loss.mean();
  if (reduction === 'sum') return loss.sum();
  if (reduction === 'none') return loss;
  throw new ArgumentError(
    `${name}: reduction must be 'mean', 'sum' or 'none', but it is '${String(reduction)}'`,
  );
}

/** The mean of squared differences (torch.nn.functional.mse_loss). */
export function mseLoss(
  input: Tensor,
  target: Tensor,
  options: { reduction?: Reduction } = {},
): Tensor {
  checkOptions('mseLoss', options, ['reduction']);
  warnIfShapesDiffer('mseLoss', input, target);
  const difference = input.sub(target);
  return reduced('mseLoss', difference.mul(difference), options.reduction);
}

/** A loss over shapes that differ broadcasts silently, which is nearly always a mistake. */
export function warnIfShapesDiffer(name: string, input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  warnOnce(
    'broadcast',
    `${name}: input ${formatShape(input.shape)} and target ${formatShape(target.shape)} differ and are ` +
      'broadcast against each other; reshape one so that they are equal',
  );
}

export interface CrossEntropyOptions {
  /** One weight per class. */
  weight?: Tensor | undefined;
  /** Targets with this value do not count. Default −100. */
  ignoreIndex?: number;
  reduction?: Reduction;
  /** Share of the target spread evenly over all classes, 0 to 1. Default 0. */
  labelSmoothing?: number;
}

/**
 * How surprised softmax(input) is by the target classes (torch.nn.functional.cross_entropy). Input:
 * raw scores [N, C], [C] or [N, C, d1, …]; target: class numbers [N], [] or [N, d1, …], int32, or
 * probabilities in the input's shape.
 */
export function crossEntropy(
  input: Tensor,
  target: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  checkOptions('crossEntropy', options, ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing']);
  const smoothing = options.labelSmoothing ?? 0;
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw new ArgumentError(
      `crossEntropy: labelSmoothing must lie between 0 and 1, but it is ${smoothing}`,
    );
  }
  if (input.rank === 0)
    throw new ShapeError('crossEntropy: the input must be [N, C], but it is a scalar');
  const scores = classesLast(input).logSoftmax(-1);
  checkWeight('crossEntropy', options.weight, scores.size(-1));
  if (isFloating(target.dtype)) return fromProbabilities(scores, input, target, smoothing, options);
  checkClasses(input, target, options.ignoreIndex ?? -100);
  const picked = target.flatten();
  const counted = picked.ne(options.ignoreIndex ?? -100);
  // An ignored target is looked up as class 0 and weighs nothing.
  const classes = picked.mul(counted);
  const rows = scores.reshape([-1, scores.size(-1)]);
  const { weight } = options;
  const ofClass = (weight ? weight.indexSelect(0, classes) : counted.to(scores.dtype)).mul(counted);
  const found = rows.gather(1, classes.unsqueeze(1)).squeeze(1).neg();
  // Not a product with 0: when every target is ignored, the mean is NaN but the gradient is 0.
  const hit = where(counted, found.mul(ofClass), 0);
  const spread = weight ? rows.mul(weight).sum(1) : rows.sum(1);
  const smooth = where(counted, spread.neg().div(scores.size(-1)), 0);
  const losses = smoothing === 0 ? hit : hit.mul(1 - smoothing).add(smooth.mul(smoothing));
  if (options.reduction === 'none') return losses.reshape(target.shape);
  return options.reduction === 'sum' ? losses.sum() : losses.sum().div(ofClass.sum());
}

function checkWeight(name: string, weight: Tensor | undefined, classes: number): void {
  if (weight === undefined || sameShape(weight.shape, [classes])) return;
  throw new ShapeError(
    `${name}: the weight must be [${classes}], one number per class, but it is ${formatShape(weight.shape)}`,
  );
}

/** [N, C, d1, …] → [N, d1, …, C]. */
function classesLast(input: Tensor): Tensor {
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
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `crossEntropy: probabilities need the input's shape ${formatShape(input.shape)}, but got ` +
        `${formatShape(target.shape)}; class numbers need dtype int32`,
    );
  }
  const goal = classesLast(target);
  const smooth = smoothing === 0 ? goal : goal.mul(1 - smoothing).add(smoothing / scores.size(-1));
  const weighted = options.weight ? smooth.mul(options.weight) : smooth;
  const losses = scores.mul(weighted).sum(-1).neg();
  // PyTorch divides by the number of targets here, not by their weights.
  return reduced('crossEntropy', losses, options.reduction);
}

function checkClasses(input: Tensor, target: Tensor, ignoreIndex: number): void {
  const expected = input.shape.filter((_, dim) => dim !== Math.min(1, input.rank - 1));
  if (!sameShape(expected, target.shape)) {
    throw new ShapeError(
      `crossEntropy: input ${formatShape(input.shape)} needs a target of ${formatShape(expected)}, but got ` +
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
      `crossEntropy: target ${value} is not one of ${classes} classes (0 to ${classes - 1})`,
    );
  }
}
