// Learning rates that change while training, under `optim.lrScheduler`. Knows no update rule.
import { takeOptions, type Given } from '../ops/keywords';
import { ArgumentError, described } from '../tensor/errors';
import { AbsoluteScheduler, checkCount, LRScheduler, type AnyOptimizer } from './scheduler';

/** The rate times gamma after every `stepSize` steps (torch.optim.lr_scheduler.StepLR). */
export class StepLR extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(
    optimizer: AnyOptimizer,
    ...given:
      | [stepSize: number, gamma?: number | { gamma?: number }]
      | [options: { stepSize: number; gamma?: number }]
  ) {
    super(optimizer);
    const names = ['stepSize', 'gamma'];
    const options = takeOptions<{ stepSize?: number; gamma?: number }>('StepLR', given, names);
    this.stepSize = checkCount('StepLR', 'stepSize', options.stepSize);
    this.gamma = options.gamma ?? 0.1;
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * this.gamma ** Math.floor(epoch / this.stepSize);
  }
}

/** The rate times gamma at each milestone (torch.optim.lr_scheduler.MultiStepLR). */
export class MultiStepLR extends LRScheduler {
  readonly milestones: readonly number[];
  readonly gamma: number;

  constructor(
    optimizer: AnyOptimizer,
    ...given:
      | [milestones: readonly number[], gamma?: number | { gamma?: number }]
      | [options: { milestones: readonly number[]; gamma?: number }]
  ) {
    super(optimizer);
    const options = takeOptions<{ milestones?: readonly number[]; gamma?: number }>(
      'MultiStepLR',
      given,
      ['milestones', 'gamma'],
    );
    const { milestones } = options;
    if (!Array.isArray(milestones)) {
      throw new ArgumentError(
        `MultiStepLR: milestones must be a list of steps, but got ${described(milestones)}`,
      );
    }
    for (const milestone of milestones) checkCount('MultiStepLR', 'a milestone', milestone);
    this.milestones = [...(milestones as readonly number[])].sort((a, b) => a - b);
    this.gamma = options.gamma ?? 0.1;
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * this.gamma ** this.milestones.filter((milestone) => milestone <= epoch).length;
  }
}

export interface ConstantLROptions {
  /** What the rate is multiplied by. Default 1/3. */
  factor?: number;
  /** For how many steps. Default 5. */
  totalIters?: number;
}

/** The rate times a factor for the first steps (torch.optim.lr_scheduler.ConstantLR). */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;

  constructor(
    optimizer: AnyOptimizer,
    ...given: Given<ConstantLROptions, [factor: number, totalIters: number]>
  ) {
    super(optimizer);
    const options = takeOptions<ConstantLROptions>('ConstantLR', given, ['factor', 'totalIters']);
    this.factor = options.factor ?? 1 / 3;
    this.totalIters = options.totalIters ?? 5;
    checkCount('ConstantLR', 'totalIters', this.totalIters);
    if (!(this.factor >= 0 && this.factor <= 1)) {
      throw new ArgumentError(
        `ConstantLR: factor must lie between 0 and 1, but it is ${this.factor}`,
      );
    }
    this.apply();
  }

  protected rate(baseLr: number, epoch: number): number {
    return epoch < this.totalIters ? baseLr * this.factor : baseLr;
  }
}

export interface PolynomialLROptions {
  /** Steps until the rate is 0. Default 5. */
  totalIters?: number;
  /** The exponent of the share that is left. Default 1. */
  power?: number;
}

/** The rate down to 0 along a power of the steps left (torch.optim.lr_scheduler.PolynomialLR). */
export class PolynomialLR extends LRScheduler {
  readonly totalIters: number;
  readonly power: number;

  constructor(
    optimizer: AnyOptimizer,
    ...given: Given<PolynomialLROptions, [totalIters: number, power: number]>
  ) {
    super(optimizer);
    const options = takeOptions<PolynomialLROptions>('PolynomialLR', given, [
      'totalIters',
      'power',
    ]);
    this.totalIters = options.totalIters ?? 5;
    this.power = options.power ?? 1;
    checkCount('PolynomialLR', 'totalIters', this.totalIters);
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * (1 - Math.min(epoch, this.totalIters) / this.totalIters) ** this.power;
  }
}

/** The rate times gamma after every step (torch.optim.lr_scheduler.ExponentialLR). */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;

  constructor(optimizer: AnyOptimizer, ...given: [gamma: number] | [options: { gamma: number }]) {
    super(optimizer);
    const { gamma } = takeOptions<{ gamma?: number }>('ExponentialLR', given, ['gamma']);
    if (typeof gamma !== 'number') {
      throw new ArgumentError(`ExponentialLR: gamma must be a number, but got ${described(gamma)}`);
    }
    this.gamma = gamma;
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * this.gamma ** epoch;
  }
}

export interface LinearLROptions {
  /** The factor of the first step. Default 1/3. */
  startFactor?: number;
  /** The factor from the last step on. Default 1. */
  endFactor?: number;
  /** How many steps lie between. Default 5. */
  totalIters?: number;
}

/** The rate times a factor that goes straight from one number to another: a warm-up (torch.optim.lr_scheduler.LinearLR). */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(
    optimizer: AnyOptimizer,
    ...given: Given<LinearLROptions, [startFactor: number, endFactor: number, totalIters: number]>
  ) {
    super(optimizer);
    const names = ['startFactor', 'endFactor', 'totalIters'];
    const options = takeOptions<LinearLROptions>('LinearLR', given, names);
    this.startFactor = options.startFactor ?? 1 / 3;
    this.endFactor = options.endFactor ?? 1;
    this.totalIters = options.totalIters ?? 5;
    checkCount('LinearLR', 'totalIters', this.totalIters);
    if (!(this.startFactor > 0 && this.startFactor <= 1)) {
      throw new ArgumentError(
        `LinearLR: startFactor must lie in (0, 1], but it is ${this.startFactor}`,
      );
    }
    this.apply();
  }

  protected rate(baseLr: number, epoch: number): number {
    const done = Math.min(epoch, this.totalIters) / this.totalIters;
    return baseLr * (this.startFactor + (this.endFactor - this.startFactor) * done);
  }
}

/** A number for each step, by which a rate is multiplied. */
type Factor = (epoch: number) => number;

function factorOf(name: string, given: readonly unknown[]): Factor {
  const { lrLambda } = takeOptions<{ lrLambda?: Factor }>(name, given, ['lrLambda']);
  if (typeof lrLambda === 'function') return lrLambda;
  throw new ArgumentError(
    `${name}: lrLambda must be a function of the step, but got ${described(lrLambda)}`,
  );
}

/** The rate of the step before times a function of the step (torch.optim.lr_scheduler.MultiplicativeLR). */
export class MultiplicativeLR extends LRScheduler {
  readonly lrLambda: Factor;

  constructor(
    optimizer: AnyOptimizer,
    ...given: [lrLambda: Factor] | [options: { lrLambda: Factor }]
  ) {
    super(optimizer);
    this.lrLambda = factorOf('MultiplicativeLR', given);
  }

  protected rate(baseLr: number, epoch: number): number {
    let rate = baseLr;
    for (let step = 1; step <= epoch; step++) rate *= this.lrLambda(step);
    return rate;
  }

  /** One product, however many steps lie behind. */
  protected override apply(): void {
    const factor = this.lrLambda(this.lastEpoch);
    for (const group of this.optimizer.paramGroups) group.lr *= factor;
  }
}

/** The rate times a function of the step (torch.optim.lr_scheduler.LambdaLR). */
export class LambdaLR extends AbsoluteScheduler {
  readonly lrLambda: Factor;

  constructor(
    optimizer: AnyOptimizer,
    ...given: [lrLambda: Factor] | [options: { lrLambda: Factor }]
  ) {
    super(optimizer);
    this.lrLambda = factorOf('LambdaLR', given);
    this.apply();
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * this.lrLambda(epoch);
  }
}

export { ChainedScheduler } from './chained';
export { CyclicLR, type CyclicOptions } from './cyclic';
export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from './cosine';
export { LRScheduler } from './scheduler';
export { SequentialLR } from './sequential';
export { OneCycleLR, type OneCycleOptions } from './one-cycle';
export { ReduceLROnPlateau, type PlateauOptions } from './plateau';
