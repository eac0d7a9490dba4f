// Ops that stand for several where nobody looks: the same bits, forward and back, as when somebody does.
import assert from 'node:assert/strict';
import '../../../engine/ops/table';
import { crossEntropy, nllLoss } from '../../../engine/ops/cross-entropy';
import { randint, randn } from '../../../engine/ops/draw';
import { grad } from '../../../engine/tape/backward';
import { tape } from '../../../engine/tape/tape';
import { manualSeed } from '../../../engine/tensor/random';
import type { Tensor } from '../../../engine/tensor/tensor';

interface Sample {
  readonly shape: number[];
  /** From scores to a loss. */
  readonly loss: (x: Tensor) => Tensor;
  /** The op that stands for several. */
  readonly op: string;
}

const samples: Record<string, Sample> = {};
for (const shape of [
  [1, 2],
  [7, 3],
  [33, 65],
  [3000, 10],
]) {
  const classes = (): Tensor => randint(0, shape[1], [shape[0]]);
  const some = (): Tensor => classes().mul(randn([shape[0]]).gt(0).to('int32'));
  const each = (name: string, op: string, loss: Sample['loss']): void => {
    samples[`${name} of ${shape.join(' × ')}`] = { shape, op, loss };
  };
  each('cross entropy', 'classLoss', (x) => crossEntropy(x, classes()));
  each('a sum', 'classLoss', (x) => crossEntropy(x, classes(), { reduction: 'sum' }).mul(0.3));
  each('a padded target', 'classLoss', (x) => crossEntropy(x, some(), { ignoreIndex: 0 }));
  each('likelihood', 'classLoss', (x) => nllLoss(x, classes()));
  each('softmax', 'softmax', (x) => x.softmax(-1).mul(randn(shape)).sum());
  each('its logarithm', 'logSoftmax', (x) => x.logSoftmax(-1).mul(randn(shape)).sum());
}
samples['softmax of a batch of heads'] = {
  shape: [2, 3, 40, 17],
  op: 'softmax',
  loss: (x) =>
    x
      .softmax(-1)
      .mul(randn([2, 3, 40, 17]))
      .sum(),
};

/** The loss and the gradient of the scores, as bits, and the ops behind the loss. */
function computed({ shape, loss }: Sample, mode: 'plain' | 'record') {
  manualSeed(5);
  const x = randn(shape).mul(3).detach().requireGrad();
  tape.mode = mode;
  tape.rows = [];
  try {
    const y = loss(x);
    const ops = new Set<string>();
    const visit = ({ row }: Tensor): void => {
      if (row === undefined || row.freed) return;
      ops.add(row.definition.name);
      row.inputs.forEach(visit);
    };
    visit(y);
    y.backward();
    return { ops, bits: [y, x.grad!].map((t) => new Uint8Array(t.toTypedArray().slice().buffer)) };
  } finally {
    tape.mode = 'plain';
    tape.rows = [];
  }
}

describe('ops that stand for several', () => {
  for (const [name, sample] of Object.entries(samples)) {
    it(`have their bits: ${name}`, () => {
      const [joined, apart] = [computed(sample, 'plain'), computed(sample, 'record')];
      assert.ok(joined.ops.has(sample.op), [...joined.ops].join());
      assert.ok(!apart.ops.has('classLoss'));
      assert.deepEqual(joined.bits, apart.bits);
    });
  }

  it('give NaN where every target is ignored, and a gradient of 0', () => {
    const x = randn([3, 4]).requireGrad();
    const loss = crossEntropy(x, randint(2, 3, [3]), { ignoreIndex: 2 });
    loss.backward();
    assert.ok(Number.isNaN(loss.item()));
    assert.deepEqual([...x.grad!.toTypedArray()], new Array(12).fill(0));
  });

  it('are differentiated twice', () => {
    const penalty = (): number[] => {
      manualSeed(2);
      const x = randn([5, 4]).requireGrad();
      const loss = crossEntropy(x, randint(0, 4, [5]));
      const [slope] = grad(loss, x, { createGraph: true });
      slope!.pow(2).sum().backward();
      return [...x.grad!.toTypedArray()];
    };
    const joined = penalty();
    tape.secondOrder = true;
    const apart = penalty();
    tape.secondOrder = false;
    assert.ok(apart.some((value) => Math.abs(value) > 1e-4));
    joined.forEach((value, i) => assert.ok(Math.abs(value - apart[i]) < 1e-7, `${i}`));
  });
});
