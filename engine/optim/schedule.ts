// Learning rates that change while training, under `optim.lrScheduler`. Knows no update rule.
import { ArgumentError, checkOptions } from '../tensor/errors';
import { checkCount, LRScheduler, type AnyOptimizer } from './scheduler';

/** The rate times gamma after every `stepSize` steps (torch.optim.lr_scheduler.StepLR). */
export class StepLR extends LRScheduler {
  readonly gamma: number;

  constructor(
    optimizer: AnyOptimizer,
    readonly stepSize: number,
    options: { gamma?: number } = {},
  ) {
    super(optimizer);
    checkOptions('StepLR', options, ['gamma']);
    checkCount('StepLR', 'stepSize', stepSize);
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
    milestones: readonly number[],
    options: { gamma?: number } = {},
  ) {
    super(optimizer);
    checkOptions('MultiStepLR', options, ['gamma']);
    for (const milestone of milestones) checkCount('MultiStepLR', 'a milestone', milestone);
    this.milestones = [...milestones].sort((a, b) => a - b);
    this.gamma = options.gamma ?? 0.1;
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * this.gamma ** this.milestones.filter((milestone) => milestone <= epoch).length;
  }
}

/** The rate times a factor for the first steps (torch.optim.lr_scheduler.ConstantLR). */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;

  constructor(optimizer: AnyOptimizer, options: { factor?: number; totalIters?: number } = {}) {
    super(optimizer);
    checkOptions('ConstantLR', options, ['factor', 'totalIters']);
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

/** The rate down to 0 along a power of the steps left (torch.optim.lr_scheduler.PolynomialLR). */
export class PolynomialLR extends LRScheduler {
  readonly totalIters: number;
  readonly power: number;

  constructor(optimizer: AnyOptimizer, options: { totalIters?: number; power?: number } = {}) {
    super(optimizer);
    checkOptions('PolynomialLR', options, ['totalIters', 'power']);
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
  constructor(
    optimizer: AnyOptimizer,
    readonly gamma: number,
  ) {
    super(optimizer);
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * this.gamma ** epoch;
  }
}

/** The rate times a factor that goes straight from one number to another: a warm-up (torch.optim.lr_scheduler.LinearLR). */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(
    optimizer: AnyOptimizer,
    options: { startFactor?: number; endFactor?: number; totalIters?: number } = {},
  ) {
    super(optimizer);
    checkOptions('LinearLR', options, ['startFactor', 'endFactor', 'totalIters']);
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

/** The rate times a function of the step (torch.optim.lr_scheduler.LambdaLR). */
export class LambdaLR extends LRScheduler {
  constructor(
    optimizer: AnyOptimizer,
    readonly lrLambda: (epoch: number) => number,
  ) {
    super(optimizer);
    if (typeof lrLambda !== 'function') {
      throw new ArgumentError('LambdaLR: lrLambda must be a function of the step');
    }
    this.apply();
  }

  protected rate(baseLr: number, epoch: number): number {
    return baseLr * this.lrLambda(epoch);
  }
}

export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from './cosine';
export { LRScheduler } from './scheduler';
export { SequentialLR } from './sequential';
export { OneCycleLR, type OneCycleOptions } from './one-cycle';
export { ReduceLROnPlateau, type PlateauOptions } from './plateau';
