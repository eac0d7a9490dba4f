// The arena: blocks are reused, the budget is kept, growing keeps what is there.
import assert from 'node:assert/strict';
import { zeros } from '../../../engine/ops/create';
import { Arena, arena, formatBytes } from '../../../engine/tensor/arena';
import { latestBirth, storageCount, sweep } from '../../../engine/tensor/storage';
import '../../../engine/ops/table';
import { inScope } from '../../../engine/tape/tape';

describe('arena', () => {
  it('gives a freed block to the next request of its size class', () => {
    const own = new Arena();
    const first = own.allocate(1000);
    assert.equal(first % 64, 0);
    const second = own.allocate(1000);
    assert.notEqual(second, first);
    own.release(first, 1000);
    assert.equal(own.allocate(970), first);
    assert.equal(own.allocate(0) % 64, 0);
  });

  it('wastes at most a fifth of a block', () => {
    for (let bytes = 1024; bytes < 100_000; bytes += 777) {
      const own = new Arena();
      own.allocate(bytes);
      assert.ok(own.liveBytes >= bytes && own.liveBytes <= bytes * 1.25, String(bytes));
    }
  });

  it('keeps its contents when it grows', () => {
    const own = new Arena();
    const offset = own.allocate(16);
    own.view('float64')[offset / 8] = 42;
    const before = own.memory.buffer.byteLength;
    own.allocate(before);
    assert.ok(own.memory.buffer.byteLength > before);
    assert.equal(own.view('float64')[offset / 8], 42);
    assert.equal(own.view('bool').length, own.memory.buffer.byteLength);
  });

  it('refuses what exceeds the budget before it allocates', () => {
    const own = new Arena(10_000);
    own.allocate(6000);
    const { liveBytes } = own;
    assert.throws(() => own.allocate(6000), {
      name: 'OutOfMemoryError',
      message: /5\.9 KB more would exceed the memory budget of 9\.8 KB \(6\.0 KB in use\)/,
    });
    assert.equal(own.liveBytes, liveBytes);
    own.release(own.allocate(1000), 1000);
    assert.equal(own.liveBytes, liveBytes);
  });

  it('names the op and the result that did not fit', () => {
    const x = zeros([1, 1]);
    const { budget } = arena;
    arena.budget = arena.liveBytes + 1_000_000;
    try {
      assert.throws(() => x.expand([1000, 1000]).contiguous(), {
        name: 'OutOfMemoryError',
        message: /^contiguous: its result is f32 \[1000, 1000\], and 3\.8 MB more would exceed/,
      });
      assert.throws(() => zeros([1e9, 1e9]), { name: 'OutOfMemoryError' });
    } finally {
      arena.budget = budget;
    }
  });

  it('tells which layers hold the memory', () => {
    class Wide {
      readonly made: unknown[] = [];
    }
    const wide = new Wide();
    const x = zeros([1, 1]);
    for (let i = 0; i < 2; i++)
      inScope(wide, () => wide.made.push(x.expand([4000, 4000]).contiguous()));
    const { budget } = arena;
    arena.budget = arena.liveBytes + 1_000_000;
    try {
      assert.throws(() => x.expand([1000, 1000]).contiguous(), {
        message: /in use\)\. Most is held by .*\b2 tensors made in a Wide \(122\.1 MB\)/,
      });
    } finally {
      arena.budget = budget;
    }
  });

  it('prints bytes in the unit that fits', () => {
    assert.equal(formatBytes(12), '12 bytes');
    assert.equal(formatBytes(1536), '1.5 KB');
    assert.equal(formatBytes(3 * 2 ** 30), '3.0 GB');
  });
});

describe('storage', () => {
  it('is released by a sweep when nobody marks it', () => {
    const since = latestBirth();
    const [kept, dropped] = [zeros([4]), zeros([4])];
    const count = storageCount();
    sweep(since, (mark) => mark(kept.storage!));
    assert.equal(storageCount(), count - 1);
    assert.deepEqual(kept.add(1).toArray(), [1, 1, 1, 1]);
    assert.throws(() => dropped.add(1), { message: /its memory was reused/ });
  });
});
