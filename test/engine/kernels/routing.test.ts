// Indexing, update rules and random masks in SIMD against their references.
import assert from 'node:assert/strict';
import '../../../engine/ops/table';
import { tensor } from '../../../engine/ops/create';
import { scatterRows } from '../../../engine/ops/index-ops';
import { cat, stack } from '../../../engine/ops/join';
import { dropout } from '../../../engine/ops/random';
import { adamUpdate, sgdUpdate } from '../../../engine/ops/update';
import { enableGrad } from '../../../engine/tape/tape';
import { generator } from '../../../engine/tensor/random';
import type { Tensor } from '../../../engine/tensor/tensor';
import { closely, compare, exactly, numbers, sizes } from './compare';

const indices = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' });

describe('routing kernels', () => {
  it('select rows and add to them', () => {
    for (const size of sizes) {
      const x = numbers([5, size], 1);
      const index = indices(4, 0, 1, 2, 2, 2);
      compare(`select ${size}`, () => x.indexSelect(0, index), exactly);
      compare(`add ${size}`, () => scatterRows(numbers([6, size]), 0, index, 5), closely(1e-6));
    }
  });

  it('leave a wrong index to the reference, which names it', () => {
    const x = numbers([5, 3]);
    assert.throws(() => x.indexSelect(0, indices(1, 5)), /index 5 is out of range/);
    assert.throws(() => x.indexSelect(0, indices(-1, 0)), /index -1 is out of range/);
    assert.throws(() => x.gather(1, indices(3).reshape([1, 1]).expand([5, 1])), /index 3 is out/);
  });

  it('gather and scatter along lines', () => {
    const x = numbers([3, 7], 1);
    const index = indices(0, 6, 1, 3, 3, 3, 1, 0, 5, 2, 2, 4).reshape([3, 4]);
    compare('gather', () => x.gather(1, index), exactly);
    compare('scatter', () => x.scatterAdd(1, index, numbers([3, 4])), closely(1e-6));
  });

  it('join tensors along any dimension', () => {
    const parts = [numbers([2, 3]), numbers([2, 5]), numbers([3, 2]).t()];
    compare('columns', () => cat(parts, 1), exactly);
    compare('rows', () => cat([numbers([2, 3]), numbers([4, 3])], 0), exactly);
    compare('stack', () => stack([numbers([2, 3]), numbers([3, 2]).t()], 1), exactly);
  });
});

describe('slicing kernels', () => {
  it('take tensors apart and put gradients back', () => {
    for (const dim of [0, 1, 2]) {
      const x = numbers([3, 4, 5], 1);
      compare(`unbind ${dim}`, () => x.unbind(dim), exactly);
      const slice = x.slice(dim, 1, 3);
      const gradient = numbers([3, 4, 5].with(dim, 2));
      const back = (): unknown => {
        const leaf = numbers([3, 4, 5]).requireGrad();
        enableGrad(() => leaf.slice(dim, 1, 3).backward(gradient));
        return leaf;
      };
      compare(`slice ${dim}`, back, exactly);
      compare(`copy ${dim}`, () => slice.clone(), exactly);
    }
  });
});

describe('update kernels', () => {
  const near = closely(1e-6);
  const sgd = {
    lr: 0.1,
    momentum: 0,
    dampening: 0,
    weightDecay: 0,
    nesterov: false,
    maximize: false,
    first: false,
  };

  it('SGD in all its forms', () => {
    for (const size of sizes) {
      const [p, g, b] = [numbers([size]), numbers([size]), numbers([size])];
      const run = (buffer: Tensor | null, step: Partial<typeof sgd>): void =>
        compare(`sgd ${size}`, () => sgdUpdate(p, g, buffer, { ...sgd, ...step }), near);
      run(null, {});
      run(null, { weightDecay: 0.1, maximize: true });
      run(b, { momentum: 0.9 });
      run(b, { momentum: 0.9, nesterov: true, dampening: 0 });
      run(b, { momentum: 0.9, dampening: 0.5, weightDecay: 0.1, first: true });
    }
  });

  it('Adam and AdamW', () => {
    const adam = {
      lr: 1e-2,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0,
      decoupled: false,
      maximize: false,
      step: 1,
    };
    for (const size of sizes) {
      const [p, g, m] = [numbers([size]), numbers([size]), numbers([size])];
      const v = numbers([size]).abs();
      const run = (step: Partial<typeof adam>): void =>
        compare(`adam ${size}`, () => adamUpdate(p, g, [m, v], { ...adam, ...step }), near);
      run({});
      run({ step: 1000, weightDecay: 0.1 });
      run({ decoupled: true, weightDecay: 0.1, maximize: true });
    }
  });

  it('a random mask has the reference’s bits, for every seed, step, draw and size', () => {
    const before = { ...generator };
    try {
      for (const size of [...sizes, 1000]) {
        generator.seed = 2 ** 40 + 12_345 * size;
        generator.step = size;
        generator.draw = 3 * size;
        const x = numbers([size]);
        const mask = (): Tensor => {
          dropout(x, 0.3);
          return x;
        };
        compare(`mask ${size}`, mask, exactly);
        const dropped = dropout(x, 1).toTypedArray();
        assert.ok(dropped.every((value) => Object.is(Math.abs(value), 0)));
      }
    } finally {
      Object.assign(generator, before);
    }
  });
});
