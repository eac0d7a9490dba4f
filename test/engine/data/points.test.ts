// Points: seeded, balanced, and as their descriptions say.
import assert from 'node:assert/strict';
import { data } from 'retrograd';

const makers = {
  spiral: data.spiral,
  circles: data.circles,
  xor: data.xor,
  gaussians: data.gaussians,
};

describe('points', () => {
  for (const [name, make] of Object.entries(makers)) {
    it(`${name}: the same for one seed, different for another, as many of each class`, () => {
      const values = (seed: number) => make({ count: 50, seed }).all();
      assert.deepEqual(values(1).x.toArray(), values(1).x.toArray());
      assert.notDeepEqual(values(1).x.toArray(), values(2).x.toArray());
      const { x, y } = values(1);
      assert.deepEqual([x.shape, y.shape, y.dtype], [[50, 2], [50], 'int32']);
      assert.equal(y.sum().item(), 25);
      assert.ok(x.abs().amax().item() < 1.6);
    });
  }

  it('xor has the class that the signs say', () => {
    const { x, y } = data.xor({ count: 40, noise: 0, seed: 1 }).all();
    const differs = x.select(1, 0).mul(x.select(1, 1)).lt(0);
    assert.deepEqual(differs.to('int32').toArray(), y.toArray());
  });

  it('linear without noise is exactly the line', () => {
    const { x, y } = data.linear({ count: 5, weight: [3], bias: -1, noise: 0, seed: 1 }).all();
    assert.deepEqual(
      [x.shape, y.shape],
      [
        [5, 1],
        [5, 1],
      ],
    );
    const error = x.mul(3).sub(1).sub(y).abs().amax().item();
    assert.ok(error < 1e-6, `${error}`);
  });

  it('an option that does not exist is refused', () => {
    assert.throws(() => data.spiral({ points: 3 } as object), /spiral: unknown option 'points'/);
  });
});
