// Losses on each element by itself, as plain functions of ops. Knows no layer.
import { mapTwo } from '../kernels/reference/elementwise';
import { isFloating, promote } from '../tensor/dtype';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { broadcastShapes, formatShape, sameShape } from '../tensor/shape';
import { checkTensor, type Tensor } from '../tensor/tensor';
import { quietly, warnOnce } from '../tape/warnings';
import { logsigmoid } from './activation';
import { where } from './binary';
import { withPositions, type Call, type Keywords } from './keywords';
import { op, type Op } from './op';
import { checkNotEmpty, reduced, type Reduction } from './reduction';

export { crossEntropy, nllLoss } from './cross-entropy';
export type { CrossEntropyOptions, NLLOptions } from './cross-entropy';
export type { Reduction } from './reduction';

export interface ReductionOptions {
  /** Default 'mean'. */
  reduction?: Reduction;
}

/**
 * input − target. Shapes that differ are broadcast against each other, as in PyTorch, which is nearly
 * always a mistake.
 */
function difference(name: string, input: Tensor, target: Tensor): Tensor {
  warnIfShapesDiffer(name, input, target);
  return quietly(() => input.sub(target));
}

function warnIfShapesDiffer(name: string, input: Tensor, target: Tensor): void {
  checkTensor(name, 'the input', input);
  checkTensor(name, 'the target', target);
  if (sameShape(input.shape, target.shape)) return;
  warnOnce(
    'broadcast',
    `${name}: input ${formatShape(input.shape)} and target ${formatShape(target.shape)} differ and are ` +
      'broadcast against each other; reshape one so that they are equal',
  );
}

/** The mean of squared differences (torch.nn.functional.mse_loss). */
export function mseLoss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  checkOptions('mseLoss', options, ['reduction']);
  const error = difference('mseLoss', input, target);
  return reduced('mseLoss', error.mul(error), options.reduction);
}

/** The mean of absolute differences (torch.nn.functional.l1_loss). */
export function l1Loss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  checkOptions('l1Loss', options, ['reduction']);
  return reduced('l1Loss', difference('l1Loss', input, target).abs(), options.reduction);
}

export interface SmoothL1Options extends ReductionOptions {
  /** Below this difference the loss is quadratic. Default 1. */
  beta?: number;
}

/** Quadratic for differences below beta, else linear with slope 1 (torch.nn.functional.smooth_l1_loss). */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  checkOptions('smoothL1Loss', options, ['reduction', 'beta']);
  const { beta = 1 } = options;
  if (!(beta >= 0)) {
    throw new ArgumentError(`smoothL1Loss: beta must be ≥ 0, but it is ${beta}`);
  }
  const size = difference('smoothL1Loss', input, target).abs();
  if (beta === 0) return reduced('smoothL1Loss', size, options.reduction);
  const near = size.mul(size).mul(0.5 / beta);
  return reduced('smoothL1Loss', where(size.lt(beta), near, size.sub(beta / 2)), options.reduction);
}

export interface HuberOptions extends ReductionOptions {
  /** Up to this difference the loss is quadratic. Default 1. */
  delta?: number;
}

/** Quadratic for differences up to delta, else linear with slope delta (torch.nn.functional.huber_loss). */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  checkOptions('huberLoss', options, ['reduction', 'delta']);
  const { delta = 1 } = options;
  if (!(delta > 0)) {
    throw new ArgumentError(`huberLoss: delta must be above 0, but it is ${delta}`);
  }
  const size = difference('huberLoss', input, target).abs();
  const far = size.sub(delta / 2).mul(delta);
  const losses = where(size.le(delta), size.mul(size).mul(0.5), far);
  return reduced('huberLoss', losses, options.reduction);
}

export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** Weight of each element; broadcasts. */
  weight?: Tensor | null | undefined;
}

function checkTarget(name: string, input: Tensor, target: Tensor): void {
  checkTensor(name, 'the input', input);
  checkTensor(name, 'the target', target);
  if (sameShape(input.shape, target.shape) && isFloating(target.dtype)) return;
  throw new ShapeError(
    `${name}: the target must be floating point and ${formatShape(input.shape)} like the input, but it is ` +
      `${target.dtype} ${formatShape(target.shape)}`,
  );
}

/** −t · log p − (1 − t) · log(1 − p), where no logarithm counts for less than −100, as in PyTorch. */
const surprise: Op<[input: Tensor, target: Tensor]> = op({
  name: 'binaryCrossEntropy',
  torch: 'torch.nn.functional.binary_cross_entropy',
  shape: ([p, t]) => ({
    shape: broadcastShapes('binaryCrossEntropy', p.shape, t.shape),
    dtype: promote(p, t),
  }),
  forward: mapTwo((p, t) => {
    if (p < 0 || p > 1) {
      throw new ArgumentError(
        `binaryCrossEntropy: input ${p} is not between 0 and 1; apply sigmoid first, or use ` +
          'binaryCrossEntropyWithLogits',
      );
    }
    return -t * Math.max(Math.log(p), -100) - (1 - t) * Math.max(Math.log(1 - p), -100);
  }),
  expand: ([p, t]) => {
    const [yes, no] = [p.log().maximum(-100), p.neg().add(1).log().maximum(-100)];
    return [t.mul(yes).add(t.neg().add(1).mul(no)).neg()];
  },
  vjp: (g, { inputs: [p, t], needs }) => [
    needs(0) ? g.mul(p.sub(t)).div(p.neg().add(1).mul(p).maximum(1e-12)) : null,
    needs(1) ? g.mul(p.neg().add(1).log().maximum(-100).sub(p.log().maximum(-100))) : null,
  ],
});

/** Cross entropy of probabilities of yes (torch.nn.functional.binary_cross_entropy). Shape: any, both equal. */
export const binaryCrossEntropy: Call<
  Keywords<[input: Tensor, target: Tensor], BinaryCrossEntropyOptions, [weight: Tensor | null]>
> = withPositions(
  'binaryCrossEntropy',
  2,
  ['weight'],
  (input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor => {
    checkOptions('binaryCrossEntropy', options, ['weight', 'reduction']);
    checkTarget('binaryCrossEntropy', input, target);
    const losses = surprise(input, target);
    const weighted = options.weight ? losses.mul(options.weight) : losses;
    return reduced('binaryCrossEntropy', weighted, options.reduction);
  },
);

export interface LogitsOptions extends BinaryCrossEntropyOptions {
  /** Weight of the yes examples; broadcasts. */
  posWeight?: Tensor | null | undefined;
}

/**
 * Cross entropy of sigmoid(input), without its loss of digits
 * (torch.nn.functional.binary_cross_entropy_with_logits). Shape: any, both equal.
 */
export const binaryCrossEntropyWithLogits: Call<
  Keywords<[input: Tensor, target: Tensor], LogitsOptions, [weight: Tensor | null]>
> = withPositions(
  'binaryCrossEntropyWithLogits',
  2,
  ['weight'],
  (input: Tensor, target: Tensor, options: LogitsOptions = {}): Tensor => {
    const name = 'binaryCrossEntropyWithLogits';
    checkOptions(name, options, ['weight', 'posWeight', 'reduction']);
    checkTarget(name, input, target);
    const { posWeight, weight } = options;
    const yes = posWeight ? target.mul(posWeight.sub(1)).add(1) : null;
    const logs = logsigmoid(input);
    const losses = target
      .neg()
      .add(1)
      .mul(input)
      .sub(yes ? logs.mul(yes) : logs);
    return reduced(name, weight ? losses.mul(weight) : losses, options.reduction);
  },
);

export interface KLDivOptions {
  /** 'batchmean' is the sum divided by the batch's size, which is the divergence. Default 'mean'. */
  reduction?: Reduction | 'batchmean';
  /** The target is given as logarithms, too. Default false. */
  logTarget?: boolean;
}

/**
 * How far the target's distribution is from the input's, target · (log target − input), where the
 * input is given as logarithms (torch.nn.functional.kl_div). Shape: any, both equal.
 */
export function klDiv(input: Tensor, target: Tensor, options: KLDivOptions = {}): Tensor {
  checkOptions('klDiv', options, ['reduction', 'logTarget']);
  warnIfShapesDiffer('klDiv', input, target);
  const { reduction, logTarget = false } = options;
  // 0 · log 0 counts as 0.
  const losses = quietly(() =>
    logTarget
      ? target.exp().mul(target.sub(input))
      : target.mul(where(target.gt(0), target, 1).log().sub(input)),
  );
  if (reduction !== 'batchmean') return reduced('klDiv', losses, reduction);
  checkNotEmpty('klDiv', losses.shape);
  return losses.sum().div(input.rank === 0 ? 1 : input.size(0));
}
