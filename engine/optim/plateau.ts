// A schedule that reacts to how training goes. Knows no update rule.
import { takeOptions, type Given } from '../ops/keywords';
import { ArgumentError } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';
import { loadState, stateOf, type AnyOptimizer, type SchedulerState } from './scheduler';

export interface PlateauOptions {
  /** Whether the metric should fall or rise. Default 'min'. */
  mode?: 'min' | 'max';
  /** What the rate is multiplied by. Default 0.1. */
  factor?: number;
  /** Steps without improvement that are borne. Default 10. */
  patience?: number;
  /** What counts as an improvement. Default 1e-4. */
  threshold?: number;
  /** Whether threshold is a share of the best value or a difference. Default 'rel'. */
  thresholdMode?: 'rel' | 'abs';
  /** Steps to wait after a change. Default 0. */
  cooldown?: number;
  /** No rate falls below it. Default 0. */
  minLr?: number;
  /** Smaller changes of the rate are not made. Default 1e-8. */
  eps?: number;
}

const defaults: Required<PlateauOptions> = {
  mode: 'min',
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: 'rel',
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
};

/** Lowers the rate when a metric no longer improves (torch.optim.lr_scheduler.ReduceLROnPlateau). */
export class ReduceLROnPlateau {
  private readonly options: Required<PlateauOptions>;
  private best: number;
  private badSteps = 0;
  private cooldownLeft = 0;

  constructor(
    private readonly optimizer: AnyOptimizer,
    ...given: Given<PlateauOptions, [mode: 'min' | 'max', factor: number, patience: number]>
  ) {
    const [byPlace, others] = [Object.keys(defaults).slice(0, 3), Object.keys(defaults).slice(3)];
    const options = takeOptions<PlateauOptions>('ReduceLROnPlateau', given, byPlace, others);
    this.options = { ...defaults, ...options };
    const { mode, factor, thresholdMode } = this.options;
    if (!['min', 'max'].includes(mode) || !['rel', 'abs'].includes(thresholdMode)) {
      throw new ArgumentError(
        "ReduceLROnPlateau: mode must be 'min' or 'max' and thresholdMode 'rel' or 'abs', but they are " +
          `'${mode}' and '${thresholdMode}'`,
      );
    }
    if (!(factor < 1)) {
      throw new ArgumentError(`ReduceLROnPlateau: factor must be below 1, but it is ${factor}`);
    }
    this.best = mode === 'min' ? Infinity : -Infinity;
  }

  /** The learning rates now, one per group. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Takes note of the metric, a validation loss or the like, after one more epoch. */
  step(metric: number | Tensor): void {
    const { patience, cooldown, factor, minLr, eps } = this.options;
    const value = metric instanceof Tensor ? metric.item() : metric;
    if (this.isBetter(value)) {
      this.best = value;
      this.badSteps = 0;
    } else {
      this.badSteps++;
    }
    if (this.cooldownLeft > 0) {
      this.cooldownLeft--;
      this.badSteps = 0;
    }
    if (this.badSteps <= patience) return;
    for (const group of this.optimizer.paramGroups) {
      const lr = Math.max(group.lr * factor, minLr);
      if (group.lr - lr > eps) group.lr = lr;
    }
    this.cooldownLeft = cooldown;
    this.badSteps = 0;
  }

  /** All that the schedule has come to (state_dict). */
  stateDict(): SchedulerState {
    return stateOf(this);
  }

  /** Carries on from a state (load_state_dict). */
  loadStateDict(state: SchedulerState): void {
    loadState(this, state);
  }

  private isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const sign = mode === 'min' ? -1 : 1;
    const bar =
      thresholdMode === 'rel' ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === 'min' ? value < bar : value > bar;
  }
}
