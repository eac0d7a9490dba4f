// Convolution and pooling in SIMD against their references.
import assert from 'node:assert/strict';
import '../../../engine/ops/table';
import { conv2d, conv2dInputGrad, conv2dWeightGrad } from '../../../engine/ops/conv';
import type { ConvOptions } from '../../../engine/ops/conv';
import { tensor, zeros } from '../../../engine/ops/create';
import { maxPool2d } from '../../../engine/ops/pool';
import { kernel } from '../../../engine/kernels/library';
import type { Tensor } from '../../../engine/tensor/tensor';
import { tape } from '../../../engine/tape/tape';
import { closely, compare, exactly, numbers, window } from './compare';

interface Case {
  x: readonly [number, number, number, number];
  w: readonly [number, number, number, number];
  options?: ConvOptions;
}

const cases: Record<string, Case> = {
  'one pixel': { x: [1, 1, 1, 1], w: [1, 1, 1, 1] },
  plain: { x: [2, 1, 8, 9], w: [6, 1, 5, 5] },
  'many channels': { x: [2, 6, 7, 6], w: [17, 6, 3, 3] },
  padded: { x: [2, 3, 5, 6], w: [4, 3, 3, 3], options: { padding: 1 } },
  strided: { x: [2, 3, 9, 8], w: [9, 3, 3, 3], options: { stride: 2, padding: 1 } },
  'uneven stride': { x: [1, 2, 9, 11], w: [3, 2, 2, 3], options: { stride: [3, 2] } },
  dilated: { x: [2, 2, 9, 9], w: [5, 2, 3, 2], options: { dilation: [2, 3], padding: [1, 2] } },
  grouped: { x: [2, 4, 6, 6], w: [6, 2, 3, 3], options: { groups: 2, padding: 1 } },
  depthwise: { x: [2, 5, 6, 5], w: [5, 1, 3, 3], options: { groups: 5 } },
  'wide lines': { x: [2, 3, 4, 21], w: [13, 3, 2, 3] },
  'wide, padded': { x: [2, 2, 14, 14], w: [9, 2, 5, 5], options: { padding: 2 } },
  'lines of four and a rest': { x: [1, 2, 3, 7], w: [3, 2, 2, 2] },
  'same size': { x: [1, 2, 5, 7], w: [3, 2, 4, 3], options: { padding: 'same' } },
};

/** Sums of at most 64 products below 4, rounded to float32 after each. */
const near = closely(2e-5);

/** The attributes of a convolution, as its row holds them. */
function geometry(x: Tensor, w: Tensor, options?: ConvOptions): never {
  tape.mode = 'record';
  try {
    conv2d(x, w, options);
    return tape.rows.findLast(({ definition }) => definition.name === 'conv2d')!
      .attributes as never;
  } finally {
    tape.mode = 'plain';
    tape.rows = [];
  }
}

describe('window kernels', () => {
  for (const [name, { x, w, options }] of Object.entries(cases)) {
    it(`convolve: ${name}`, () => {
      const [images, weights] = [numbers(x, 1), numbers(w, 3)];
      compare('plain', () => conv2d(images, weights, options), near);
      const bias = numbers([w[0]]);
      compare('bias', () => conv2d(images, weights, { ...options, bias }), near);
    });

    it(`convolve backwards: ${name}`, () => {
      const [images, weights] = [numbers(x), numbers(w)];
      const attributes = geometry(images, weights, options);
      const g = numbers(conv2d(images, weights, options).shape);
      compare('input', () => conv2dInputGrad(g, weights, x, attributes), near);
      compare('weight', () => conv2dWeightGrad(g, images, w, attributes), near);
    });
  }

  it('convolve a line of pixels at a time, where the editor does not: the sums of a plain loop, to the bit', () => {
    const [k, height, row] = [6, 2, 40];
    const [x, w, bias] = [numbers([height, row]), numbers([k, 17]), numbers([17])];
    const table = tensor(
      [0, 1, 2, row, row + 1, 3].map((offset) => 4 * offset),
      { dtype: 'int32' },
    );
    const y = zeros([17, height, row]);
    const [from, weights, start] = [x, w, bias].map((each) => each.toTypedArray());
    const at = (each: Tensor): number => 4 * each.start;
    for (const width of [4, 5, 7, 8, 9, 11, 12, 13, 16, 21, 33])
      for (const channels of [1, 2, 3, 6, 7, 10, 16, 17]) {
        const layout = [k, channels, height - 1, width, 4 * row, 4 * width];
        kernel('convLines')(at(x), at(table), at(w), 4 * 17, at(bias), at(y), ...layout);
        const made = y.toTypedArray();
        for (let o = 0; o < channels; o++)
          for (let p = 0; p < width; p++) {
            const sum = [0, 1, 2, row, row + 1, 3].reduce(
              (total, offset, t) =>
                Math.fround(total + Math.fround(from[p + offset] * weights[17 * t + o])),
              start[o],
            );
            assert.equal(made[o * width + p], sum, `channel ${o} of ${channels}, ${p} of ${width}`);
          }
      }
  });

  it('pool: windows, strides, padding, ties and NaN', () => {
    const x = numbers([2, 3, 9, 10], 1);
    compare('2', () => maxPool2d(x, 2), exactly);
    compare('3 by 2', () => maxPool2d(x, [3, 2], { stride: [1, 2], padding: 1 }), exactly);
    compare('dilated', () => maxPool2d(x, 2, { dilation: 3, ceilMode: true }), exactly);
    const wide = numbers([2, 2, 7, 23], 1);
    compare('four at a time, and a rest', () => maxPool2d(wide, 2), exactly);
    const ties = [1, 1, NaN, 2, -Infinity, -Infinity, 3, NaN, 5, 4, 0, -0, 7];
    const twice = Float32Array.from([...ties, ...ties, ...ties.toReversed(), ...ties]);
    compare('ties and NaN by halves', () => maxPool2d(window(twice, [1, 1, 4, 13]), 2), exactly);
    const odd = window(Float32Array.of(NaN, 1, 2, 2, -Infinity, -Infinity, 0, NaN), [1, 1, 2, 4]);
    compare('odd', () => maxPool2d(odd, 2, { stride: 1 }), exactly);
  });
});
