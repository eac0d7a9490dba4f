// A rate that rises and falls again and again. Knows no update rule.
import { takeOptions, type Given } from '../ops/keywords';
import { ArgumentError, described } from '../tensor/errors';
import { AbsoluteScheduler, checkCount, type AnyOptimizer } from './scheduler';

export interface CyclicOptions {
  /** Steps of the rise. Default 2000. */
  stepSizeUp?: number;
  /** Steps of the fall. Default: as many as of the rise. */
  stepSizeDown?: number | null;
  /** Every cycle as high as the first, half as high as the last, or lower by gamma each step. Default 'triangular'. */
  mode?: 'triangular' | 'triangular2' | 'expRange';
  /** For 'expRange'. Default 1. */
  gamma?: number;
  /** Whether momentum falls while the rate rises, and the other way round. Default true. */
  cycleMomentum?: boolean;
  /** Least momentum. Default 0.8. */
  baseMomentum?: number;
  /** Most momentum. Default 0.9. */
  maxMomentum?: number;
}

const byPlace = ['baseLr', 'maxLr', 'stepSizeUp', 'stepSizeDown', 'mode', 'gamma'];
const byName = ['cycleMomentum', 'baseMomentum', 'maxMomentum'];

interface MomentumGroup {
  momentum?: number;
  betas?: readonly [number, number];
}

/** Between two rates, up and down (Smith, 2017; torch.optim.lr_scheduler.CyclicLR). Call `step` after each batch. */
export class CyclicLR extends AbsoluteScheduler {
  readonly baseLr: number;
  readonly maxLr: number;
  private readonly rise: number;
  private readonly total: number;
  private readonly options: Required<Omit<CyclicOptions, 'stepSizeUp' | 'stepSizeDown'>>;

  constructor(
    optimizer: AnyOptimizer,
    ...given:
      | [
          baseLr: number,
          maxLr: number,
          ...Given<CyclicOptions, [stepSizeUp: number, stepSizeDown: number | null]>,
        ]
      | [options: CyclicOptions & { baseLr: number; maxLr: number }]
  ) {
    super(optimizer);
    const all = takeOptions<CyclicOptions & { baseLr?: number; maxLr?: number }>(
      'CyclicLR',
      given,
      byPlace,
      byName,
    );
    const { baseLr, maxLr, stepSizeUp = 2000, stepSizeDown, ...rest } = all;
    if (typeof baseLr !== 'number' || typeof maxLr !== 'number') {
      throw new ArgumentError(
        `CyclicLR: baseLr and maxLr must be numbers, but got ${described(baseLr)} and ${described(maxLr)}`,
      );
    }
    this.baseLr = baseLr;
    this.maxLr = maxLr;
    const up = checkCount('CyclicLR', 'stepSizeUp', stepSizeUp);
    this.total = up + checkCount('CyclicLR', 'stepSizeDown', stepSizeDown ?? up);
    this.rise = up / this.total;
    this.options = {
      mode: 'triangular',
      gamma: 1,
      cycleMomentum: true,
      baseMomentum: 0.8,
      maxMomentum: 0.9,
      ...rest,
    };
    if (!['triangular', 'triangular2', 'expRange'].includes(this.options.mode)) {
      throw new ArgumentError(
        `CyclicLR: mode must be 'triangular', 'triangular2' or 'expRange', but it is '${this.options.mode}'`,
      );
    }
    const groups = this.optimizer.paramGroups as unknown as readonly MomentumGroup[];
    if (
      this.options.cycleMomentum &&
      groups.some(({ momentum, betas }) => betas === undefined && momentum === undefined)
    ) {
      throw new ArgumentError(
        'CyclicLR: the optimizer has no momentum to cycle; pass cycleMomentum: false',
      );
    }
    this.apply();
  }

  /** How far up the cycle stands at a step, 0 to 1, shrunk as the mode says. */
  private height(step: number): number {
    const { mode, gamma } = this.options;
    const cycle = Math.floor(1 + step / this.total);
    const into = 1 + step / this.total - cycle;
    const scale = into <= this.rise ? into / this.rise : (into - 1) / (this.rise - 1);
    if (mode === 'triangular') return scale;
    return scale * (mode === 'triangular2' ? 1 / 2 ** (cycle - 1) : gamma ** step);
  }

  protected rate(_baseLr: number, step: number): number {
    return this.baseLr + (this.maxLr - this.baseLr) * this.height(step);
  }

  protected override apply(): void {
    super.apply();
    const { cycleMomentum, baseMomentum, maxMomentum } = this.options;
    if (!cycleMomentum) return;
    const momentum = maxMomentum - (maxMomentum - baseMomentum) * this.height(this.lastEpoch);
    for (const group of this.optimizer.paramGroups as unknown as MomentumGroup[]) {
      if (group.betas) group.betas = [momentum, group.betas[1]];
      else group.momentum = momentum;
    }
  }
}
