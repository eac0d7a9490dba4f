// Random ops: what is drawn has the share and the scale that was asked for.
import assert from 'node:assert/strict';
import { ones } from '../../../engine/ops/create';
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
