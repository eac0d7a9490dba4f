// Keeps a recorded step for questions, and the thread with it, until somebody lets go. Knows no port.
import type { CursorInfo, EngineEvents, RecordRequest, TrainOptions } from '../protocol';
import type { Emit } from '../rpc';
import type { Trace } from '../trace/trace';
import type { Control } from './control';
import { HeldStep } from './held/step';
import { heldHandlers, isKnown, type Answer } from './held/table';

type Entry = Omit<RecordRequest, 'step'>;

export class Hold {
  /** Whether recorded steps are held at all. */
  wanted = false;
  step: HeldStep | undefined;
  private handlers: Readonly<Record<string, Answer>> = {};
  private entry: Entry = {};
  /** A failed run waits, even when no step is held. */
  private waiting = false;

  constructor(
    private readonly run: number,
    private readonly emit: Emit<EngineEvents>,
  ) {}

  prepare({ hold = false, entry = {} }: TrainOptions): void {
    this.wanted = hold;
    this.entry = entry;
  }

  /** Takes a recorded step. */
  keep(trace: Trace, branch: number, scopeOf: HeldStep['scopeOf']): void {
    const tell = (cursor: CursorInfo): void => this.emit('cursor', cursor);
    const held = new HeldStep(this.run, branch, trace, scopeOf, tell);
    this.step = held;
    this.handlers = heldHandlers(held);
  }

  /** Tells of the step that was taken, and puts the cursor into it. */
  announce(failed?: string): void {
    const { step: held } = this;
    if (held === undefined) return;
    held.failed = failed;
    this.emit('held', held.info());
    this.enter(held);
  }

  private enter(held: HeldStep): void {
    const last = held.moments.length - 1;
    const { at, quiet } = this.entry;
    held.moveTo(at === 'end' ? Math.max(last - 1, 0) : Math.min(1, last), quiet);
  }

  /** Goes back to one end of the step that is held. */
  reenter(entry: Entry): void {
    this.entry = entry;
    this.announce(this.step?.failed);
  }

  /** Answers a request about the held step, at once. */
  answer(method: string, argument: unknown): unknown {
    if (!isKnown(method)) throw new Error(`unknown request '${method}'`);
    if (this.step === undefined) throw new Error(`no step is held that could answer '${method}'`);
    return this.handlers[method](argument);
  }

  /** Lets the thread go on; the next step that is held is entered like this. */
  release(entry: Entry = {}): void {
    const { step: held } = this;
    this.entry = entry;
    this.waiting = false;
    this.step = undefined;
    this.handlers = {};
    if (held) this.emit('released', { run: this.run, step: held.trace.step });
  }

  /** The run has failed: it waits for orders. */
  wait(): void {
    this.waiting = true;
  }

  /** Holds the thread while there is something to be asked; `answer` looks for requests. */
  park(control: Control, answer: () => void): void {
    while (this.step !== undefined || this.waiting) {
      control.checkStop();
      if (control.takeMail()) answer();
      else control.waitForMail();
    }
  }
}
