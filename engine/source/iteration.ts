// One run of a loop, in the form in which the built code uses it. Knows no tensor and no run.
import type { LoopRun, Variables } from './hooks';

/** Asks for leave before each iteration, and hands out the items of a loop that has some. */
export class Loop {
  private running: LoopRun | undefined;
  private begun = true;

  constructor(
    private readonly start: (length: number | undefined) => LoopRun,
    private readonly once: boolean,
  ) {}

  private run(length?: number): LoopRun {
    return (this.running ??= this.start(this.once ? length : undefined));
  }

  /** for (;;) and while: behind each condition that holds. */
  next(
    names: readonly string[] = [],
    count = 0,
    read?: Variables['read'],
    write?: Variables['write'],
  ): boolean {
    return this.run().next(read && { count, read, names, ...(write && { write }) });
  }

  /** do … while: at the top of each body, the first time by itself. */
  begin(): void {
    if (this.begun) this.begun = this.run().next(undefined) && false;
  }

  /** do … while: behind the condition. */
  more(): boolean {
    return this.run().next(undefined);
  }

  /** for … of: the same items, each handed out with the runtime's leave. */
  each<T>(iterable: Iterable<T>): Iterable<T> {
    const run = this.run(lengthOf(iterable));
    const place = new Place(iterable, itemsOf(iterable));
    const close = (): IteratorResult<T> =>
      place.iterator.return?.() ?? { done: true, value: undefined };
    const next = (): IteratorResult<T> => {
      if (run.between?.(place) === false) return close();
      const item = place.iterator.next();
      if (item.done === true) return item;
      return run.next(place.with(item.value)) ? item : close();
    };
    return { [Symbol.iterator]: () => ({ next, return: close }) };
  }

  /** for await … of: the same. */
  eachAsync<T>(iterable: AsyncIterable<T> | Iterable<T | Promise<T>>): AsyncIterable<T> {
    const run = this.run(lengthOf(iterable));
    const items: AsyncIterator<T> =
      Symbol.asyncIterator in iterable
        ? iterable[Symbol.asyncIterator]()
        : new AsyncItems(itemsOf(iterable));
    const place = new Place(iterable, items);
    const close = async (): Promise<IteratorResult<T>> =>
      (await place.iterator.return?.()) ?? { done: true, value: undefined };
    const next = async (): Promise<IteratorResult<T>> => {
      if (run.between?.(place) === false) return close();
      const item = await place.iterator.next();
      if (item.done === true) return item;
      return run.next(place.with(item.value)) ? item : close();
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: close }) };
  }

  /** for … in is left as it is; only its iterations are not reported. */
  keys<T>(object: T): T {
    return object;
  }

  left(): void {
    this.running?.left?.();
  }

  done(): void {
    this.running?.done();
  }
}

/** Where a loop stands in its items; another iterator can be put in its place. */
class Place<I extends Iterator<unknown> | AsyncIterator<unknown>> implements Variables {
  readonly count = 2;
  /** Words: they stand for no variable of the program. */
  readonly names = ['what the loop walks along', "the loop's iterator"];

  constructor(
    private readonly iterable: unknown,
    public iterator: I,
  ) {}

  read(index: number): unknown {
    return index === 0 ? this.iterable : this.iterator;
  }

  write(index: number, value: unknown): boolean {
    if (index === 1) this.iterator = value as I;
    return index === 1;
  }

  /** Together with an item that is not in the user's variable yet. */
  with(item: unknown): Variables {
    return { count: 3, read: (i) => (i === 2 ? item : this.read(i)) };
  }
}

const arrayValues = [][Symbol.iterator];
const typedValues = Int8Array.prototype[Symbol.iterator];

/** An iterator whose fields are all that it is, which those of the language are not. */
function itemsOf<T>(iterable: Iterable<T>): Iterator<T> {
  const method: unknown = iterable[Symbol.iterator];
  const array =
    (Array.isArray(iterable) && method === arrayValues) ||
    (ArrayBuffer.isView(iterable) && method === typedValues);
  return array ? new ArrayItems(iterable as unknown as ArrayLike<T>) : iterable[Symbol.iterator]();
}

/** Walks an array as its own iterator does: also what is added on the way. */
class ArrayItems<T> implements Iterator<T> {
  private position = 0;
  private ended = false;

  constructor(private readonly array: ArrayLike<T>) {}

  next(): IteratorResult<T> {
    this.ended ||= this.position >= this.array.length;
    if (this.ended) return { done: true, value: undefined };
    return { done: false, value: this.array[this.position++] };
  }
}

class AsyncItems<T> implements AsyncIterator<T> {
  constructor(private readonly items: Iterator<T | Promise<T>>) {}

  async next(): Promise<IteratorResult<T>> {
    const item = this.items.next();
    return item.done === true
      ? { done: true, value: undefined }
      : { done: false, value: await item.value };
  }
}

function lengthOf(iterable: unknown): number | undefined {
  const { length } = iterable as { length?: unknown };
  return typeof length === 'number' ? length : undefined;
}
