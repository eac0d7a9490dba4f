// SIMD kernels on each element against their references.
import '../../../engine/ops/table';
import { where } from '../../../engine/ops/binary';
import { namedKey, uniform } from '../../../engine/tensor/random';
import type { Tensor } from '../../../engine/tensor/tensor';
import { compare, exactly, numbers, sizes, special, window, within } from './compare';

const arithmetic = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum'] as const;
const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;

/** All pairs of special values, as two tensors. */
function pairs(): [Tensor, Tensor] {
  const left = special.flatMap((a) => special.map(() => a));
  const right = special.flatMap(() => special);
  const shape = [left.length];
  return [window(Float32Array.from(left), shape), window(Float32Array.from(right), shape)];
}

describe('elementwise kernels', () => {
  for (const name of [...arithmetic, ...comparisons]) {
    it(`${name} has the reference's bits, for every size, offset and special value`, () => {
      for (const size of sizes) {
        for (const offset of [0, 1, 3]) {
          const [a, b] = [numbers([size], offset), numbers([size])];
          compare(`${name} ${size}+${offset}`, () => a[name](b), exactly);
        }
      }
      const [a, b] = pairs();
      compare(`${name} special`, () => a[name](b), exactly);
    });

    it(`${name} broadcasts rows, columns and numbers`, () => {
      const x = numbers([3, 4, 5]);
      for (const shape of [[], [1], [5], [4, 1], [4, 5], [3, 1, 1], [3, 1, 5], [3, 4, 1]]) {
        compare(`${name} ${shape.join('x')}`, () => x[name](numbers(shape)), exactly);
        compare(`${shape.join('x')} ${name}`, () => numbers(shape)[name](x), exactly);
      }
      compare(`${name} transposed`, () => numbers([5, 4, 3]).permute([2, 1, 0])[name](x), exactly);
      const [a, b] = [numbers([5, 7]).t(), numbers([5, 7]).t()];
      compare(`${name} columns`, () => a[name](b), exactly);
      compare(`${name} number`, () => x[name](0.5), exactly);
      compare(`${name} whole number`, () => x[name](3), exactly);
      compare(`${name} window`, () => x.slice(2, 1, 4)[name](numbers([3, 4, 3])), exactly);
    });
  }

  it('multiply by a mask', () => {
    for (const size of sizes) {
      const [g, y] = [numbers([size]), numbers([size])];
      compare(`mask ${size}`, () => g.mul(y.gt(0)), exactly);
    }
  });

  for (const name of ['neg', 'abs', 'sqrt', 'relu'] as const) {
    it(`${name} has the reference's bits`, () => {
      for (const size of sizes) compare(name, () => numbers([size], 1)[name](), exactly);
      const values = window(Float32Array.from(special), [special.length]);
      compare(name, () => values[name](), exactly);
      compare(`${name} of a window`, () => numbers([5, 9]).slice(1, 2, 8)[name](), exactly);
    });
  }

  const bounds = { exp: 1, log: 1, tanh: 2, sigmoid: 2 } as const;
  for (const [name, bound] of Object.entries(bounds) as [keyof typeof bounds, number][]) {
    it(`${name} stays within ${bound} ulp of the exact value`, () => {
      for (const size of sizes) compare(name, () => numbers([size], 1)[name](), within(bound));
      const values = window(Float32Array.from(special), [special.length]);
      compare(`${name} special`, () => values[name](), within(bound));
      for (const range of [0.01, 1, 12, 105, 1e30]) {
        const many = new Float32Array(20_000);
        uniform(namedKey(11, range), many.length, (i, u) => (many[i] = range * (2 * u - 1)));
        const x = window(many, [many.length]);
        compare(`${name} to ${range}`, () => x[name](), within(bound));
      }
    });
  }

  it('choose by a mask, also one that repeats', () => {
    for (const size of sizes) {
      const [a, b] = [numbers([2, 3, size], 1), numbers([2, 3, size], 3)];
      const mask = numbers([2, 3, size]).gt(0);
      const line = numbers([3, size]).gt(0);
      compare(`both ${size}`, () => where(mask, a, b), exactly);
      compare(`repeated ${size}`, () => where(line, a, b), exactly);
      compare(`a number on the left ${size}`, () => where(line, -Infinity, b), exactly);
      compare(`a number on the right ${size}`, () => where(mask, a, NaN), exactly);
    }
  });

  it('reshape what cannot be a view', () => {
    const x = numbers([2, 3, 4, 5]).transpose(1, 2);
    compare('heads joined', () => x.reshape([2, 4, 15]), exactly);
  });

  it('copy any layout', () => {
    for (const [rows, columns] of [
      [2, 2],
      [3, 5],
      [4, 8],
      [17, 9],
    ] as const) {
      compare('transposed', () => numbers([rows, columns]).t().contiguous(), exactly);
    }
    compare('permuted', () => numbers([2, 3, 4, 5]).permute([3, 0, 2, 1]).contiguous(), exactly);
    compare('expanded', () => numbers([3, 1]).expand([2, 3, 5]).contiguous(), exactly);
  });
});
