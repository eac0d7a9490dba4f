// Where a run stands still: paused between two steps, at a held step, and where it has failed. Knows no program.
import type { Problem } from '../protocol';
import { StopSignal, type Control } from './control';
import type { Hold } from './hold';
import type { StepLoop } from './loop';
import type { Telling } from './telling';

/** What the run rests in, and how it hears of orders meanwhile. */
export interface Around {
  readonly control: Control;
  readonly hold: Hold;
  readonly loop: StepLoop;
  readonly telling: Telling;
  /** Answers requests that have come in. */
  answerRequests(): void;
  /** Whether the run is on its way somewhere, and so must not rest. */
  underWay(): boolean;
  /** Tells that the run has failed in a step, which is `recorded` or not. */
  failed(step: number, recorded: boolean, problem: Problem): void;
}

export class Resting {
  constructor(private readonly around: Around) {}

  /** Between two steps, until the run may go on. Throws when it shall stop. */
  between(): void {
    const { control, telling, loop } = this.around;
    if (control.takeMail()) this.around.answerRequests();
    control.checkStop();
    if (this.around.underWay()) return;
    this.atHeldStep();
    if (!control.pausing) return;
    telling.report(loop.finished, true);
    telling.state('paused', loop.finished);
    while (control.pausing && !this.around.underWay()) {
      control.waitForMail();
      if (control.takeMail()) this.around.answerRequests();
    }
    control.checkStop();
    telling.state('running', loop.finished);
  }

  /** A held step keeps the thread. */
  atHeldStep(): void {
    const { hold, telling, loop } = this.around;
    if (hold.step === undefined) return;
    telling.report(loop.finished, true);
    telling.state('paused', loop.finished);
    hold.announce();
    this.park();
    telling.state('running', loop.finished);
  }

  /** A run that has failed waits, so that one can look at the step. */
  atFailure(problem: Problem): void {
    const { hold, telling, loop } = this.around;
    hold.wait();
    telling.report(loop.finished, true);
    telling.state('paused', loop.finished);
    this.around.failed(loop.step, hold.step !== undefined, problem);
    hold.announce(problem.message);
    try {
      this.park();
    } catch (error) {
      if (!(error instanceof StopSignal)) throw error;
    }
    hold.release();
  }

  private park(): void {
    const { hold, control } = this.around;
    hold.park(control, () => this.around.answerRequests());
  }
}
