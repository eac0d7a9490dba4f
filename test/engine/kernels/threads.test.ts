// Kernels shared among threads: the same bits at any number of them, and whether sharing is worth it.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import '../../../engine/ops/table';
import { startHelpers } from '../../../engine/kernels/helpers';
import { threadCount, usePool } from '../../../engine/kernels/pool';
import { Trial } from '../../../engine/kernels/trial';
import { conv2d } from '../../../engine/ops/conv';
import { crossEntropy } from '../../../engine/ops/cross-entropy';
import { where } from '../../../engine/ops/binary';
import { layerNorm } from '../../../engine/ops/normalize';
import { maxPool2d } from '../../../engine/ops/pool';
import { gruCell, lstmCell } from '../../../engine/ops/recurrent';
import { adamUpdate } from '../../../engine/ops/update';
import { latestBirth, sweep } from '../../../engine/tensor/storage';
import { elementCount } from '../../../engine/tensor/shape';
import type { Tensor } from '../../../engine/tensor/tensor';
import { window } from './compare';

type Make = (shape: readonly number[]) => Tensor;

/** Large enough to be shared, with sizes around the tiles; each gives tensors to compare. */
const samples: Record<string, (of: Make) => readonly Tensor[]> = {
  'product by columns': (of) => [of([67, 300]).matmul(of([300, 131]))],
  'product by rows': (of) => [of([2003, 150]).matmul(of([150, 17]))],
  'transposed product': (of) => [
    of([300, 129])
      .t()
      .matmul(of([201, 300]).t()),
  ],
  'long sums': (of) => [of([40, 1300]).matmul(of([1300, 90]))],
  'batch of products': (of) => [of([5, 3, 40, 33]).matmul(of([5, 3, 33, 41]))],
  elementwise: (of) => {
    const [a, b, line] = [of([301, 503]), of([301, 503]), of([503])];
    return [a.add(b), a.mul(line), a.tanh(), a.exp(), a.gelu(), a.relu(), where(a.gt(0), a, b)];
  },
  sums: (of) => {
    const x = of([403, 507]);
    return [x.sum(0), x.sum(1), x.t().sum(1), x.mean(), of([9, 100, 201]).sumTo([201])];
  },
  'rows to one': (of) => [of([403, 107]).softmax(-1), layerNorm(of([403, 130]), [130])],
  copies: (of) => [of([307, 409]).t().contiguous(), of([5, 64, 3, 90]).transpose(1, 2).flatten()],
  cells: (of) => {
    const [gates, state] = [of([67, 400]), of([67, 100])];
    const { h, c } = lstmCell(gates, of([67, 400]), state);
    return [h, c, gruCell(of([67, 300]), of([67, 300]), state).h];
  },
  'update of weights': (of) => {
    const [p, m, v] = [of([90_001]), of([90_001]), of([90_001]).abs()];
    adamUpdate(p, of([90_001]), [m, v], {
      ...{ lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.1 },
      ...{ decoupled: true, maximize: false, step: 3 },
    });
    return [p, m, v];
  },
  'images, forward and back': (of) => {
    const [x, w, bias] = [of([13, 3, 30, 31]), of([10, 3, 5, 5]), of([10])];
    for (const leaf of [x, w, bias]) leaf.requireGrad();
    const y = maxPool2d(conv2d(x, w, { bias, padding: 2 }).relu(), 2);
    y.mul(of(y.shape)).sum().backward();
    return [y, x.grad!, w.grad!, bias.grad!];
  },
  'a small model, forward and back': (of) => {
    const [x, w, v] = [of([130, 210]), of([170, 210]), of([11, 170])];
    for (const leaf of [w, v]) leaf.requireGrad();
    const scores = x.matmul(w.t()).gelu().matmul(v.t());
    crossEntropy(scores, of([130]).abs().mul(5).floor().to('int32')).backward();
    return [scores, w.grad!, v.grad!];
  },
};

describe('kernels in several threads', () => {
  it('give the same bits at one, two and three', () => {
    const since = latestBirth();
    const computed = [0, 1, 2].map((others) => {
      // Ports are spent by being used: each count has helpers of its own.
      const own = startHelpers(others, resolve('dist/helper-worker.cjs'));
      usePool(own.ports, true);
      assert.equal(threadCount(), others + 1);
      const results = Object.entries(samples).map(([name, run]) => {
        let drawn = 0;
        const of: Make = (shape) => fixed(shape, ++drawn);
        return [name, run(of).map((x) => x.toTypedArray())] as const;
      });
      usePool([]);
      own.end();
      sweep(since, () => undefined);
      return results;
    });
    const [alone, ...shared] = computed;
    for (const results of shared)
      results.forEach(([name, values], i) => assert.deepEqual(values, alone[i][1], name));
  });

  it('do large work, again and again, with nobody waiting for a helper that never comes', () => {
    // Ports at which nobody listens yet: the thread that computes does every part itself.
    const helpers = startHelpers(1, resolve('dist/helper-worker.cjs'));
    usePool(helpers.ports, true);
    const [a, b] = [fixed([200, 200], 1), fixed([200, 200], 2)];
    const expected = a.matmul(b).toTypedArray();
    for (let i = 0; i < 50; i++) assert.deepEqual(a.matmul(b).toTypedArray(), expected);
    usePool([]);
    helpers.end();
  });
});

/** The same numbers each time. */
function fixed(shape: readonly number[], salt: number): Tensor {
  const values = Float32Array.from({ length: elementCount(shape) }, (_, i) => {
    const mixed = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
    return (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >> 8) / 2 ** 22;
  });
  return window(values, shape);
}

describe('a trial of sharing', () => {
  /** Runs attempts in which sharing takes a part of the time, and says what came of it. */
  const verdict = (share: number, pieces = 100): boolean => {
    let clock = 0;
    const trial = new Trial(0.85, () => clock);
    for (let i = 0; i < pieces; i++) {
      const begun = trial.begin(1e6);
      clock += begun.way === 'usual' ? 1 : share;
      trial.end(begun);
    }
    return trial.verdict === 'other';
  };

  it('shares where that takes less time, and not where it takes the same or more', () => {
    assert.equal(verdict(0.5), true);
    assert.equal(verdict(0.97), false);
    assert.equal(verdict(3), false);
  });

  it('asks again after a while', () => {
    let [clock, share] = [0, 2];
    const trial = new Trial(0.85, () => clock);
    const work = (pieces: number): void => {
      for (let i = 0; i < pieces; i++) {
        const begun = trial.begin(1e6);
        clock += begun.way === 'usual' ? 1 : share;
        trial.end(begun);
      }
    };
    work(100);
    assert.equal(trial.verdict, 'usual');
    share = 0.6;
    work(3100);
    assert.equal(trial.verdict, 'other');
  });
});
