// Parameter groups, missing gradients and the order of calls: what all optimizers share.
import assert from 'node:assert/strict';
import { nn, ones, optim, tensor, zeros } from '../../../engine/index';
import { assertClose } from '../ops/close';

const parameter = (): nn.Parameter => new nn.Parameter(ones([2]));
const close = { relative: 1e-6, absolute: 0 };

describe('optimizers', () => {
  it('use the options of each group', () => {
    const [slow, fast] = [parameter(), parameter()];
    const groups = [{ params: [slow], lr: 0.1 }, { params: [fast] }];
    const rule = new optim.SGD(groups, { lr: 0.5 });
    for (const p of [slow, fast]) p.grad = ones([2]);
    rule.step();
    assertClose(slow.toTypedArray(), [0.9, 0.9], close, 'slow');
    assertClose(fast.toTypedArray(), [0.5, 0.5], close, 'fast');
    rule.paramGroups[1].lr = 0;
    rule.step();
    assertClose(fast.toTypedArray(), [0.5, 0.5], close, 'stopped');
  });

  it('leave parameters without a gradient alone, whatever they remember', () => {
    for (const Rule of [optim.SGD, optim.Adam, optim.AdamW, optim.RMSprop, optim.Adagrad]) {
      const [used, unused] = [parameter(), parameter()];
      const rule = new Rule([used, unused], { lr: 0.1, weightDecay: 0.1 });
      used.grad = ones([2]);
      rule.step();
      assert.notDeepEqual(used.toArray(), [1, 1], Rule.name);
      assert.deepEqual(unused.toArray(), [1, 1], Rule.name);
    }
  });

  it('forget gradients', () => {
    const p = parameter();
    const rule = new optim.Adam([p]);
    p.grad = ones([2]);
    rule.zeroGrad();
    assert.equal(p.grad, null);
  });

  it('refuse a backward pass through weights that a step has changed', () => {
    const layer = new nn.Linear(2, 1);
    const rule = new optim.SGD(layer.parameters(), { lr: 0.1 });
    const x = tensor([[1, 2]], { dtype: 'float32', requiresGrad: true });
    const loss = layer.forward(x).sum();
    layer.weight.grad = zeros([1, 2]);
    rule.step();
    assert.throws(() => loss.backward(), /an optimizer step has changed it since/);
  });

  it('refuse a parameter that is given twice', () => {
    const p = parameter();
    assert.throws(() => new optim.SGD([p, p]), { message: 'SGD: a parameter appears twice' });
  });
});
