// Lengths of vectors. Knows no kernel's inside.
import { fold } from '../kernels/reference/reduce';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { where } from './binary';
import { reducedShape, reduction, spread, type Dims, type ReduceOptions } from './folding';
import { withKeywords, type Keywords } from './keywords';
import { floatingOnly, op, type Op } from './op';

/** The exponent of a norm: 'fro' is 2. */
export type Power = number | 'fro';

export interface NormOptions extends ReduceOptions {
  /** The exponent; ±Infinity takes the largest or smallest |x|, 0 counts what is not 0. Default 2. */
  p?: Power;
  /** Default: over all elements. */
  dim?: Dims | null;
}

type NormArguments = Keywords<
  [x: Tensor],
  NormOptions,
  [p: Power, dim: Dims | null, keepdim: boolean]
>;

const rules = { required: 1, names: ['p', 'dim'], options: true, then: ['keepdim'] };

/** (Σ |x|ᵖ)^(1/p), the length of a vector; its gradient is 0 where it is 0 (torch.norm). */
export const norm: Op<NormArguments> = withKeywords(
  'norm',
  rules,
  op({
    name: 'norm',
    dtypes: floatingOnly,
    prepare: (x: Tensor, power: Power = 2, dim?: Dims | null, options: ReduceOptions = {}) => {
      const p = power === 'fro' ? 2 : power;
      if (typeof p !== 'number' || Number.isNaN(p)) {
        throw new ArgumentError(`norm: p must be a number or 'fro', but it is ${String(p)}`);
      }
      const { inputs, attributes } = reduction('norm')(x, dim, options);
      return { inputs, attributes: { ...attributes, p } };
    },
    shape: ([x], attributes) => ({ shape: reducedShape(x.shape, attributes), dtype: x.dtype }),
    forward: (call) => {
      const { p } = call.attributes;
      if (p === Infinity) fold(0, (most, x) => Math.max(most, Math.abs(x)))(call);
      else if (p === -Infinity) fold(Infinity, (least, x) => Math.min(least, Math.abs(x)))(call);
      else if (p === 0) fold(0, (count, x) => count + Number(x !== 0))(call);
      else if (p === 1) fold(0, (sum, x) => sum + Math.abs(x))(call);
      else if (p === 2) fold(0, (sum, x) => sum + x * x, Math.sqrt)(call);
      else
        fold(
          0,
          (sum, x) => sum + Math.abs(x) ** p,
          (sum) => sum ** (1 / p),
        )(call);
    },
    vjp: (g, { inputs: [x], outputs: [y], attributes }) => {
      const { p } = attributes;
      if (p === 0) return [x.zerosLike()];
      const [gradient, whole] = [spread(g, x, attributes), spread(y, x, attributes)];
      if (p === 1) return [gradient.mul(x.sign())];
      if (Math.abs(p) === Infinity) {
        const winners = x.abs().eq(whole).to(g.dtype);
        const share = winners.div(winners.sum(attributes.dims, { keepdim: true }));
        return [gradient.mul(share).mul(x.sign())];
      }
      const safe = where(whole.eq(0), 1, whole);
      if (p === 2) return [where(whole.eq(0), 0, gradient.mul(x).div(safe))];
      const size = where(x.eq(0), 1, x.abs())
        .div(safe)
        .pow(p - 1);
      return [where(x.eq(0), 0, gradient.mul(x.sign()).mul(size))];
    },
  }),
);
