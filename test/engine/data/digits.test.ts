// Drawn digits: seeded, varied, inside the picture, and told apart by a rule as plain as can be.
import assert from 'node:assert/strict';
import { data } from 'retrograd';

describe('digits', () => {
  it('are the same for one seed, whatever the count, and differ for another', () => {
    const pixels = (count: number, seed: number) => data.digits({ count, seed }).inputs.values;
    assert.deepEqual(pixels(20, 1).subarray(0, 7840), pixels(10, 1));
    assert.notDeepEqual(pixels(10, 2), pixels(10, 1));
  });

  it('are grey pictures with ink in the middle and paper at the border', () => {
    const { x, y } = data.digits({ count: 200, noise: 0, seed: 1 }).all();
    assert.deepEqual([x.shape, y.shape], [[200, 1, 28, 28], [200]]);
    assert.deepEqual(y.slice(0, 0, 10).toArray(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const ink = x.mean([1, 2, 3]);
    assert.ok(ink.amin().item() > 0.02 && ink.amax().item() < 0.35);
    assert.ok(x.amin().item() >= 0 && x.amax().item() <= 1);
    const border = x.slice(2, 0, 1).mean().item();
    assert.ok(border < 0.01, `${border}`);
    assert.equal(data.digits({ count: 1, size: 16, seed: 1 }).all().x.shape.at(-1), 16);
  });

  it('look like their kind: most have a nearest neighbour of the same digit', () => {
    const { x, y } = data.digits({ count: 600, seed: 3 }).all();
    const flat = x.flatten(1);
    const [known, asked] = [flat.slice(0, 0, 500), flat.slice(0, 500, 600)];
    // |a − b|² = |a|² − 2 a·b + |b|², and |a|² does not change which b is nearest.
    const distance = known.mul(known).sum(1).sub(asked.matmul(known.t()).mul(2));
    const guess = y.indexSelect(0, distance.argmin(1));
    const share = guess
      .eq(y.slice(0, 500, 600))
      .to('float32')
      .mean()
      .item();
    assert.ok(share > 0.7 && share < 1, `${share}`);
  });
});
