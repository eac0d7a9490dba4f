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

  it('call a closure first, and refuse what they would ignore', () => {
    const p = parameter();
    const rule = new optim.SGD([p], 0.5);
    const loss = rule.step(() => {
      rule.zeroGrad({ setToNone: true });
      const sum = p.sum();
      sum.backward();
      return sum;
    });
    assert.deepEqual([loss.item(), p.toArray()], [2, [0.5, 0.5]]);
    assert.throws(() => rule.zeroGrad({ setToNone: false }), {
      message:
        'SGD.zeroGrad: setToNone must be true: a gradient that is forgotten is null, not zeros',
    });
    assert.throws(() => new optim.lrScheduler.StepLR(rule, 1).step(...([0.1] as never[])), {
      message: 'StepLR: step takes no argument; only ReduceLROnPlateau looks at a loss',
    });
  });

  it('refuse a parameter that is given twice', () => {
    const p = parameter();
    assert.throws(() => new optim.SGD([p, p]), { message: 'SGD: a parameter appears twice' });
  });

  it('take more parameters on the way', () => {
    const [first, second] = [parameter(), parameter()];
    const rule = new optim.SGD([first], { lr: 0.5 });
    rule.addParamGroup({ params: [second], lr: 0.25 });
    for (const p of [first, second]) p.grad = ones([2]);
    rule.step();
    assertClose(second.toTypedArray(), [0.75, 0.75], close, 'second');
    assert.throws(() => rule.addParamGroup({ params: [first] }), {
      message: 'SGD: a parameter appears twice',
    });
  });
});

describe("an optimizer's state", () => {
  const rules: [name: string, make: (p: nn.Parameter) => optim.Optimizer<{ lr: number }>][] = [
    ['SGD', (p) => new optim.SGD([p], { lr: 0.1, momentum: 0.9 })],
    ['Adam', (p) => new optim.Adam([p], { lr: 0.1 })],
    ['AdamW', (p) => new optim.AdamW([p], { lr: 0.1 })],
    ['RMSprop', (p) => new optim.RMSprop([p], { lr: 0.1, momentum: 0.5, centered: true })],
    ['Adagrad', (p) => new optim.Adagrad([p], { lr: 0.1, lrDecay: 0.1 })],
  ];
  const steps = (rule: optim.Optimizer<{ lr: number }>, p: nn.Parameter, from: number): void => {
    for (let step = from; step < from + 4; step++) {
      p.grad = tensor([Math.sin(step), Math.cos(step)], { dtype: 'float32' });
      rule.step();
    }
  };
  for (const [name, make] of rules) {
    it(`${name} goes on from it to the bit, with another parameter of the same values`, () => {
      const p = parameter();
      const rule = make(p);
      steps(rule, p, 0);
      rule.paramGroups[0].lr = 0.05;
      const [state, values] = [rule.stateDict(), p.toTypedArray()];
      steps(rule, p, 4);
      const q = new nn.Parameter(tensor(values));
      const other = make(q);
      other.loadStateDict(state);
      assert.equal(other.paramGroups[0].lr, 0.05);
      steps(other, q, 4);
      assert.deepEqual(q.toArray(), p.toArray());
      assert.deepEqual(Object.keys(state), ['state', 'paramGroups']);
      assert.deepEqual(state.paramGroups[0].params, [0]);
    });
  }

  it('is refused where it does not fit, and nothing is changed', () => {
    const rule = new optim.Adam([parameter()], { lr: 0.1 });
    const [only] = rule.paramGroups[0].params;
    only.grad = ones([2]);
    rule.step();
    const state = rule.stateDict();
    const two = new optim.Adam([parameter(), parameter()], { lr: 0.7 });
    assert.throws(() => two.loadStateDict(state), {
      message: "Adam: group 0 of the state has 1 parameters, but the optimizer's has 2",
    });
    const groups = new optim.Adam([{ params: [parameter()] }, { params: [parameter()] }]);
    assert.throws(() => groups.loadStateDict(state), {
      message: 'Adam: the state has 1 groups of parameters, but the optimizer has 2',
    });
    const wide = new optim.Adam([new nn.Parameter(ones([3]))], { lr: 0.7 });
    assert.throws(() => wide.loadStateDict(state), {
      message: 'Adam: expAvg of parameter 0 is [2], but the parameter is [3]',
    });
    assert.equal(wide.paramGroups[0].lr, 0.7);
    assert.equal(wide.state.size, 0);
  });
});
