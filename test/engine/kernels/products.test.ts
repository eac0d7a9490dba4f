// Products and folds in SIMD against their references, and their determinism.
import assert from 'node:assert/strict';
import '../../../engine/ops/table';
import { kernel } from '../../../engine/kernels/library';
import { matrixOf } from '../../../engine/kernels/matmul';
import { multiplyPart } from '../../../engine/kernels/panels';
import { address } from '../../../engine/kernels/planes';
import type { Tensor } from '../../../engine/tensor/tensor';
import { arithmetic } from '../../../engine/ops/op';
import { closely, compare, numbers, sizes, special, window, within } from './compare';

/** Sums of at most 17 products below 4, rounded to float32 after each. */
const near = closely(5e-6);

/** Runs `body` with the plain product kernel, which suits any machine. */
function withPlainTiles<T>(body: () => T): T {
  const { tier } = arithmetic;
  arithmetic.tier = 'simd 4x8';
  try {
    return body();
  } finally {
    arithmetic.tier = tier;
  }
}

describe('matrix product kernel', () => {
  it('has the same bits in every tier', () => {
    const { tier } = arithmetic;
    arithmetic.tier = 'simd 5x8';
    try {
      for (const m of [1, 2, 4, 5, 6, 11]) {
        for (const [n, k] of [
          [1, 1],
          [7, 3],
          [9, 4],
          [16, 9],
          [33, 600],
        ] as const) {
          const [a, b] = [numbers([m, k], 1), numbers([k, n], 3)];
          const [tall, wide] = [numbers([k, m]).t(), numbers([n, k]).t()];
          for (const [left, right] of [
            [a, b],
            [tall, b],
            [a, wide],
            [tall, wide],
          ]) {
            const plain = withPlainTiles(() => left.mm(right).toTypedArray());
            assert.deepEqual(left.mm(right).toTypedArray(), plain, `${m}x${n}x${k}`);
            // The kernels for pairs of vectors, which need no such vectors to be right.
            const paired = numbers([m, n]);
            const to = { at: address(paired), row: 4 * n };
            multiplyPart(kernel, 0, true, matrixOf(left), matrixOf(right), to, [m, n, k]);
            assert.deepEqual(paired.toTypedArray(), plain, `${m}x${n}x${k}, wide`);
          }
        }
      }
    } finally {
      arithmetic.tier = tier;
    }
  });

  it('takes every size', () => {
    for (const m of [1, 2, 3, 4, 5, 8, 9, 13]) {
      for (const n of [1, 3, 4, 7, 8, 9, 17]) {
        for (const k of [1, 2, 5, 16]) {
          const what = `${m}x${n}x${k}`;
          compare(what, () => numbers([m, k]).mm(numbers([k, n])), near);
        }
      }
    }
    compare('long sums', () => numbers([9, 1300]).mm(numbers([1300, 11])), closely(1e-4));
  });

  it('takes transposed and sliced views without a copy', () => {
    for (const [m, n, k] of [
      [1, 8, 5],
      [5, 9, 7],
      [12, 16, 8],
      [33, 2, 17],
    ] as const) {
      compare(
        'left',
        () =>
          numbers([k, m])
            .t()
            .mm(numbers([k, n])),
        near,
      );
      compare('right', () => numbers([m, k]).mm(numbers([n, k]).t()), near);
      compare(
        'both',
        () =>
          numbers([k, m])
            .t()
            .mm(numbers([n, k]).t()),
        near,
      );
      compare(
        'slices',
        () =>
          numbers([m, 40])
            .slice(1, 3, 3 + k)
            .mm(numbers([k, n])),
        near,
      );
    }
  });

  it('takes batches, broadcast and permuted', () => {
    compare('batch', () => numbers([3, 5, 4]).matmul(numbers([3, 4, 9])), near);
    compare('one right', () => numbers([3, 5, 4]).matmul(numbers([4, 9])), near);
    compare('one left', () => numbers([5, 4]).matmul(numbers([3, 4, 9])), near);
    compare('grid', () => numbers([2, 1, 5, 4]).matmul(numbers([1, 3, 4, 9])), near);
    const heads = numbers([2, 6, 3, 4]).permute([0, 2, 1, 3]);
    compare('heads', () => heads.matmul(heads.transpose(-2, -1)), near);
    compare('vector', () => numbers([3, 5, 4]).matmul(numbers([4])), near);
  });

  it('gives a batch the bits of its products one by one', () => {
    const { tier } = arithmetic;
    for (const each of ['simd 5x8', 'simd 4x8'] as const) {
      arithmetic.tier = each;
      try {
        for (const [m, n, k] of [
          [12, 1, 64],
          [1, 64, 12],
          [12, 64, 1],
          [1, 1, 9],
          [7, 33, 20],
          [9, 17, 600],
        ] as const) {
          for (const [a, b] of [
            [numbers([2, 3, m, k], 1), numbers([2, 3, k, n])],
            [numbers([2, 3, k, m]).transpose(-2, -1), numbers([2, 3, n, k], 3).transpose(-2, -1)],
            [numbers([m, 2, 3, k]).permute([1, 2, 0, 3]), numbers([3, k, n])],
            [numbers([2, 1, m, k]), numbers([1, 3, k, n])],
          ] as const) {
            const all = a.matmul(b);
            for (const i of [0, 1]) {
              for (const j of [0, 1, 2]) {
                const of = (x: Tensor): Tensor =>
                  x
                    .expand([2, 3, ...x.shape.slice(-2)])
                    .select(0, i)
                    .select(0, j);
                const one = of(a).mm(of(b));
                const what = `${each}, ${m}x${n}x${k}, [${i}, ${j}]`;
                assert.deepEqual(of(all).toTypedArray(), one.toTypedArray(), what);
              }
            }
          }
        }
      } finally {
        arithmetic.tier = tier;
      }
    }
  });

  it('sums in order of k, whatever the tile', () => {
    const [a, b] = [numbers([7, 700]), numbers([700, 19])];
    const whole = a.mm(b).toTypedArray();
    for (let i = 0; i < 7; i++) {
      const row = a
        .slice(0, i, i + 1)
        .mm(b)
        .toTypedArray();
      assert.deepEqual(row, whole.slice(19 * i, 19 * i + 19));
    }
    const transposed = b.t().mm(a.t()).t().contiguous();
    assert.deepEqual(transposed.toTypedArray(), whole);
    let sum = 0;
    const [left, right] = [a.toTypedArray(), b.toTypedArray()];
    for (let k = 0; k < 700; k++) sum = Math.fround(sum + Math.fround(left[k] * right[19 * k]));
    assert.equal(whole[0], sum);
  });
});

describe('folding kernels', () => {
  it('sum over any dimensions', () => {
    const near = within(1);
    const x = numbers([3, 4, 5, 6]);
    for (const dims of [
      [0],
      [1],
      [2],
      [3],
      [0, 1],
      [2, 3],
      [0, 2],
      [1, 3],
      [0, 2, 3],
      [0, 1, 2, 3],
    ]) {
      compare(`sum ${dims.join()}`, () => x.sum(dims), near);
      compare(`mean ${dims.join()}`, () => x.mean(dims), near);
    }
    for (const size of sizes) {
      compare(`row ${size}`, () => numbers([size], 1).sum(), near);
      compare(`columns ${size}`, () => numbers([7, size]).sum(0), near);
      compare(`bias ${size}`, () => numbers([3, 4, size]).sumTo([size]), near);
      compare(`heads ${size}`, () => numbers([3, size, 4]).transpose(1, 2).sumTo([size]), near);
    }
    compare('special', () => window(Float32Array.from(special), [16]).sum(), near);
    compare('window', () => numbers([6, 9]).slice(1, 2, 7).sum(0), near);
  });

  it('softmax and its logarithm along rows', () => {
    for (const size of sizes) {
      compare(`softmax ${size}`, () => numbers([3, size]).softmax(-1), within(4));
      compare(`logSoftmax ${size}`, () => numbers([3, size]).logSoftmax(-1), closely(4e-7));
    }
    const wide = window(Float32Array.of(-Infinity, 0, 100, -200, 3, 88), [1, 6]);
    compare('wide', () => wide.softmax(-1), within(4));
    const nothing = window(Float32Array.of(NaN, 0, 1, 2, 3), [1, 5]);
    compare('NaN', () => nothing.softmax(-1), within(0));
  });
});
