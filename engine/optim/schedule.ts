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

/** Half a cosine wave down to etaMin over tMax steps, and up again (torch.optim.lr_scheduler.CosineAnnealingLR). */
export class CosineAnnealingLR extends LRScheduler {
  readonly etaMin: number;

  constructor(
    optimizer: AnyOptimizer,
    readonly tMax: number,
    options: { etaMin?: number } = {},
  ) {
    super(optimizer);
    checkOptions('CosineAnnealingLR', options, ['etaMin']);
    checkCount('CosineAnnealingLR', 'tMax', tMax);
    this.etaMin = options.etaMin ?? 0;
  }

  protected rate(baseLr: number, epoch: number): number {
    const wave = 1 + Math.cos((Math.PI * epoch) / this.tMax);
    return this.etaMin + ((baseLr - this.etaMin) * wave) / 2;
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

export { LRScheduler } from './scheduler';
export { OneCycleLR, type OneCycleOptions } from './one-cycle';
export { ReduceLROnPlateau, type PlateauOptions } from './plateau';
