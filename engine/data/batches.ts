// What a training loop walks along: batches, epoch after epoch, each reachable by its number. Knows no data.
import { ArgumentError } from '../tensor/errors';

/** A finite row of items that can be walked more than once, and entered anywhere. */
export interface Walk<Item> extends Iterable<Item> {
  /** How many items one walk yields. */
  readonly length: number;
  /** The item of this number; always the same. */
  at(index: number): Item;
}

/**
 * Batches of some data. `for (const batch of batches)` is one epoch, and doing it again is the next
 * one, as with PyTorch's DataLoader. `epochs(n)` is n of them in one loop.
 */
export abstract class Batches<Batch extends object> implements Walk<Batch> {
  /** How many epochs have been begun by walking along this object. */
  epoch = 0;

  /** Batches per epoch. */
  abstract readonly length: number;

  /** Batch number `step`, counted on through all epochs; a pure function of the number and the seed. */
  abstract at(step: number): Batch;

  /** All batches of `count` epochs, each with the number of its epoch, from 0. */
  epochs(count: number): Epochs<Batch> {
    if (!Number.isInteger(count) || count < 0) {
      throw new ArgumentError(`epochs: must be a whole number ≥ 0, but it is ${count}`);
    }
    return new Epochs(this, count);
  }

  [Symbol.iterator](): Cursor<Batch> {
    const first = this.length * this.epoch++;
    return new Cursor(this, first, first + this.length);
  }
}

/** Several epochs as one walk. */
export class Epochs<Batch extends object> implements Walk<Batch & { epoch: number }> {
  readonly length: number;

  constructor(
    readonly batches: Batches<Batch>,
    readonly count: number,
  ) {
    this.length = batches.length * count;
  }

  at(step: number): Batch & { epoch: number } {
    return { ...this.batches.at(step), epoch: Math.floor(step / this.batches.length) };
  }

  [Symbol.iterator](): Cursor<Batch & { epoch: number }> {
    return new Cursor(this, 0, this.length);
  }
}

/** A place in a walk. Its fields are all that it is: setting `position` continues from there. */
export class Cursor<Item> implements IterableIterator<Item> {
  constructor(
    readonly walk: { at(index: number): Item },
    public position: number,
    readonly end: number,
  ) {}

  next(): IteratorResult<Item, undefined> {
    if (this.position >= this.end) return { done: true, value: undefined };
    return { done: false, value: this.walk.at(this.position++) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** Throws unless a number of items is whole and at least `least`. */
export function checkCount(owner: string, name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ArgumentError(
    `${owner}: ${name} must be a whole number ≥ ${least}, but it is ${value}`,
  );
}
