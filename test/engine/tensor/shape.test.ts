// Shape arithmetic, views and the printer.
import assert from 'node:assert/strict';
import { noGrad } from '../../../engine/tape/tape';
import { broadcastShapes, broadcastStrides, normalizeDim } from '../../../engine/tensor/shape';
import { elements, type Tensor } from '../../../engine/tensor/tensor';
import { arange, full, ones, tensor, zeros } from '../../../engine/ops/create';
import '../../../engine/ops/table';

describe('shapes', () => {
  it('broadcast from the last dimension', () => {
    assert.deepEqual(broadcastShapes('add', [2, 1, 3], [4, 1]), [2, 4, 3]);
    assert.deepEqual(broadcastShapes('add', [], [0, 2]), [0, 2]);
    assert.deepEqual(broadcastShapes('add', [1], [0]), [0]);
    assert.deepEqual(broadcastStrides([3, 1], [1, 1], [2, 3, 4]), [0, 1, 0]);
  });

  it('say which sizes do not broadcast', () => {
    const message = 'add: [2, 3] and [2, 4] do not broadcast: sizes 3 and 4 differ at dim -1';
    assert.throws(() => zeros([2, 3]).add(zeros([2, 4])), { name: 'ShapeError', message });
    assert.throws(() => broadcastShapes('mul', [4, 2, 3], [5, 1, 3]), {
      message: 'mul: [4, 2, 3] and [5, 1, 3] do not broadcast: sizes 4 and 5 differ at dim -3',
    });
  });

  it('count dimensions from the end, too, and say the range', () => {
    assert.equal(normalizeDim('sum', -1, 3), 2);
    assert.throws(() => zeros([2, 3]).sum(2), {
      message: 'sum: dim 2 is out of range for 2 dimensions (-2 to 1)',
    });
    assert.throws(() => zeros([2, 3]).sum([0, -2]), { message: /sum: a dim appears twice/ });
  });

  it('refuse sizes that are not whole or negative', () => {
    assert.throws(() => zeros([2, -1]), { message: /zeros: sizes must be whole numbers ≥ 0/ });
    assert.throws(() => zeros([1.5]), { name: 'ShapeError' });
  });
});

describe('views', () => {
  const share = (a: Tensor, b: Tensor): boolean => a.storage === b.storage;

  it('share the storage of what they look at', () => {
    const x = arange(24).reshape([2, 3, 4]);
    for (const y of [
      x.transpose(0, 2),
      x.permute([1, 0, 2]),
      x.slice(1, 1, 3),
      x.select(0, 1),
      x.unsqueeze(1),
      x.reshape([6, 4]),
      x.detach(),
      x.slice(0, 0, 1).expand([5, 3, 4]),
    ]) {
      assert.ok(share(x, y));
    }
    assert.ok(!share(x, x.clone()));
    assert.ok(!share(x, x.transpose(0, 2).contiguous()));
    assert.ok(!share(x, x.transpose(0, 1).reshape([6, 4])));
    elements(x)[x.start] = 99;
    assert.equal(x.permute([2, 1, 0]).toTypedArray()[0], 99);
  });

  it('have the strides that PyTorch gives them', () => {
    const x = zeros([2, 3, 4]);
    assert.deepEqual(x.strides, [12, 4, 1]);
    assert.deepEqual(x.transpose(0, 2).strides, [1, 4, 12]);
    assert.deepEqual(x.slice(2, 1, 4, 2).strides, [12, 4, 2]);
    assert.equal(x.slice(2, 1, 4, 2).offset, 1);
    assert.deepEqual(x.select(1, 2).strides, [12, 1]);
    assert.deepEqual(zeros([3, 1]).expand([2, 3, 4]).strides, [0, 1, 0]);
    assert.ok(x.isContiguous && !x.transpose(0, 1).isContiguous);
    assert.ok(zeros([1, 4]).t().isContiguous);
  });

  it('reshape without a copy where the strides allow it', () => {
    const x = arange(24).reshape([4, 6]);
    assert.ok(share(x, x.slice(1, 0, 4).reshape([2, 2, 2, 2])));
    assert.ok(!share(x, x.t().reshape([24])));
    assert.throws(() => x.t().view([24]), {
      message:
        'view: [6, 4] with strides [1, 6] cannot be seen as [24] without a copy; use reshape',
    });
  });

  it('are read in their own order', () => {
    const x = arange(6).reshape([2, 3]);
    assert.deepEqual(x.t().toArray(), [
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    assert.deepEqual(zeros([2, 0]).toArray(), [[], []]);
    assert.equal(full([], 4).toArray(), 4);
  });
});

describe('printer', () => {
  it('prints as PyTorch does', () => {
    assert.equal(
      tensor([
        [1, 2.5],
        [-3, 4],
      ]).toString(),
      'tensor([[1.0000, 2.5000],\n        [-3.0000, 4.0000]])',
    );
    assert.equal(tensor([1, 2]).toString(), 'tensor([1, 2], dtype=int32)');
    assert.equal(String(tensor([1, 2])), 'tensor([1, 2], dtype=int32)');
    assert.equal(
      JSON.stringify({
        w: tensor([
          [1, 2],
          [3, 4],
        ]),
      }),
      '{"w":[[1,2],[3,4]]}',
    );
    assert.equal(tensor([true, false]).toString(), 'tensor([true, false], dtype=bool)');
    assert.equal(ones([], { requiresGrad: true }).toString(), 'tensor(1.0000, requiresGrad=true)');
    assert.equal(zeros([0, 3]).toString(), 'tensor([], shape=[0, 3])');
    assert.equal(
      tensor([NaN, Infinity, 1], { dtype: 'float32' }).toString(),
      'tensor([nan, inf, 1.0000])',
    );
    assert.equal(tensor([1e-7, 1]).toString(), 'tensor([1.0000e-7, 1.0000e+0])');
  });

  it('leaves out the middle of what is large', () => {
    const text = noGrad(() => arange(2000)).toString();
    assert.equal(text, 'tensor([0, 1, 2, …, 1997, 1998, 1999], dtype=int32)');
  });
});

describe('values', () => {
  it('leave a tensor by item, toArray and toTypedArray only when that makes sense', () => {
    assert.equal(tensor([[7]]).item(), 7);
    assert.throws(() => zeros([2]).item(), {
      message: 'item: only a tensor with one element has an item, but this one is [2]',
    });
    assert.throws(() => zeros([2]).size(1), { message: /size: dim 1 is out of range/ });
  });

  it('come in as nested arrays of one shape', () => {
    assert.throws(() => tensor([[1, 2], [3]]), {
      message: 'tensor: rows differ: element 0 has shape [2], element 1 has [1]',
    });
    assert.throws(() => tensor(['a'] as unknown as number[]), { message: /must be numbers/ });
    assert.equal(tensor(new Float64Array([1])).dtype, 'float64');
    assert.equal(tensor([1, 2], { requiresGrad: true }).dtype, 'float32');
    assert.throws(() => zeros([1], { dtype: 'int32', requiresGrad: true }), {
      message: /only floating point tensors can require gradients/,
    });
  });
});
