// Ops that draw random numbers from counters. Knows no kernel's inside.
import { multinomialKernel, type MultinomialAttributes } from '../kernels/reference/random';
import { dropoutMaskSimd } from '../kernels/update';
import { ArgumentError } from '../tensor/errors';
import { nextKey, uniform, type RandomKey } from '../tensor/random';
import { elements, type Tensor } from '../tensor/tensor';
import { withKeywords, type Call, type Keywords } from './keywords';
import { checkRank, floatingOnly, op, type Op } from './op';

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

export interface DropoutOptions {
  /** Default true. */
  training?: boolean;
}

/**
 * Zeroes each element with probability p and scales the others by 1 / (1 − p), so that the mean
 * stays; does nothing when not training (torch.nn.functional.dropout).
 */
export const dropout: Call<
  Keywords<[x: Tensor], DropoutOptions & { p?: number }, [p: number, training: boolean]>
> = withKeywords(
  'dropout',
  { required: 1, names: ['p', 'training'] },
  (x: Tensor, p = 0.5, training = true): Tensor => {
    if (!(p >= 0 && p <= 1))
      throw new ArgumentError(`dropout: p must lie between 0 and 1, but it is ${p}`);
    if (!training || p === 0) return x;
    // The mask depends on the draw, not on x: no gradient flows through it.
    return x.mul(dropoutMask(x.detach(), { p, key: nextKey() }));
  },
);

const bernoulliOp: Op<[x: Tensor, key: RandomKey]> = op({
  name: 'bernoulli',
  dtypes: floatingOnly,
  prepare: (x: Tensor, key: RandomKey) => ({ inputs: [x.contiguous()], attributes: { key } }),
  shape: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ({ inputs: [x], outputs: [y], attributes: { key } }) => {
    const [from, to] = [elements(x), elements(y)];
    uniform(key, y.count, (i, u) => (to[y.start + i] = Number(u < from[x.start + i])));
  },
});

/** 1 with the probability that x says, else 0, elementwise (torch.bernoulli). */
export const bernoulli = (x: Tensor): Tensor => bernoulliOp(x.detach(), nextKey());

export interface MultinomialOptions {
  /** Whether a place may be drawn again. Default false. */
  replacement?: boolean;
}

const multinomialOp: Op<[x: Tensor, attributes: MultinomialAttributes]> = op({
  name: 'multinomial',
  dtypes: floatingOnly,
  prepare: (x: Tensor, attributes: MultinomialAttributes) => ({ inputs: [x], attributes }),
  shape: ([x], { samples }) => ({ shape: [...x.shape.slice(0, -1), samples], dtype: 'int32' }),
  forward: multinomialKernel,
});

/**
 * Places along the last dimension, drawn as often as its weights say: [C] → [numSamples], [N, C] →
 * [N, numSamples], int32 (torch.multinomial).
 */
export const multinomial: Op<
  Keywords<[x: Tensor, numSamples: number], MultinomialOptions, [replacement: boolean]>
> = withKeywords(
  'multinomial',
  { required: 2, names: ['replacement'] },
  Object.assign(
    (x: Tensor, numSamples: number, replacement = false) => {
      checkRank('multinomial', 'the weights', x, 1, 2);
      const size = x.size(-1);
      if (!(Number.isInteger(numSamples) && numSamples > 0)) {
        throw new ArgumentError(
          `multinomial: numSamples must be a whole number ≥ 1, but it is ${numSamples}`,
        );
      }
      if (size === 0 || (!replacement && numSamples > size)) {
        throw new ArgumentError(
          `multinomial: cannot draw ${numSamples} of ${size} without replacement`,
        );
      }
      return multinomialOp(x.detach(), { samples: numSamples, replacement, key: nextKey() });
    },
    { definition: multinomialOp.definition },
  ),
);
