// What a value was at its moment, when it can change afterwards: a shallow copy. Knows no event.
import { Tensor } from '../tensor/tensor';

/** Of larger lists and objects only the length is kept beside the reference. */
const mostEntries = 16;

/** A list or plain object as it was. */
export class Snapshot {
  constructor(
    readonly of: object,
    readonly length: number,
    /** The first entries; names are indices in lists. */
    readonly entries: readonly (readonly [name: string, value: unknown])[],
  ) {}
}

/** A copy of what may change, one level deep; everything else itself. */
export function snapshot(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return value;
  if (Array.isArray(value)) {
    const first = (value as unknown[]).slice(0, mostEntries);
    return new Snapshot(
      value,
      value.length,
      first.map((item, i) => [String(i), item]),
    );
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  // Reading through descriptors runs no getter of the user's.
  const entries = Object.entries(Object.getOwnPropertyDescriptors(value));
  return new Snapshot(
    value,
    entries.length,
    entries.slice(0, mostEntries).map(([name, { value: field }]) => [name, field as unknown]),
  );
}
