// The held step and the cursor in it, as the page knows them; draws what follows them, one frame at a time. Knows no view.
import type { CursorInfo, HeldInfo, Standing } from '../../engine/protocol';
import type { Host } from '../host';
import { isSeen, onSeen } from '../seen';

export class StandingStore {
  held: HeldInfo | null = null;
  cursor: CursorInfo | null = null;
  /** Rises with each step that is held: what was known of the one before is void. */
  generation = 0;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly host: Host) {
    host.on('standing', (standing) => this.take(standing));
    onSeen(() => void this.refresh());
    void this.refresh();
  }

  /** Where the cursor is; 0 while nothing is held. */
  get position(): number {
    return this.cursor?.position ?? 0;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Moves the cursor here at once, and everywhere by way of the engine. */
  goTo(position: number): void {
    const { cursor, held } = this;
    if (!cursor || !held) return;
    const inside = Math.max(0, Math.min(Math.round(position), held.moments - 1));
    if (inside === cursor.position) return;
    this.cursor = { ...cursor, position: inside };
    this.tell();
    this.wanted = inside;
    void this.send();
  }

  private wanted: number | undefined;
  private sending = false;

  /** Of many moves in a row only the latest is sent. */
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.wanted !== undefined) {
      const position = this.wanted;
      this.wanted = undefined;
      await this.host.request.goTo({ position }).catch(() => undefined);
    }
    this.sending = false;
  }

  private async refresh(): Promise<void> {
    this.take(await this.host.request.standing());
  }

  private take({ held, cursor }: Standing): void {
    const key = (info: HeldInfo | null): string =>
      info ? `${info.run} ${info.branch} ${info.step} ${info.moments}` : '';
    if (key(held) !== key(this.held)) this.generation++;
    this.held = held;
    // An answer to an older move must not pull the cursor back while the user drags on.
    if (this.wanted === undefined || !cursor) this.cursor = cursor;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/**
 * Calls `draw` when something has changed; not again before the last call has ended and its picture is
 * on the screen, and not while the page is hidden. Returns what to call on a change.
 */
export function paced(draw: () => Promise<void> | void): () => void {
  let busy = false;
  let dirty = false;
  const run = async (): Promise<void> => {
    if (busy || !isSeen()) return;
    busy = true;
    while (dirty && isSeen()) {
      dirty = false;
      try {
        await draw();
      } catch {
        // The step was let go meanwhile; the next change draws again.
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    busy = false;
  };
  onSeen(() => void run());
  return () => {
    dirty = true;
    void run();
  };
}
