// Gradients on their way down, and the memory that only a backward pass can reach. Knows no op.
import { bornAfter, forgetReleased, latestBirth, type Storage } from '../tensor/storage';
import type { Tensor } from '../tensor/tensor';

/**
 * The gradient of each tensor as far as it has come together. What a rule computes on the way to it,
 * and gradients that have been used up, give their memory back at once, unless `keepsAll`: nobody
 * else has seen them.
 */
export class Gradients {
  private readonly values = new Map<Tensor, Tensor>();
  private readonly start = latestBirth();

  constructor(private readonly keepsAll: boolean) {}

  get(tensor: Tensor): Tensor | undefined {
    return this.values.get(tensor);
  }

  set(tensor: Tensor, gradient: Tensor): void {
    const before = this.values.get(tensor);
    this.values.set(tensor, gradient);
    if (gradient.storage !== null) gradient.storage.holders++;
    if (before !== undefined) this.letGo(before);
  }

  /** The whole gradient of a tensor, which leaves the map; `letGo` of it when it was used. */
  take(tensor: Tensor): Tensor | undefined {
    const gradient = this.values.get(tensor);
    if (gradient !== undefined) this.values.delete(tensor);
    return gradient;
  }

  /** One holder less; the last gives the memory back. */
  letGo({ storage }: Tensor): void {
    if (storage === null) return;
    storage.holders--;
    if (storage.birth > this.start) this.releaseUnheld(storage);
  }

  /** What is left: the gradients of leaves. */
  entries(): Iterable<[Tensor, Tensor]> {
    return this.values;
  }

  /** Runs a rule, keeps of what it made only what `rule` puts into this map. */
  tidied(rule: () => void): void {
    const since = latestBirth();
    rule();
    if (!this.keepsAll) bornAfter(since, (storage) => this.releaseUnheld(storage));
  }

  /** The pass is over. */
  done(): void {
    if (!this.keepsAll) forgetReleased(this.start);
  }

  private releaseUnheld(storage: Storage): void {
    if (!this.keepsAll && storage.holders === 0) storage.release();
  }
}

/** Somebody other than a backward pass holds this from now on. */
export function escape({ storage }: Tensor): void {
  if (storage !== null) storage.holders = Infinity;
}
