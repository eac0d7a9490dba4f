// Learning rates that follow a cosine wave. Knows no update rule.
import { checkOptions } from '../tensor/errors';
import { checkCount, LRScheduler, type AnyOptimizer } from './scheduler';

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

/**
 * Half a cosine wave down to etaMin over t0 steps, then from the top again, each wave tMult times as
 * long as the last (Loshchilov and Hutter, 2017; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts).
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly tMult: number;
  readonly etaMin: number;

  constructor(
    optimizer: AnyOptimizer,
    readonly t0: number,
    options: { tMult?: number; etaMin?: number } = {},
  ) {
    super(optimizer);
    checkOptions('CosineAnnealingWarmRestarts', options, ['tMult', 'etaMin']);
    this.tMult = options.tMult ?? 1;
    this.etaMin = options.etaMin ?? 0;
    checkCount('CosineAnnealingWarmRestarts', 't0', t0);
    checkCount('CosineAnnealingWarmRestarts', 'tMult', this.tMult);
  }

  protected rate(baseLr: number, epoch: number): number {
    let [into, length] = [epoch, this.t0];
    while (into >= length) {
      into -= length;
      length *= this.tMult;
    }
    const wave = 1 + Math.cos((Math.PI * into) / length);
    return this.etaMin + ((baseLr - this.etaMin) * wave) / 2;
  }
}
