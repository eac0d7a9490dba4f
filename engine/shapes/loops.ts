// How far loops go in a shape run: training loops twice, all others to their end or the end of time. Knows no tensor.
import { worked } from './clock';
import type { Hooks, LoopEntry, LoopRun } from '../source/hooks';

/** Ends a shape run; nothing of the user's may catch it for good. */
export class Halt extends Error {
  constructor(readonly reason: 'time' | 'done') {
    super('the shape run was ended');
  }
}

export class Watch implements Hooks {
  /** Steps begun, by training loop. */
  private readonly steps = new Map<number, number>();
  private begun = 0;
  private ticks = 0;
  /** Whether a training loop runs its second step, or a later one: the first has shown all that it does. */
  repeating = false;
  /** Why the run was ended before its end. */
  halted: Halt | undefined;

  /** Runs `mostSteps` of each training loop; with `only`, ends the run behind them. */
  constructor(
    private readonly deadline: number,
    private readonly mostSteps = 2,
    private readonly only = false,
  ) {}

  /** Called often; throws when the time is over. */
  tick(): void {
    if (this.halted) throw this.halted;
    if ((++this.ticks & 255) !== 0 || worked() < this.deadline) return;
    this.halt('time');
  }

  private halt(reason: 'time' | 'done'): never {
    this.halted = new Halt(reason);
    throw this.halted;
  }

  enterLoop({ id, kind }: LoopEntry): LoopRun {
    const before = this.begun;
    const done = (): void => undefined;
    if (kind === 'plain') {
      return {
        // A loop around a training loop has nothing more to show once that has run.
        next: () => {
          this.tick();
          return this.begun === before || !this.full;
        },
        done,
      };
    }
    return {
      next: () => {
        this.tick();
        const taken = this.steps.get(id) ?? 0;
        this.repeating = taken > 0 && taken < this.mostSteps;
        if (taken >= this.mostSteps) {
          if (this.only) this.halt('done');
          return false;
        }
        this.steps.set(id, taken + 1);
        this.begun++;
        return true;
      },
      done: () => {
        this.repeating = false;
      },
    };
  }

  private get full(): boolean {
    return [...this.steps.values()].some((taken) => taken >= this.mostSteps);
  }
}
