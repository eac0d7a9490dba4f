// Activation functions of two or three pieces: straight here, straight or bent there. Knows no kernel's inside.
import { mapOne } from '../kernels/reference/elementwise';
import { ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { where } from './binary';
import { withKeywords, type Keywords } from './keywords';
import { floatingOnly, op, type Op } from './op';
import { same } from './rules';

export interface LeakyReluOptions {
  /** Slope left of 0. Default 0.01. */
  negativeSlope?: number;
}

/** x where it is positive, negativeSlope · x elsewhere (torch.nn.functional.leaky_relu). */
export const leakyRelu: Op<Keywords<[x: Tensor], LeakyReluOptions, [negativeSlope: number]>> =
  withKeywords(
    'leakyRelu',
    { required: 1, names: ['negativeSlope'] },
    op({
      name: 'leakyRelu',
      torch: 'torch.nn.functional.leaky_relu',
      dtypes: floatingOnly,
      prepare: (x: Tensor, slope = 0.01) => ({ inputs: [x], attributes: { slope } }),
      shape: same,
      forward: (call) => {
        const { slope } = call.attributes;
        return mapOne((x) => (x > 0 ? x : x * slope))(call);
      },
      vjp: (g, { inputs: [x], attributes: { slope } }) => [where(x.gt(0), g, g.mul(slope))],
    }),
  );

/** x where it is positive, weight · x elsewhere; one weight, or one per channel (torch.nn.functional.prelu). */
export const prelu = (x: Tensor, weight: Tensor): Tensor => {
  const channels = x.rank < 2 ? 1 : x.shape[1];
  if (weight.rank > 1 || (weight.count !== 1 && weight.count !== channels)) {
    throw new ShapeError(
      `prelu: the weight must have 1 or ${channels} elements, but it is ${formatShape(weight.shape)}`,
    );
  }
  const perChannel = weight.count === 1 ? [] : [channels, ...x.shape.slice(2).map(() => 1)];
  return where(x.gt(0), x, x.mul(weight.reshape(perChannel)));
};

export interface EluOptions {
  /** What it approaches left of 0 is −alpha. Default 1. */
  alpha?: number;
}

interface Exponential {
  readonly alpha: number;
  readonly scale: number;
}

/** scale · x right of 0, scale · alpha · (e^x − 1) left of it. */
const exponentialUnit = (name: string): Op<[x: Tensor, attributes: Exponential]> =>
  op({
    name,
    torch: `torch.nn.functional.${name}`,
    dtypes: floatingOnly,
    prepare: (x: Tensor, attributes: Exponential) => ({ inputs: [x], attributes }),
    shape: same,
    forward: (call) => {
      const { alpha, scale } = call.attributes;
      return mapOne((x) => scale * (x > 0 ? x : alpha * Math.expm1(x)))(call);
    },
    vjp: (g, { inputs: [x], attributes: { alpha, scale } }) => {
      // The side that is not taken must not overflow: 0 · ∞ is NaN.
      const left = x
        .clamp({ max: 0 })
        .exp()
        .mul(alpha * scale);
      return [where(x.gt(0), g.mul(scale), g.mul(left))];
    },
  });

const eluOp = exponentialUnit('elu');
const seluOp = exponentialUnit('selu');

/** x right of 0, alpha · (e^x − 1) left of it (torch.nn.functional.elu). */
export const elu: Op<Keywords<[x: Tensor], EluOptions, [alpha: number]>> = withKeywords(
  'elu',
  { required: 1, names: ['alpha'] },
  Object.assign((x: Tensor, alpha = 1) => eluOp(x, { alpha, scale: 1 }), {
    definition: eluOp.definition,
  }),
);

/** elu scaled so that activations keep mean 0 and variance 1 (torch.nn.functional.selu). */
export const selu: Op<[x: Tensor]> = Object.assign(
  (x: Tensor) => seluOp(x, { alpha: 1.6732632423543772, scale: 1.0507009873554805 }),
  { definition: seluOp.definition },
);

export interface HardtanhOptions {
  /** Default −1. */
  minVal?: number;
  /** Default 1. */
  maxVal?: number;
}

/** x cut to minVal…maxVal; no gradient flows from the limits on (torch.nn.functional.hardtanh). */
export const hardtanh: Op<
  Keywords<[x: Tensor], HardtanhOptions, [minVal: number, maxVal: number]>
> = withKeywords(
  'hardtanh',
  { required: 1, names: ['minVal', 'maxVal'] },
  op({
    name: 'hardtanh',
    torch: 'torch.nn.functional.hardtanh',
    dtypes: floatingOnly,
    prepare: (x: Tensor, min = -1, max = 1) => ({ inputs: [x], attributes: { min, max } }),
    shape: same,
    forward: (call) => {
      const { min, max } = call.attributes;
      return mapOne((x) => (x < min ? min : x > max ? max : x))(call);
    },
    vjp: (g, { inputs: [x], attributes: { min, max } }) => [
      where(x.gt(min).logicalAnd(x.lt(max)), g, 0),
    ],
  }),
);

/** x cut to 0…6 (torch.nn.functional.relu6). */
export const relu6 = (x: Tensor): Tensor => hardtanh(x, { minVal: 0, maxVal: 6 });

/** (x + 3) / 6 cut to 0…1 (torch.nn.functional.hardsigmoid). */
export const hardsigmoid = (x: Tensor): Tensor =>
  hardtanh(x, { minVal: -3, maxVal: 3 }).add(3).div(6);

/** x · hardsigmoid(x) (torch.nn.functional.hardswish). */
export const hardswish: Op<[x: Tensor]> = op({
  name: 'hardswish',
  torch: 'torch.nn.functional.hardswish',
  dtypes: floatingOnly,
  shape: same,
  forward: mapOne((x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6),
  expand: ([x]) => [x.mul(hardsigmoid(x))],
  // At both ends of the bend its slope is that of the bend, as in PyTorch.
  vjp: (g, { inputs: [x] }) => [where(x.lt(-3), 0, where(x.le(3), g.mul(x.div(3).add(0.5)), g))],
});
