// Ops that draw random numbers from counters. Knows no kernel's inside.
import { dropoutMaskSimd } from '../kernels/update';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { nextKey, uniform, type RandomKey } from '../tensor/random';
import { elements, type Tensor } from '../tensor/tensor';
import { op, type Op } from './op';

interface DropoutAttributes {
  p: number;
  key: RandomKey;
}

/** 1 / (1 − p) with probability 1 − p, else 0: what dropout multiplies by. */
const dropoutMask: Op<[x: Tensor, attributes: DropoutAttributes]> = op({
  name: 'dropoutMask',
  torch: 'torch.nn.functional.dropout',
  prepare: (x: Tensor, attributes: DropoutAttributes) => ({ inputs: [x], attributes }),
  shape: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ({ outputs: [y], attributes: { p, key } }) => {
    const to = elements(y);
    const scale = p === 1 ? 0 : 1 / (1 - p);
    uniform(key, y.count, (i, u) => (to[y.start + i] = u < p ? 0 : scale));
  },
  simd: dropoutMaskSimd,
});

/**
 * Zeroes each element with probability p and scales the others by 1 / (1 − p), so that the mean
 * stays; does nothing when not training (torch.nn.functional.dropout).
 */
export const dropout = (x: Tensor, p = 0.5, options: { training?: boolean } = {}): Tensor => {
  checkOptions('dropout', options, ['training']);
  if (!(p >= 0 && p <= 1))
    throw new ArgumentError(`dropout: p must lie between 0 and 1, but it is ${p}`);
  if (options.training === false || p === 0) return x;
  // The mask depends on the draw, not on x: no gradient flows through it.
  return x.mul(dropoutMask(x.detach(), { p, key: nextKey() }));
};
