// The backward pass: accumulation, what is kept and freed, hooks, and what it refuses.
import assert from 'node:assert/strict';
import { grad } from '../../../engine/tape/backward';
import { enableGrad, noGrad, tape } from '../../../engine/tape/tape';
import { ones, tensor, zeros } from '../../../engine/ops/create';
import { randn } from '../../../engine/ops/draw';
import { sgdUpdate } from '../../../engine/ops/update';
import { arena } from '../../../engine/tensor/arena';
import type { Tensor } from '../../../engine/tensor/tensor';
import '../../../engine/ops/table';

const leaf = (...values: number[]): Tensor =>
  tensor(values, { dtype: 'float64', requiresGrad: true });

describe('backward', () => {
  it('sums over all uses of a tensor, and over calls', () => {
    const x = leaf(2, 3);
    x.mul(x).add(x).sum().backward();
    assert.deepEqual(x.grad!.toArray(), [5, 7]);
    x.sum().backward();
    assert.deepEqual(x.grad!.toArray(), [6, 8]);
  });

  it('mirrors the order of the forward pass', () => {
    const x = leaf(1);
    tape.mode = 'record';
    try {
      const from = tape.rows.length;
      x.exp().sin().sum().backward();
      const rows = tape.rows.slice(from);
      const forward = rows.filter((row) => row.phase === 'forward');
      const served = rows.filter((row) => row.phase === 'backward' && row.of !== undefined);
      assert.deepEqual(
        forward.map((row) => row.definition.name),
        ['exp', 'sin', 'sum'],
      );
      const order = [...new Set(served.map((row) => row.of))];
      assert.deepEqual(order, [...forward].reverse());
      assert.ok(rows.every((row, i) => i === 0 || row.sequence > rows[i - 1].sequence));
    } finally {
      tape.mode = 'plain';
      tape.rows = [];
    }
  });

  it('mirrors that order, too, where most ops between do not lead to the result', () => {
    const [x, other] = [leaf(1, 2), leaf(1)];
    const branches = [x.mul(3)];
    const order: number[] = [];
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 20; k++) other.exp();
      const branch = branches[i].sin();
      branch.registerHook(() => {
        order.push(i);
      });
      branches.push(branch);
    }
    branches
      .reduce((sum, branch) => sum.add(branch))
      .sum()
      .backward();
    assert.deepEqual(order, [2, 1, 0]);
    const direct = leaf(1, 2);
    const chain = [direct.mul(3)];
    for (let i = 0; i < 3; i++) chain.push(chain[i].sin());
    chain
      .reduce((sum, branch) => sum.add(branch))
      .sum()
      .backward();
    assert.deepEqual(x.grad!.toArray(), direct.grad!.toArray());
  });

  it('takes a gradient to start from, and needs one unless there is one element', () => {
    const x = leaf(1, 2);
    x.mul(3).backward(tensor([10, 100], { dtype: 'float64' }));
    assert.deepEqual(x.grad!.toArray(), [30, 300]);
    assert.throws(() => x.mul(3).backward(), { name: 'ShapeError', message: /one element/ });
    assert.throws(() => x.mul(3).backward(ones([3])), {
      message: 'backward: the gradient is [3], but the tensor is [2]',
    });
  });

  it('frees the graph unless asked to retain it', () => {
    const x = leaf(2);
    const y = x.mul(x).sum();
    y.backward(undefined, { retainGraph: true });
    y.backward();
    assert.deepEqual(x.grad!.toArray(), [8]);
    assert.throws(() => {
      y.backward();
    }, /was already used by an earlier backward and freed\. Pass retainGraph: true/);
  });

  it('differentiates gradients with createGraph', () => {
    const x = leaf(2);
    const [first] = grad(x.mul(x).mul(x), x, { createGraph: true });
    const [second] = grad(first!, x, { createGraph: true });
    const [third] = grad(second!, x);
    assert.deepEqual([first!.item(), second!.item(), third!.item()], [12, 12, 6]);
    assert.equal(x.grad, null);
    assert.ok(!third!.requiresGrad);
  });

  it('walks for grad only what leads to its inputs: no other graph is used up, no other hook called', () => {
    const [x, w] = [leaf(3), leaf(5)];
    const h = w.mul(w);
    let called = 0;
    for (const other of [h, w])
      other.registerHook(() => {
        called++;
      });
    const y = h.mul(x);
    const [ofX] = grad(y, x);
    assert.equal(ofX!.item(), 25);
    assert.equal(called, 0);
    const [ofH] = grad(h.mul(x), h);
    assert.equal(ofH!.item(), 3);
    assert.equal(called, 1);
    h.sum().backward();
    assert.deepEqual(w.grad!.toArray(), [10]);
  });

  it('refuses what has no gradient, and says why', () => {
    assert.throws(() => zeros([]).backward(), /does not depend on anything that requires/);
    const x = leaf(1);
    assert.throws(() => noGrad(() => x.sum()).backward(), /detached, or made inside noGrad/);
    const [a, b] = [leaf(1), leaf(2)];
    assert.throws(() => grad(a.sum(), b), /grad: input 1 was not used/);
    assert.deepEqual(grad(a.sum(), b, { allowUnused: true }), [null]);
  });

  it('does not follow detach and noGrad', () => {
    const x = leaf(3);
    x.detach().mul(x).sum().backward();
    assert.deepEqual(x.grad!.toArray(), [3]);
    assert.ok(!noGrad(() => x.mul(2)).requiresGrad);
    assert.ok(noGrad(() => enableGrad(() => x.mul(2))).requiresGrad);
    assert.throws(
      () =>
        noGrad(() => {
          throw new Error('inside');
        }),
      /inside/,
    );
    assert.ok(tape.gradEnabled);
  });

  it('keeps gradients of leaves, and of others when asked', () => {
    const x = leaf(1, 2);
    const [y, z] = [x.mul(2), x.mul(3)];
    y.retainGrad();
    y.mul(z).sum().backward();
    assert.deepEqual(y.grad!.toArray(), [3, 6]);
    assert.equal(z.grad, null);
    assert.ok(x.isLeaf && !y.isLeaf);
  });

  it('lets hooks see and replace gradients', () => {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const seen: unknown[] = [];
    y.registerHook((g) => {
      seen.push(g.toArray());
      return g.mul(10);
    });
    const remove = x.registerHook((g) => {
      seen.push(g.toArray());
    });
    y.sum().backward();
    assert.deepEqual(seen, [
      [1, 1],
      [20, 20],
    ]);
    remove();
    x.mul(1).sum().backward();
    assert.equal(seen.length, 2);
  });

  it('refuses an operand that an update has changed since', () => {
    const x = leaf(1, 2);
    const loss = x.mul(x).sum();
    const step = { lr: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };
    const update = { ...step, maximize: false, first: true };
    sgdUpdate(x, ones([2], { dtype: 'float64' }), null, update);
    assert.throws(() => {
      loss.backward();
    }, /mul needs an operand of shape \[2\] as it was.*call backward\(\) before step\(\)/);
    x.mul(3).sum().backward();
    assert.deepEqual(x.grad!.toArray(), [3, 3]);
  });

  it('changes what requires a gradient on leaves only', () => {
    const x = zeros([2]);
    assert.ok(x.requireGrad().requiresGrad);
    assert.throws(() => x.mul(2).requireGrad(false), /only a leaf can change this/);
    assert.throws(() => tensor([1]).requireGrad(), /only floating point tensors have gradients/);
  });

  it('sums broadcast gradients back, in the dtype of the operand', () => {
    const x = tensor([1, 2], { dtype: 'float32', requiresGrad: true });
    const y = tensor([[1], [2], [3]], { dtype: 'float64', requiresGrad: true });
    x.mul(y).sum().backward();
    assert.deepEqual([x.grad!.dtype, y.grad!.dtype], ['float32', 'float64']);
    assert.deepEqual(x.grad!.toArray(), [6, 6]);
    assert.deepEqual(y.grad!.toArray(), [[3], [3], [3]]);
  });

  it('gives back at once what only the pass itself could reach', () => {
    const x = randn([256, 256]).requireGrad(); // 256 KB
    let y = x;
    for (let i = 0; i < 20; i++) y = y.tanh();
    const loss = y.sum();
    const before = arena.liveBytes;
    loss.backward();
    // One gradient stays; without giving back there would be eighty.
    assert.ok(arena.liveBytes - before <= 2 * 2 ** 18, `${arena.liveBytes - before} bytes`);
    const once = x.grad!.toArray();
    y = x;
    for (let i = 0; i < 20; i++) y = y.tanh();
    x.grad = null;
    y.sum().backward(undefined, { retainGraph: true });
    assert.deepEqual(x.grad!.toArray(), once);
  });

  it('leaves alone what hooks and callers hold', () => {
    const held: Tensor[] = [];
    const x = leaf(1, 2);
    const y = x.mul(3);
    const seed = tensor([1, 10], { dtype: 'float64' });
    y.retainGrad();
    y.registerHook((g) => {
      held.push(g, g.mul(2));
    });
    const z = y.add(0);
    z.registerHook((g) => {
      held.push(g);
      return g.mul(1);
    });
    z.backward(seed);
    for (let i = 0; i < 8; i++) zeros([2], { dtype: 'float64' });
    assert.deepEqual(
      [...held, seed, y.grad!, x.grad!].map((g) => g.toArray()),
      [
        [1, 10],
        [1, 10],
        [2, 20],
        [1, 10],
        [1, 10],
        [3, 30],
      ],
    );
  });

  it('keeps one gradient that two leaves share', () => {
    const [a, b] = [leaf(1, 2), leaf(3, 4)];
    a.add(b).mul(2).sum().backward();
    a.grad!.add(1);
    assert.deepEqual(
      [a.grad!.toArray(), b.grad!.toArray()],
      [
        [2, 2],
        [2, 2],
      ],
    );
  });
});
