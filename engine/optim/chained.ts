// Several schedules at once, each acting on what the others have made of the rate. Knows no update rule.
import { ArgumentError, described } from '../tensor/errors';
import type { LRScheduler, SchedulerState } from './scheduler';

/** All of its schedules at every step, one after another (torch.optim.lr_scheduler.ChainedScheduler). */
export class ChainedScheduler {
  constructor(readonly schedulers: readonly LRScheduler[]) {
    if (Array.isArray(schedulers) && schedulers.length > 0) return;
    throw new ArgumentError(
      `ChainedScheduler: needs a list of at least one schedule, but got ${described(schedulers)}`,
    );
  }

  /** Moves each schedule on by one step. */
  step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
  }

  /** The learning rates now, one per group. */
  getLastLr(): number[] {
    return this.schedulers[this.schedulers.length - 1].getLastLr();
  }

  /** All that the schedules have come to (state_dict). */
  stateDict(): SchedulerState {
    return { schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()) };
  }

  /** Carries on from a state (load_state_dict). */
  loadStateDict(state: SchedulerState): void {
    const states = state['schedulers'] as SchedulerState[];
    if (!Array.isArray(states) || states.length !== this.schedulers.length) {
      throw new ArgumentError(
        `ChainedScheduler: the state is not one of ${this.schedulers.length} schedules`,
      );
    }
    this.schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict(states[i]);
    });
  }
}
