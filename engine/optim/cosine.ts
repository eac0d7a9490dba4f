// Learning rates that follow a cosine wave. Knows no update rule.
import { takeOptions } from '../ops/keywords';
import { AbsoluteScheduler, checkCount, LRScheduler, type AnyOptimizer } from './scheduler';

/** Half a cosine wave down to etaMin over tMax steps, and up again (torch.optim.lr_scheduler.CosineAnnealingLR). */
export class CosineAnnealingLR extends LRScheduler {
  readonly tMax: number;
  readonly etaMin: number;

  constructor(
    optimizer: AnyOptimizer,
    ...given:
      | [tMax: number, etaMin?: number | { etaMin?: number }]
      | [options: { tMax: number; etaMin?: number }]
  ) {
    super(optimizer);
    const names = ['tMax', 'etaMin'];
    const options = takeOptions<{ tMax?: number; etaMin?: number }>(
      'CosineAnnealingLR',
      given,
      names,
    );
    this.tMax = checkCount('CosineAnnealingLR', 'tMax', options.tMax);
    this.etaMin = options.etaMin ?? 0;
  }

  protected rate(baseLr: number, epoch: number): number {
    const wave = 1 + Math.cos((Math.PI * epoch) / this.tMax);
    return this.etaMin + ((baseLr - this.etaMin) * wave) / 2;
  }

  /** The wave shrinks what lies above etaMin; from the bottom it rises by its own step. */
  protected override next(found: number, before: number, after: number): number {
    const { etaMin } = this;
    // At the bottom of the wave, cosine leaves a rounding error and no ratio.
    if (Math.abs(before - etaMin) < 1e-12 * Math.abs(after - etaMin))
      return found + (after - before);
    return etaMin + ((found - etaMin) * (after - etaMin)) / (before - etaMin);
  }
}

interface RestartOptions {
  t0?: number;
  tMult?: number;
  etaMin?: number;
}

type Restarting =
  | [t0: number, tMult?: number, etaMin?: number]
  | [t0: number, options: { tMult?: number; etaMin?: number }]
  | [options: RestartOptions & { t0: number }];

/**
 * Half a cosine wave down to etaMin over t0 steps, then from the top again, each wave tMult times as
 * long as the last (Loshchilov and Hutter, 2017; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts).
 */
export class CosineAnnealingWarmRestarts extends AbsoluteScheduler {
  readonly t0: number;
  readonly tMult: number;
  readonly etaMin: number;

  constructor(optimizer: AnyOptimizer, ...given: Restarting) {
    super(optimizer);
    const options = takeOptions<RestartOptions>('CosineAnnealingWarmRestarts', given, [
      't0',
      'tMult',
      'etaMin',
    ]);
    this.t0 = checkCount('CosineAnnealingWarmRestarts', 't0', options.t0);
    this.tMult = options.tMult ?? 1;
    this.etaMin = options.etaMin ?? 0;
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
