// The base of learning rate schedules. Knows no schedule and no update rule.
import { ArgumentError } from '../tensor/errors';

/** What a scheduler may be given: any optimizer. */
export type AnyOptimizer = { readonly paramGroups: readonly { lr: number }[] };

/** The base of all schedulers; call `step()` after the optimizer's (torch.optim.lr_scheduler.LRScheduler). */
export abstract class LRScheduler {
  /** Calls of `step` so far. */
  lastEpoch = 0;
  /** The learning rate of each group before any schedule. */
  readonly baseLrs: readonly number[];

  constructor(protected readonly optimizer: AnyOptimizer) {
    this.baseLrs = optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** The learning rate of a group after `epoch` steps. */
  protected abstract rate(baseLr: number, epoch: number, group: number): number;

  /** The learning rates now, one per group (get_last_lr). */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Moves on by one step. */
  step(): void {
    this.lastEpoch++;
    this.apply();
  }

  protected apply(): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = this.rate(this.baseLrs[i], this.lastEpoch, i);
    });
  }
}

/** Throws unless an option is a whole number ≥ 1. */
export function checkCount(name: string, option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ArgumentError(`${name}: ${option} must be a whole number ≥ 1, but it is ${value}`);
}
