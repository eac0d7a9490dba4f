// The base of learning rate schedules, and their state. Knows no schedule and no update rule.
import { ArgumentError, described } from '../tensor/errors';

/** What a scheduler may be given: any optimizer. */
export type AnyOptimizer = {
  readonly paramGroups: readonly {
    lr: number;
    /** The rate before any schedule, as the first schedule of the optimizer found it. */
    initialLr?: number;
  }[];
};

/** All that a schedule has come to, as plain data. */
export type SchedulerState = Record<string, unknown>;

/** The base of all schedulers; call `step()` after the optimizer's (torch.optim.lr_scheduler.LRScheduler). */
export abstract class LRScheduler {
  /** Calls of `step` so far. */
  lastEpoch = 0;
  /** The learning rate of each group before any schedule. */
  readonly baseLrs: readonly number[];

  constructor(protected readonly optimizer: AnyOptimizer) {
    if (!Array.isArray((optimizer as Partial<AnyOptimizer> | undefined)?.paramGroups)) {
      throw new ArgumentError(
        `${new.target.name}: needs an optimizer first, but got ${described(optimizer)}`,
      );
    }
    this.baseLrs = optimizer.paramGroups.map((group) => (group.initialLr ??= group.lr));
  }

  /** The learning rate of a group after `epoch` steps. */
  protected abstract rate(baseLr: number, epoch: number, group: number): number;

  /** The learning rates now, one per group (get_last_lr). */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Moves on by one step. */
  step(...none: undefined[]): void {
    if (none.some((value) => value !== undefined)) {
      throw new ArgumentError(
        `${this.constructor.name}: step takes no argument; only ReduceLROnPlateau looks at a loss`,
      );
    }
    this.lastEpoch++;
    this.apply();
  }

  /** Sets the rate of this many steps from the start, whatever it was before. */
  moveTo(epoch: number): void {
    this.lastEpoch = epoch;
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = this.rate(this.baseLrs[i], epoch, i);
    });
  }

  /** All that the schedule has come to, functions left out (state_dict). The rate itself is the optimizer's. */
  stateDict(): SchedulerState {
    return stateOf(this);
  }

  /** Carries on from a state (load_state_dict). */
  loadStateDict(state: SchedulerState): void {
    loadState(this, state);
  }

  /**
   * Sets the rate of this step. Where another schedule, or the program, has changed the rate since the
   * last one, the change is kept, as PyTorch keeps it: this schedule then acts on what it finds.
   */
  protected apply(): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      const base = this.baseLrs[i];
      const before = this.lastEpoch === 0 ? base : this.rate(base, this.lastEpoch - 1, i);
      const after = this.rate(base, this.lastEpoch, i);
      group.lr = group.lr === before ? after : this.next(group.lr, before, after);
    });
  }

  /** The rate after one that is not this schedule's own; `before` and `after` are its own. */
  protected next(found: number, before: number, after: number): number {
    return before === 0 ? after : (found * after) / before;
  }
}

/** A schedule that knows nothing of others: its rate is a function of the step alone. */
export abstract class AbsoluteScheduler extends LRScheduler {
  protected override next(_found: number, _before: number, after: number): number {
    return after;
  }
}

/** The fields of a schedule that are plain data, copied. */
export function stateOf(schedule: object): SchedulerState {
  const fields = Object.entries(schedule).filter(
    ([name, value]) => name !== 'optimizer' && typeof value !== 'function',
  );
  return structuredClone(Object.fromEntries(fields));
}

/** Puts the fields of a state into a schedule of the same kind. */
export function loadState(schedule: object, state: SchedulerState): void {
  const { name } = schedule.constructor;
  const known = Object.keys(stateOf(schedule));
  const missing = known.find((field) => !(field in state));
  if (missing !== undefined) {
    throw new ArgumentError(`${name}: the state has no '${missing}'`);
  }
  const unknown = Object.keys(state).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw new ArgumentError(
      `${name}: the state has '${unknown}', which is not its own (${known.join(', ')})`,
    );
  }
  Object.assign(schedule, structuredClone(state));
}

/** An option that must be a whole number ≥ 1. */
export function checkCount(name: string, option: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw new ArgumentError(
    `${name}: ${option} must be a whole number ≥ 1, but it is ${described(value)}`,
  );
}
