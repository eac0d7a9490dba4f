// Random numbers from counters: the n-th draw is a pure function of (seed, step, draw). Knows no tensor.

/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 * Fills `out` with the four 32-bit words of one counter block under a 64-bit key.
 */
export function philox(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of a 32 × 32 bit product. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) | 0;
}

/** Names one draw for good: an op that keeps it can be run again alone, with the same numbers. */
export interface RandomKey {
  readonly seed: number;
  readonly step: number;
  readonly draw: number;
}

/** Where this thread's random numbers come from; `step` is set by the training loop. */
export const generator = { seed: 0, step: 0, draw: 0 };

/** Starts over from `seed` (torch.manual_seed). */
export function manualSeed(seed: number): void {
  Object.assign(generator, { seed, step: 0, draw: 0 });
}

/** The next unused draw of the current step. */
export function nextKey(): RandomKey {
  return { seed: generator.seed, step: generator.step, draw: generator.draw++ };
}

/** A draw that depends on (seed, index) alone, whatever was drawn before: data and shuffles. */
export function namedKey(seed: number, index: number): RandomKey {
  return { seed, step: index, draw: 0x80000000 };
}

/** Calls `use(i, u)` for i = 0…count−1 with u uniform in [0, 1), 24 bits for float32, 53 for float64. */
export function uniform(
  key: RandomKey,
  count: number,
  use: (index: number, value: number) => void,
  bits: 24 | 53 = 24,
): void {
  const words = new Uint32Array(4);
  const seedHigh = Math.floor(key.seed / 2 ** 32) | 0;
  const perBlock = bits === 24 ? 4 : 2;
  for (let index = 0, block = 0; index < count; block++) {
    philox(words, block | 0, key.draw | 0, key.step | 0, 0, key.seed | 0, seedHigh);
    for (let lane = 0; lane < perBlock && index < count; lane++, index++) {
      const value =
        bits === 24
          ? (words[lane] >>> 8) * 2 ** -24
          : ((words[2 * lane] >>> 5) * 2 ** 26 + (words[2 * lane + 1] >>> 6)) * 2 ** -53;
      use(index, value);
    }
  }
}

/** Calls `use(i, z)` with z standard normal (Box and Muller, 1958). */
export function normal(
  key: RandomKey,
  count: number,
  use: (index: number, value: number) => void,
): void {
  let radius = 0;
  uniform(
    key,
    count + (count % 2),
    (index, value) => {
      if (index % 2 === 0) {
        radius = Math.sqrt(-2 * Math.log(1 - value));
        return;
      }
      const angle = 2 * Math.PI * value;
      use(index - 1, radius * Math.cos(angle));
      if (index < count) use(index, radius * Math.sin(angle));
    },
    53,
  );
}

/** A permutation of 0…count−1 (Fisher and Yates). */
export function permutation(key: RandomKey, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  uniform(
    key,
    Math.max(count - 1, 0),
    (index, value) => {
      const last = count - 1 - index;
      const other = Math.floor(value * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    },
    53,
  );
  return order;
}
