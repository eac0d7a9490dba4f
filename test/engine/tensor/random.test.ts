// Counter-based random numbers: known answers, ranges, independence of how many are drawn.
import assert from 'node:assert/strict';
import {
  generator,
  manualSeed,
  namedKey,
  nextKey,
  normal,
  permutation,
  philox,
  uniform,
  type RandomKey,
} from '../../../engine/tensor/random';
import { rand, randint, randn, randperm } from '../../../engine/ops/draw';
import '../../../engine/ops/table';

describe('random numbers', () => {
  // The known answers for philox4x32-10 of the Random123 distribution (kat_vectors).
  const known: [number[], number[], number[]][] = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  it('are those of Philox 4x32-10', () => {
    for (const [counter, key, expected] of known) {
      const out = new Uint32Array(4);
      const [c0, c1, c2, c3] = counter as [number, number, number, number];
      philox(out, c0, c1, c2, c3, key[0], key[1]);
      assert.deepEqual([...out], expected);
    }
  });

  const drawn = (key: RandomKey, count: number, bits: 24 | 53 = 24): number[] => {
    const values: number[] = [];
    uniform(key, count, (i, u) => (values[i] = u), bits);
    return values;
  };

  it('depend on seed, step and draw, and on nothing else', () => {
    const key = { seed: 5, step: 2, draw: 1 };
    const values = drawn(key, 9);
    assert.deepEqual(drawn(key, 5), values.slice(0, 5));
    for (const other of [{ seed: 6 }, { step: 3 }, { draw: 2 }, { seed: 5 + 2 ** 32 }]) {
      assert.notDeepEqual(drawn({ ...key, ...other }, 9), values);
    }
    assert.notDeepEqual(drawn(namedKey(5, 2), 9), values);
  });

  it('start over with the seed', () => {
    const before = { ...generator };
    manualSeed(3);
    const first = [randn([3]).toArray(), rand([3]).toArray()];
    assert.notDeepEqual(first[0], randn([3]).toArray());
    manualSeed(3);
    assert.deepEqual([randn([3]).toArray(), rand([3]).toArray()], first);
    manualSeed(3);
    generator.step = 1;
    assert.notDeepEqual(randn([3]).toArray(), first[0]);
    assert.equal(nextKey().draw, 1);
    Object.assign(generator, before);
  });

  it('have the mean, the spread and the range that they should', () => {
    const values = drawn({ seed: 1, step: 0, draw: 0 }, 40_000, 53);
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    assert.ok(values.every((u) => u >= 0 && u < 1));
    assert.ok(Math.abs(mean(values) - 0.5) < 0.01);
    const gauss: number[] = [];
    normal({ seed: 1, step: 0, draw: 1 }, 40_001, (i, z) => (gauss[i] = z));
    assert.equal(gauss.length, 40_001);
    assert.ok(Math.abs(mean(gauss)) < 0.02);
    assert.ok(Math.abs(mean(gauss.map((z) => z * z)) - 1) < 0.03);
    assert.ok(Math.abs(mean(gauss.map((z) => z ** 4)) - 3) < 0.2);
  });

  it('permute and pick whole numbers', () => {
    const order = permutation({ seed: 1, step: 0, draw: 0 }, 100);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i),
    );
    assert.equal(randperm(7).dtype, 'int32');
    const rolls = [...randint(-2, 3, [500]).toTypedArray()];
    assert.deepEqual(
      [...new Set(rolls)].sort((a, b) => a - b),
      [-2, -1, 0, 1, 2],
    );
    assert.throws(() => randint(3, 3, [1]), { message: 'randint: no whole number lies in [3, 3)' });
  });
});
