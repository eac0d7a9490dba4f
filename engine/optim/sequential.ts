// Schedules one after another: a warm-up, then the rest. Knows no update rule.
import { ArgumentError } from '../tensor/errors';
import { checkCount, LRScheduler, type AnyOptimizer, type SchedulerState } from './scheduler';

/**
 * Each schedule until the next milestone (torch.optim.lr_scheduler.SequentialLR): a warm-up by
 * LinearLR, then CosineAnnealingLR. Each counts its steps from its own start.
 */
export class SequentialLR extends LRScheduler {
  constructor(
    optimizer: AnyOptimizer,
    readonly schedulers: readonly LRScheduler[],
    readonly milestones: readonly number[],
  ) {
    super(optimizer);
    if (schedulers.length !== milestones.length + 1) {
      throw new ArgumentError(
        `SequentialLR: ${schedulers.length} schedules need ${schedulers.length - 1} milestones, but there are ${milestones.length}`,
      );
    }
    milestones.forEach((milestone, i) => {
      checkCount('SequentialLR', 'a milestone', milestone);
      if (milestone > (milestones[i - 1] ?? 0)) return;
      throw new ArgumentError(
        `SequentialLR: milestones must rise, but they are [${milestones.join(', ')}]`,
      );
    });
    this.apply();
  }

  protected override apply(): void {
    const index = this.milestones.filter((milestone) => milestone <= this.lastEpoch).length;
    this.schedulers[index].moveTo(this.lastEpoch - (this.milestones[index - 1] ?? 0));
  }

  protected rate(baseLr: number): number {
    return baseLr;
  }

  override stateDict(): SchedulerState {
    const { lastEpoch } = this;
    const schedulers = this.schedulers.map((scheduler) => scheduler.stateDict());
    return { lastEpoch, schedulers };
  }

  override loadStateDict(state: SchedulerState): void {
    const states = Array.isArray(state['schedulers'])
      ? (state['schedulers'] as SchedulerState[])
      : [];
    if (states.length !== this.schedulers.length) {
      throw new ArgumentError(
        `SequentialLR: the state is of ${states.length} schedules, but there are ${this.schedulers.length}`,
      );
    }
    this.schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict(states[i]);
    });
    this.lastEpoch = Number(state['lastEpoch']);
  }
}
