// Records the steps that are asked for, and hands them out. Knows no port.
import type { LoopEntry, Recording } from '../source/hooks';
import type { Program } from '../source/load';
import { SiteTable } from '../source/sites';
import { EngineError } from '../tensor/errors';
import { startRecording, type ActiveRecording } from '../trace/recording';
import type { Trace } from '../trace/trace';

export class RecordedSteps {
  readonly recording: Recording = { recorder: undefined };
  /** The places of the program as it was loaded last; what was recorded before keeps its own. */
  sites = new SiteTable();
  /** The training step to record next, if any. */
  wanted: number | undefined;
  /** Bytes that the values of a step may take. */
  budget: number | undefined;
  private active: ActiveRecording | undefined;
  private found = false;
  /** Whether any step has been handed out. */
  delivered = false;

  constructor(private readonly deliver: (trace: Trace) => void) {}

  /** Asks for a step that has not begun, or for none. */
  want(step: number | undefined): void {
    this.wanted = step;
    this.found = false;
  }

  /** A step begins; `loop` is that of its iteration, unless the program has none. */
  begin(step: number, loop: LoopEntry | undefined): void {
    if (step !== this.wanted || this.found) return;
    this.found = true;
    const names = loop?.names ?? [];
    const values = names.map((_, i) => readOrNothing(loop!.variables, i));
    this.active = startRecording(this.recording, this.sites, step, { names, values }, this.budget);
  }

  /** The user's program prints a line. */
  print(level: string, text: string): void {
    this.active?.recorder.print(level, text);
  }

  /** A step is over, or broken off: what there is of it is handed out. */
  end(): void {
    const { active } = this;
    this.active = undefined;
    if (active === undefined) return;
    this.delivered = true;
    this.deliver(active.seal());
  }

  /** The program has ended. Throws when it never came to the step that was asked for. */
  finish({ stepLoops, train }: Program, steps: number): void {
    if (this.wanted === undefined) return;
    // Behind the last step() of a program without a loop there is no further step.
    const beyond = stepLoops.length === 0 && this.wanted > Math.max(steps, 1);
    if (this.found && !beyond) {
      this.end();
      return;
    }
    this.active?.seal();
    this.active = undefined;
    if (this.delivered) return;
    const without =
      stepLoops.length === 0
        ? '; no training loop was found (a loop whose body calls backward()), so steps are counted by optimizer.step()'
        : '';
    const count = `${steps} ${steps === 1 ? 'step' : 'steps'}`;
    throw new EngineError(
      'argument',
      `step ${this.wanted} does not exist: ${train ? 'train()' : 'the program'} ended after ${count}${without}`,
    );
  }
}

/** A variable that is not initialised yet has no value. */
function readOrNothing(variables: LoopEntry['variables'], index: number): unknown {
  try {
    return variables.read(index);
  } catch {
    return undefined;
  }
}
