// A number over everything that a snapshot holds: equal states have equal fingerprints. Knows no run.
import type { Contents } from './contents';
import type { Snapshot } from './snapshot';

const highSeed = 0x811c9dc5 | 0;
const lowSeed = 0x01000193;

/** Two independent 32-bit multiplicative hashes (after FNV-1a, Fowler, Noll and Vo) over 32-bit words. */
export class Fingerprint {
  private high = highSeed;
  private low = lowSeed;
  private readonly number = new Float64Array(1);
  private readonly words = new Int32Array(this.number.buffer);

  /** Begins anew. */
  reset(): void {
    this.high = highSeed;
    this.low = lowSeed;
  }

  addWord(word: number): void {
    const high = Math.imul(this.high ^ word, 0x01000193);
    this.high = high ^ (high >>> 15);
    const low = Math.imul(this.low ^ word, 0x85ebca6b);
    this.low = low ^ (low >>> 13);
  }

  addNumber(value: number): void {
    // NaNs have many bit patterns; they count as one.
    this.number[0] = Number.isNaN(value) ? NaN : value;
    this.addWord(this.words[0]);
    this.addWord(this.words[1]);
  }

  addText(text: string): void {
    this.addWord(text.length);
    for (let i = 0; i < text.length; i++) this.addWord(text.charCodeAt(i));
  }

  addBytes(bytes: Uint8Array): void {
    const [high, low] = digestOf(bytes);
    this.addWord(high);
    this.addWord(low);
  }

  get pair(): [high: number, low: number] {
    return [this.high, this.low];
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return this.pair.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** Copies are shared between snapshots and never change, so each is read once. */
const digests = new WeakMap<Uint8Array, [number, number]>();

function digestOf(bytes: Uint8Array): [number, number] {
  const known = digests.get(bytes);
  if (known) return known;
  const hash = new Fingerprint();
  const whole = bytes.byteLength >>> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, whole);
  for (let i = 0; i < whole; i++) hash.addWord(words[i]);
  for (let i = 4 * whole; i < bytes.byteLength; i++) hash.addWord(bytes[i]);
  const pair = hash.pair;
  digests.set(bytes, pair);
  return pair;
}

/** The fingerprint of a state. Objects count by the order in which they are reached. */
export function fingerprintOf({ engine, groups, objects, contents }: Snapshot): string {
  const hash = new Fingerprint();
  const numbers = new Map<object, number>();
  objects.forEach((object, i) => numbers.set(object, i));
  const add = (value: unknown): void => {
    switch (typeof value) {
      case 'number':
        hash.addNumber(value);
        return;
      case 'string':
        hash.addText(value);
        return;
      case 'object':
      case 'function':
        hash.addWord(value === null ? -2 : (numbers.get(value) ?? -3));
        return;
      default:
        hash.addText(String(value));
    }
  };
  const { seed, step, draw } = engine.random;
  [seed, step, draw, engine.step].forEach(add);
  for (const { values } of groups) values.forEach(add);
  for (const each of contents) addContents(hash, each, add);
  return hash.toString();
}

function addContents(
  hash: Fingerprint,
  { kind, keys, values, data }: Contents,
  add: (value: unknown) => void,
): void {
  hash.addWord(kind.name.length);
  for (const key of keys) hash.addText(String(key));
  // The version of memory counts changes; it is not a state.
  if (kind.name !== 'memory') values.forEach(add);
  if (data) hash.addBytes(data);
}
