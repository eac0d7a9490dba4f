// SIMD kernels made for normalization, recurrent cells and gradient rules, against their references.
import assert from 'node:assert/strict';
import '../../../engine/ops/table';
import { standardize } from '../../../engine/ops/normalize';
import { gruCell, lstmCell } from '../../../engine/ops/recurrent';
import {
  geluGrad,
  gruCellGrad,
  lstmCellGrad,
  reluGrad,
  sigmoidGrad,
  standardizeGrad,
  tanhGrad,
} from '../../../engine/ops/slopes';
import { grad } from '../../../engine/tape/backward';
import { enableGrad } from '../../../engine/tape/tape';
import type { Tensor } from '../../../engine/tensor/tensor';
import { closely, compare, exactly, numbers, sizes, special, window, within } from './compare';

const near = closely(1e-6);
/** Gates of up to 2 make products of up to 32, and sums that cancel. */
const loose = closely(1e-5);

describe('kernels for gradient rules', () => {
  const slopes = { tanhGrad, sigmoidGrad, geluGrad };
  for (const [name, slope] of Object.entries(slopes)) {
    it(`${name}, for every size, offset and expanded gradient`, () => {
      for (const size of sizes) {
        for (const offset of [0, 1, 3]) {
          compare(name, () => slope(numbers([size], offset), numbers([size])), near);
        }
      }
      compare(name, () => slope(numbers([1]).expand([4, 5]), numbers([4, 5])), near);
      compare(name, () => slope(numbers([5, 4]).t(), numbers([4, 5])), near);
      const values = window(Float32Array.from(special), [special.length]);
      compare(`${name} special`, () => slope(numbers([special.length]), values), near);
    });

    it(`${name} is what its primitives give`, () => {
      const [g, x] = [numbers([9]), numbers([9])];
      const primitives = enableGrad(() => slope(g.detach().requireGrad(), x));
      assert.ok(primitives.requiresGrad);
      slope(g, x)
        .toTypedArray()
        .forEach((value, i) => assert.ok(near(value, primitives.toTypedArray()[i]), `${i}`));
    });
  }

  it('reluGrad passes what was positive, to the bit', () => {
    for (const size of sizes)
      compare('relu', () => reluGrad(numbers([size], 1), numbers([size])), exactly);
    const values = window(Float32Array.from(special), [special.length]);
    compare('relu special', () => reluGrad(numbers([special.length]), values), exactly);
    compare('relu of special', () => reluGrad(values, numbers([special.length])), exactly);
  });

  it('erf stays within 2 ulp, gelu within 1e-6', () => {
    const steps = Float32Array.from({ length: 20_001 }, (_, i) => (i - 10_000) / 1600);
    compare('erf', () => window(steps, [steps.length]).erf(), within(2));
    compare('gelu', () => window(steps, [steps.length]).gelu(), near);
    const values = window(Float32Array.from(special), [special.length]);
    compare('erf special', () => values.erf(), within(2));
    compare('gelu special', () => values.gelu(), near);
  });
});

describe('kernels of normalization', () => {
  const cases: [number[], number[]][] = [
    ...sizes.map((size): [number[], number[]] => [[3, size], [1]]),
    ...sizes.map((size): [number[], number[]] => [
      [4, 3, size],
      [0, 2],
    ]),
    [[9, 5], [0]],
    [
      [2, 3, 4, 5],
      [2, 3],
    ],
    [
      [2, 3, 4, 5],
      [0, 2, 3],
    ],
    [[6], [0]],
    [[1, 7, 1], [1]],
  ];

  it('have the reference’s numbers for every kind of group', () => {
    for (const [shape, dims] of cases) {
      const what = `${shape.join('x')} over ${dims.join()}`;
      compare(what, () => standardize(numbers(shape, 1), dims, 1e-5), near);
      const { values, variance } = standardize(numbers(shape), dims, 1e-5);
      const attributes = { dims, eps: 1e-5 };
      compare(
        `gradient ${what}`,
        () => standardizeGrad(numbers(shape), values, variance, attributes),
        near,
      );
    }
  });

  it('keep small differences of large numbers', () => {
    const x = numbers([2, 40]).mul(1e-3).add(1000);
    compare('offset', () => standardize(x, [1], 1e-5), closely(1e-6));
  });

  it('hand on NaN and infinity', () => {
    const x = numbers([3, 8]).toTypedArray() as Float32Array;
    x[2] = NaN;
    x[9] = Infinity;
    compare('special', () => standardize(window(x, [3, 8]), [1], 1e-5), near);
  });
});

describe('kernels of recurrent cells', () => {
  /** A window of a wider matrix: dense rows that lie apart. */
  const apart = (rows: number, columns: number): Tensor =>
    numbers([rows, columns + 3]).slice(1, 2, columns + 2);

  it('have the reference’s numbers for every size', () => {
    for (const size of sizes) {
      for (const make of [numbers, (shape: number[]) => apart(shape[0], shape[1])]) {
        const [x, y, c] = [make([3, 4 * size]), make([3, 4 * size]), make([3, size])];
        compare(`lstm ${size}`, () => lstmCell(x, y, c), near);
        const [u, v] = [make([3, 3 * size]), make([3, 3 * size])];
        compare(`gru ${size}`, () => gruCell(u, v, c), near);
        const dense = Array.from({ length: 7 }, () => numbers([3, size])) as Sevenfold;
        compare(`lstm gradient ${size}`, () => lstmCellGrad(...dense, c), loose);
        const [g, r, z, n] = dense;
        compare(`gru gradient ${size}`, () => gruCellGrad(g, r, z, n, v, c), loose);
      }
    }
  });

  it('have the gradients that their primitives give', () => {
    const [x, y, c] = [numbers([2, 20]), numbers([2, 20]), numbers([2, 5])];
    for (const make of [
      (): Tensor => {
        const { h, c: next } = lstmCell(x, y, c);
        return h.mul(numbersLike(h)).add(next).sum();
      },
      (): Tensor => lstmCell(x, y, c).c.sum(),
      (): Tensor => lstmCell(x, y, c).h.sum(),
      (): Tensor =>
        gruCell(x.slice(1, 0, 15), y.slice(1, 0, 15), c)
          .h.square()
          .sum(),
    ]) {
      const inputs = [x, y, c].map((input) => input.requireGrad());
      const fused = grad(make(), inputs);
      const primitives = grad(make(), inputs, { createGraph: true });
      fused.forEach((g, k) => {
        const expected = primitives[k]!.toTypedArray();
        g!.toTypedArray().forEach((value, i) => assert.ok(near(value, expected[i]), `${k} ${i}`));
      });
    }
  });
});

type Sevenfold = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

/** The same numbers for every call. */
const numbersLike = (x: Tensor): Tensor =>
  window(
    Float32Array.from({ length: x.count }, (_, i) => Math.sin(i)),
    x.shape,
  );
