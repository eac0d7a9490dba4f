// Where we stand in the held step: the one place from which debugger, views, decorations and hovers learn it.
import { EventEmitter } from 'vscode';
import type { CursorInfo, HeldInfo } from '../engine/protocol';
import type { Training } from './training';

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
  private readonly subscriptions: { dispose(): void }[];

  constructor(training: Training) {
    this.subscriptions = [
      training.onHeld((held) => {
        this.held = held;
        this.changed.fire(held);
      }),
      training.onCursor((cursor) => {
        this.current = cursor;
        this.moved.fire(cursor);
      }),
      training.onReleased(() => this.clear()),
      training.onEnd(() => this.clear()),
    ];
  }

  private clear(): void {
    if (this.held === undefined) return;
    this.held = undefined;
    this.current = undefined;
    this.changed.fire(undefined);
    this.moved.fire(undefined);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.moved.dispose();
    this.changed.dispose();
  }
}
