// Where we stand in the held step: the one place from which debugger, views, decorations and hovers learn it.
import { EventEmitter } from 'vscode';
import type { CursorInfo, HeldInfo } from '../engine/protocol';
import type { Training } from './training';

/** A step that is let go for another one is shown for so long, in milliseconds. */
const betweenSteps = 150;

export class CursorHub {
  /** The step that is held now, if any. */
  held: HeldInfo | undefined;
  /** Where we stand in it. */
  current: CursorInfo | undefined;
  private readonly moved = new EventEmitter<CursorInfo | undefined>();
  private readonly changed = new EventEmitter<HeldInfo | undefined>();
  /** The cursor stands elsewhere, or nowhere any more. */
  readonly onDidChange = this.moved.event;
  /** Another step is held, or none. */
  readonly onDidHold = this.changed.event;
  private readonly subscription: { dispose(): void };
  private clearing: NodeJS.Timeout | undefined;
  /** A step that is held, but in which nobody has stood yet. */
  private passed: HeldInfo | undefined;

  constructor(training: Training) {
    this.subscription = training.onEngine(({ name, data }) => {
      if (name === 'held') {
        clearTimeout(this.clearing);
        this.passed = data;
      } else if (name === 'cursor') {
        this.take();
        this.current = data;
        this.moved.fire(data);
      } else if (name === 'released') {
        // On the way from step to step nothing shall flicker.
        clearTimeout(this.clearing);
        this.clearing = setTimeout(() => this.clear(), betweenSteps);
      } else if (name === 'ended') this.clear();
    });
  }

  /** Steps that a walk passes hold for a moment each; one in which the cursor stands is looked at. */
  private take(): void {
    if (this.passed === undefined) return;
    this.held = this.passed;
    this.passed = undefined;
    this.changed.fire(this.held);
  }

  private clear(): void {
    clearTimeout(this.clearing);
    this.passed = undefined;
    if (this.held === undefined) return;
    this.held = undefined;
    this.current = undefined;
    this.changed.fire(undefined);
    this.moved.fire(undefined);
  }

  dispose(): void {
    clearTimeout(this.clearing);
    this.subscription.dispose();
    this.moved.dispose();
    this.changed.dispose();
  }
}
