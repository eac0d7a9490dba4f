// Type promotion, against the table that PyTorch's torch.result_type gives.
import assert from 'node:assert/strict';
import { readGolden } from '../../golden/read';
import { promote, type DType, type Promotable } from '../../../engine/tensor/dtype';
import { tensor, zeros } from '../../../engine/ops/create';
import '../../../engine/ops/table';

describe('type promotion', () => {
  const operand = (text: string): Promotable => {
    const [standing, dtype] = text.split(' ') as [string, DType];
    if (standing === 'number') return { dtype, weak: true, shape: [] };
    return { dtype, shape: standing === 'scalar' ? [] : [2] };
  };

  it('agrees with PyTorch for every pair of tensors, scalars and numbers', () => {
    const rows = readGolden<[string, string, DType][]>('promotion');
    assert.ok(rows.length >= 100);
    for (const [left, right, expected] of rows) {
      assert.equal(promote(operand(left), operand(right)), expected, `${left} and ${right}`);
    }
  });

  it('lets plain numbers yield to tensors of their kind', () => {
    assert.equal(zeros([2]).add(0.5).dtype, 'float32');
    assert.equal(zeros([2], { dtype: 'float64' }).mul(2).dtype, 'float64');
    assert.equal(tensor([1, 2]).add(1).dtype, 'int32');
    assert.equal(tensor([1, 2]).add(0.5).dtype, 'float32');
    assert.equal(tensor([true]).add(1).dtype, 'int32');
    assert.equal(tensor([1, 2]).div(2).dtype, 'float32');
  });

  it('keeps all digits of a plain number', () => {
    const third = tensor([1], { dtype: 'float64' }).mul(1 / 3);
    assert.equal(third.item(), 1 / 3);
  });
});
