// Gradients on their way down, and the memory that only a backward pass can reach. Knows no op.
import { forgetReleased, latestBirth, releaseUnheld, type Storage } from '../tensor/storage';
import type { Tensor } from '../tensor/tensor';

/** Passes under way, and all so far. */
let [live, passes] = [0, 0];

/**
 * The gradient of each tensor as far as it has come together. What a rule computes on the way to it,
 * and gradients that have been used up, give their memory back at once, unless `keepsAll`: nobody
 * else has seen them.
 */
export class Gradients {
  /** Where a pass within another one, such as in a hook, keeps what the outer one keeps in the tensors. */
  private readonly inner: Map<Tensor, Tensor> | undefined = live > 0 ? new Map() : undefined;
  private readonly pass = ++passes;
  private readonly leaves: Tensor[] = [];
  private readonly start = latestBirth();

  constructor(private readonly keepsAll: boolean) {
    live++;
  }

  get(tensor: Tensor): Tensor | undefined {
    if (this.inner !== undefined) return this.inner.get(tensor);
    return tensor.arrivingIn === this.pass ? tensor.arriving : undefined;
  }

  set(tensor: Tensor, gradient: Tensor): void {
    const before = this.get(tensor);
    if (this.inner !== undefined) this.inner.set(tensor, gradient);
    else {
      tensor.arriving = gradient;
      tensor.arrivingIn = this.pass;
    }
    if (before === undefined && tensor.row === undefined) this.leaves.push(tensor);
    if (gradient.storage !== null) gradient.storage.holders++;
    if (before !== undefined) this.letGo(before);
  }

  /** The whole gradient of a tensor, which is forgotten; `letGo` of it when it was used. */
  take(tensor: Tensor): Tensor | undefined {
    const gradient = this.get(tensor);
    if (gradient === undefined) return undefined;
    if (this.inner !== undefined) this.inner.delete(tensor);
    else tensor.arriving = undefined;
    return gradient;
  }

  /** One holder less; the last gives the memory back. */
  letGo({ storage }: Tensor): void {
    if (storage === null) return;
    storage.holders--;
    if (storage.birth > this.start) this.releaseUnheld(storage);
  }

  /** Hands over what is left: the gradients of leaves. */
  takeLeaves(arrive: (leaf: Tensor, gradient: Tensor) => void): void {
    for (const leaf of this.leaves) {
      const gradient = this.take(leaf);
      if (gradient !== undefined) arrive(leaf, gradient);
    }
  }

  /** Keeps of what was made since then only what is in this map. */
  tidy(since: number): void {
    if (!this.keepsAll) releaseUnheld(since);
  }

  /** The pass has come to its end. */
  done(): void {
    if (!this.keepsAll) forgetReleased(this.start);
  }

  /** Whatever came of it, the pass is over. */
  over(): void {
    live--;
  }

  private releaseUnheld(storage: Storage): void {
    if (!this.keepsAll && storage.holders === 0) storage.release();
  }
}

/** Somebody other than a backward pass holds this from now on. */
export function escape({ storage }: Tensor): void {
  if (storage !== null) storage.holders = Infinity;
}
