// Samples of attention.
import type { scaledDotProductAttention } from '../../../../engine/ops/attention';
import type { SamplesOf } from '../sample';

export const attentionSamples = {
  scaledDotProductAttention: [
    (make) => [make.normal(2, 3), make.normal(4, 3), make.normal(4, 2)],
    (make) => [
      make.normal(2, 2, 3),
      make.normal(2, 2, 3),
      make.normal(2, 2, 1),
      { isCausal: true },
    ],
    (make) => [
      make.normal(1, 2, 2),
      make.normal(1, 3, 2),
      make.normal(1, 3, 2),
      { attnMask: make.normal(2, 3), scale: 0.5 },
    ],
  ],
} satisfies SamplesOf<{ scaledDotProductAttention: typeof scaledDotProductAttention }>;
