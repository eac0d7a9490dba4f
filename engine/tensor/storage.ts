// A block of the arena that one or more tensors look into, and the list of all of them. Knows no op.
import { arena } from './arena';
import { EngineError } from './errors';

/** Memory of one or more tensors. */
export class Storage {
  /** Byte offset in the arena; −1 once released. */
  offset: number;
  /** The engine's update clock when this memory was last changed in place. */
  version = 0;
  /** The sweep that last saw somebody hold this. */
  mark = 0;
  /** Gradients under way that lie here; infinite once anybody else may look. */
  holders = 0;
  /** The module in whose call it was made. */
  owner: object | undefined = undefined;
  /** Rises with each storage, so that a loop can tell what it made itself. */
  readonly birth: number;
  /** Makes the contents again, while they are given up. */
  private remake: ((storage: Storage) => void) | undefined = undefined;

  constructor(readonly bytes: number) {
    this.offset = bytes === 0 ? 0 : arena.allocate(bytes);
    this.birth = ++births;
    all.push(this);
  }

  get released(): boolean {
    return this.offset < 0;
  }

  release(): void {
    if (this.bytes > 0 && this.offset >= 0) arena.release(this.offset, this.bytes);
    this.offset = -1;
  }

  /** Gives the memory back until somebody looks; then `remake` must `renew()` it and fill it as it was. */
  evict(remake: (storage: Storage) => void): void {
    this.release();
    this.remake = remake;
  }

  /** Whether the contents are given up, but can be made again. */
  get evicted(): boolean {
    return this.remake !== undefined;
  }

  /** Takes memory again, with arbitrary contents. */
  renew(): void {
    this.offset = this.bytes === 0 ? 0 : arena.allocate(this.bytes);
    this.remake = undefined;
  }

  /** Takes memory again after it was given back for good, for contents that are put back. */
  revive(): void {
    if (!this.released) return;
    const listed = this.evicted;
    this.renew();
    if (!listed) all.push(this);
  }

  /** Must be called before reading: throws when the memory was given back for good. */
  check(): void {
    if (this.offset >= 0) return;
    if (this.remake) this.remake(this);
    else {
      throw new EngineError(
        'memory',
        'this tensor was made in an earlier iteration of the training loop and its memory was reused: ' +
          'keep it in a variable outside the loop, an array or a module field, so that the engine sees it',
      );
    }
  }
}

let births = 0;
let sweeps = 0;
let all: Storage[] = [];

/** The birth number of the youngest storage so far. */
export function latestBirth(): number {
  return births;
}

/** How many storages are held now; a cheap measure of when sweeping is worth it. */
export function storageCount(): number {
  return all.length;
}

/** What holds most memory: bytes and number of live storages for each owner, the largest first. */
export function largestOwners(): { owner: object | undefined; bytes: number; count: number }[] {
  const totals = new Map<object | undefined, { bytes: number; count: number }>();
  for (const { owner, bytes, released } of all) {
    if (released) continue;
    const total = totals.get(owner) ?? { bytes: 0, count: 0 };
    totals.set(owner, { bytes: total.bytes + bytes, count: total.count + 1 });
  }
  return [...totals]
    .map(([owner, total]) => ({ owner, ...total }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** Releases every storage born after `since` in which no gradient lies. */
export function releaseUnheld(since: number): void {
  for (let i = all.length - 1; i >= 0 && all[i].birth > since; i--)
    if (all[i].holders === 0) all[i].release();
}

/** Takes storages born after `since` that were released off the list. */
export function forgetReleased(since: number): void {
  let first = all.length;
  while (first > 0 && all[first - 1].birth > since) first--;
  let kept = first;
  for (let i = first; i < all.length; i++) if (!all[i].released) all[kept++] = all[i];
  all.length = kept;
}

/**
 * Releases every storage born after `since` that `markAll` does not mark.
 * Whoever calls it vouches that `markAll` reaches all that the user's program can still reach.
 */
export function sweep(since: number, markAll: (mark: (storage: Storage) => void) => void): void {
  const now = ++sweeps;
  markAll((storage) => {
    storage.mark = now;
    // What it is made from may be released below.
    if (storage.evicted) storage.check();
  });
  const kept: Storage[] = [];
  for (const storage of all) {
    if (storage.birth <= since || storage.mark === now) kept.push(storage);
    else storage.release();
  }
  all = kept;
}
