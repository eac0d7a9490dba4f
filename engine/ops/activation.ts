// Smooth activation functions. Knows no kernel's inside.
import { unaryKernel } from '../kernels/elementwise';
import { mapOne } from '../kernels/reference/elementwise';
import { erf } from '../kernels/reference/special';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { where } from './binary';
import { withKeywords, type Call, type Keywords } from './keywords';
import { floatingOnly, op, type Op } from './op';
import { same } from './rules';
import { geluGrad } from './slopes';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** log(1 + e^x), without overflow. */
const softened = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export interface GeluOptions {
  /** 'tanh' is the approximation of GPT-2. Default 'none': exact, by the error function. */
  approximate?: 'none' | 'tanh';
}

const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

const geluSimd = unaryKernel('gelu');

/** x · Φ(x), the Gaussian error linear unit (torch.nn.functional.gelu). */
export const gelu: Op<[x: Tensor, options?: GeluOptions]> = op({
  name: 'gelu',
  torch: 'torch.nn.functional.gelu',
  dtypes: floatingOnly,
  prepare: (x: Tensor, options: GeluOptions = {}) => {
    checkOptions('gelu', options, ['approximate']);
    const { approximate = 'none' } = options;
    if (approximate !== 'none' && approximate !== 'tanh') {
      throw new ArgumentError(
        `gelu: approximate must be 'none' or 'tanh', but it is '${String(approximate)}'`,
      );
    }
    return { inputs: [x], attributes: { tanh: approximate === 'tanh' } };
  },
  shape: same,
  forward: (call) =>
    mapOne(
      call.attributes.tanh
        ? (x) => 0.5 * x * (1 + Math.tanh(rootTwoOverPi * (x + cubic * x ** 3)))
        : (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
    )(call),
  simd: (call) => !call.attributes.tanh && geluSimd(call) === true,
  expand: ([x], { tanh }) => {
    const inner = tanh
      ? x.add(x.pow(3).mul(cubic)).mul(rootTwoOverPi).tanh()
      : x.mul(Math.SQRT1_2).erf();
    return [x.mul(0.5).mul(inner.add(1))];
  },
  vjp: (g, { inputs: [x], attributes: { tanh } }) => {
    if (!tanh) return [geluGrad(g, x)];
    const square = x.mul(x);
    const inner = x.mul(square.mul(cubic).add(1)).mul(rootTwoOverPi).tanh();
    const slope = square
      .mul(3 * cubic)
      .add(1)
      .mul(rootTwoOverPi);
    const sides = inner.mul(inner).neg().add(1).mul(slope).mul(x);
    return [g.mul(inner.add(1).add(sides).mul(0.5))];
  },
});

/** x · sigmoid(x), also called swish (torch.nn.functional.silu). */
export const silu: Op<[x: Tensor]> = op({
  name: 'silu',
  torch: 'torch.nn.functional.silu',
  dtypes: floatingOnly,
  shape: same,
  forward: mapOne((x) => x * sigmoid(x)),
  expand: ([x]) => [x.mul(x.sigmoid())],
  vjp: (g, { inputs: [x] }) => {
    const s = x.sigmoid();
    return [g.mul(s.mul(x.mul(s.neg().add(1)).add(1)))];
  },
});

/** x · tanh(softplus(x)) (torch.nn.functional.mish). */
export const mish = (x: Tensor): Tensor => x.mul(softplus(x).tanh());

export interface SoftplusOptions {
  /** How sharp the bend is. Default 1. */
  beta?: number;
  /** Above this beta · x, x itself is given. Default 20. */
  threshold?: number;
}

/** log(1 + e^(βx)) / β, a smooth relu (torch.nn.functional.softplus). */
export const softplus: Op<
  Keywords<[x: Tensor], SoftplusOptions, [beta: number, threshold: number]>
> = withKeywords(
  'softplus',
  { required: 1, names: ['beta', 'threshold'] },
  op({
    name: 'softplus',
    torch: 'torch.nn.functional.softplus',
    dtypes: floatingOnly,
    prepare: (x: Tensor, beta = 1, threshold = 20) => ({
      inputs: [x],
      attributes: { beta, threshold },
    }),
    shape: same,
    forward: (call) => {
      const { beta, threshold } = call.attributes;
      return mapOne((x) => (beta * x > threshold ? x : softened(beta * x) / beta))(call);
    },
    expand: ([x], { beta, threshold }) => {
      const scaled = x.mul(beta);
      const bend = scaled.abs().neg().exp().log1p();
      return [where(scaled.gt(threshold), x, scaled.clamp({ min: 0 }).add(bend).div(beta))];
    },
    vjp: (g, { inputs: [x], attributes: { beta, threshold } }) => {
      const scaled = x.mul(beta);
      return [where(scaled.gt(threshold), g, g.mul(scaled.sigmoid()))];
    },
  }),
);

/** log(sigmoid(x)), without its loss of digits (torch.nn.functional.logsigmoid). */
export const logsigmoid: Op<[x: Tensor]> = op({
  name: 'logsigmoid',
  torch: 'torch.nn.functional.logsigmoid',
  dtypes: floatingOnly,
  shape: same,
  forward: mapOne((x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))),
  expand: ([x]) => [x.clamp({ max: 0 }).sub(x.abs().neg().exp().log1p())],
  vjp: (g, { inputs: [x] }) => [g.mul(x.neg().sigmoid())],
});

/** x / (1 + |x|) (torch.nn.functional.softsign). */
export const softsign = (x: Tensor): Tensor => x.div(x.abs().add(1));

/** The first half along a dimension, gated by the sigmoid of the second (torch.nn.functional.glu). */
export const glu: Call<Keywords<[x: Tensor], { dim?: number }, [dim: number]>> = withKeywords(
  'glu',
  { required: 1, names: ['dim'] },
  (x: Tensor, dim = -1): Tensor => {
    if (x.size(dim) % 2 !== 0) {
      throw new ShapeError(
        `glu: dim ${dim} of ${formatShape(x.shape)} must have an even size, but it is ${x.size(dim)}`,
      );
    }
    const half = x.size(dim) / 2;
    return x.narrow(dim, 0, half).mul(x.narrow(dim, half, half).sigmoid());
  },
);
