// Samples of convolution's relatives, averages, adaptive pooling and interpolation.
import type * as convVariants from '../../../../engine/ops/conv-variants';
import type * as interpolation from '../../../../engine/ops/interpolate';
import type * as resample from '../../../../engine/ops/resample';
import type { SamplesOf } from '../sample';

export const convVariantSamples = {
  conv1d: [
    (make) => [make.normal(2, 3, 6), make.normal(2, 3, 3)],
    (make) => [
      make.normal(2, 6),
      make.normal(4, 1, 2),
      { bias: make.normal(4), stride: 2, padding: 1, groups: 2 },
    ],
    (make) => [make.normal(1, 2, 5), make.normal(1, 2, 2), { padding: 'same', dilation: 2 }],
  ],
  convTranspose1d: [
    (make) => [make.normal(2, 3, 4), make.normal(3, 2, 2)],
    (make) => [
      make.normal(2, 4),
      make.normal(2, 1, 3),
      { bias: make.normal(2), stride: 2, padding: 1, outputPadding: 1, groups: 2 },
    ],
  ],
  convTranspose2d: [
    (make) => [make.normal(2, 3, 2, 3), make.normal(3, 2, 2, 2)],
    (make) => [
      make.normal(1, 4, 2, 2),
      make.normal(4, 1, 3, 2),
      { bias: make.normal(2), stride: [2, 1], padding: [1, 0], outputPadding: [1, 0], groups: 2 },
    ],
    (make) => [make.normal(2, 3, 3), make.normal(2, 1, 2, 2), { dilation: 2, padding: 1 }],
    (make) => [make.normal(0, 2, 3, 3), make.normal(2, 1, 2, 2)],
  ],
} satisfies SamplesOf<typeof convVariants>;

export const resampleSamples = {
  avgPool2d: [
    (make) => [make.normal(1, 2, 4, 4), 2],
    (make) => [make.normal(2, 5, 5), [3, 2], { stride: 2, padding: 1, ceilMode: true }],
    (make) => [make.normal(1, 1, 4, 5), 3, { stride: 2, padding: 1, countIncludePad: false }],
    (make) => [make.normal(1, 1, 4, 4).transpose(2, 3), 2, { divisorOverride: 3 }],
    (make) => [make.normal(0, 2, 4, 4), 2],
  ],
  adaptiveAvgPool2d: [
    (make) => [make.normal(1, 2, 5, 4), 3],
    (make) => [make.normal(2, 4, 5), [2, null]],
    (make) => [make.normal(0, 2, 4, 4), 1],
  ],
  adaptiveMaxPool2d: [
    (make) => [make.distinct(1, 2, 5, 4), 3],
    (make) => [make.distinct(2, 4, 5), [2, null]],
  ],
  interpolate: [
    (make) => [make.normal(1, 2, 2, 3), { scaleFactor: 2 }],
    (make) => [make.normal(1, 1, 4, 5), { size: [3, 7] }],
    (make) => [make.normal(1, 1, 3, 3), { scaleFactor: 1.5, mode: 'bilinear' }],
    (make) => [make.normal(1, 1, 3, 2), { size: [5, 4], mode: 'bilinear', alignCorners: true }],
    (make) => [make.normal(0, 1, 3, 3), { size: 2, mode: 'bilinear' }],
  ],
} satisfies SamplesOf<typeof resample & typeof interpolation>;
