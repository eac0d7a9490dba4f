// What a program learns from outside of itself: remembered, so that a re-run learns the same. Knows no run.
import { generator, nextKey, uniform } from '../tensor/random';

/** Reads of the running step so far; part of a program's state. */
export const reads = { count: 0 };

/** What was read, by step and order. */
const remembered = new Map<number, unknown[]>();

/** What a program reads now: what it read at this place before, or else the world as it is. */
function recall<T>(read: () => T): T {
  let list = remembered.get(generator.step);
  if (list === undefined) remembered.set(generator.step, (list = []));
  const index = reads.count++;
  if (index >= list.length) list.push(read());
  return list[index] as T;
}

/** A number in [0, 1) that depends on the seed, the step and the draws before it alone. */
function random(): number {
  let drawn = 0;
  uniform(nextKey(), 1, (_, value) => (drawn = value), 53);
  return drawn;
}

/**
 * From now on `Math.random` in this thread is seeded, and clocks and random bytes are remembered step by
 * step. The engine itself keeps the time in session/clock.ts.
 */
export function rememberWorld(): void {
  Math.random = random;
  const { Date: RealDate } = globalThis;
  const realNow = RealDate.now.bind(RealDate);
  const now = (): number => recall(realNow);
  RealDate.now = now;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values: unknown[], made) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, made) as object,
    apply: () => new RealDate(now()).toString(),
  });
  const elapsed = performance.now.bind(performance);
  performance.now = () => recall(elapsed);
  const { crypto } = globalThis;
  const fill = crypto.getRandomValues.bind(crypto);
  const uuid = crypto.randomUUID.bind(crypto);
  crypto.randomUUID = () => recall(uuid);
  crypto.getRandomValues = <T extends NodeJS.TypedArray>(array: T): T => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    bytes.set(recall(() => fill(new Uint8Array(array.byteLength))));
    return array;
  };
}
