// Random ops: what is drawn has the share and the scale that was asked for.
import assert from 'node:assert/strict';
import { ones, tensor, zeros } from '../../../engine/ops/create';
import '../../../engine/ops/table';

describe('dropout', () => {
  it('drops the share that was asked for and keeps the mean', () => {
    const values = [...ones([10_000]).dropout(0.25).toTypedArray()];
    const dropped = values.filter((value) => value === 0).length;
    assert.ok(Math.abs(dropped / values.length - 0.25) < 0.02);
    assert.ok(values.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6));
  });

  it('does nothing when not training, and all when p is 1', () => {
    const x = ones([4]);
    assert.equal(x.dropout(0.5, { training: false }), x);
    assert.deepEqual(x.dropout(1).toArray(), [0, 0, 0, 0]);
  });

  it('sends gradients through what was kept', () => {
    const x = ones([100], { requiresGrad: true });
    const y = x.dropout(0.5);
    y.sum().backward();
    assert.deepEqual(x.grad!.toArray(), y.toArray());
  });
});

describe('drawing from weights', () => {
  it('draws each place as often as its weight says', () => {
    const places = tensor([1, 0, 3]).to('float32').multinomial(8000, { replacement: true });
    const counts = [0, 1, 2].map((place) => places.eq(place).sum().item());
    assert.equal(counts[1], 0);
    assert.ok(Math.abs(counts[2] / 8000 - 0.75) < 0.03);
  });

  it('draws no place twice without replacement', () => {
    const places = ones([20, 5]).multinomial(5).sort(1).values;
    const each = Array.from({ length: 20 }, () => [0, 1, 2, 3, 4]);
    assert.deepEqual(places.toArray(), each);
  });

  it('refuses weights that say nothing', () => {
    assert.throws(() => zeros([3]).multinomial(1), /only 0 weights are above 0, but 1 were to be/);
    assert.throws(() => ones([3]).multinomial(4), /cannot draw 4 of 3 without replacement/);
    assert.throws(() => tensor([1, -1, 0.5]).multinomial(1), /weights must be finite and ≥ 0/);
  });

  it('bernoulli is 1 as often as it should be', () => {
    const mean = ones([10_000]).mul(0.3).bernoulli().mean().item();
    assert.ok(Math.abs(mean - 0.3) < 0.02);
  });
});
