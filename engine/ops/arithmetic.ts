// More arithmetic on each element: division with remainder, rounding, limits. Knows no kernel's inside.
import { mapOne, mapTwo } from '../kernels/reference/elementwise';
import { floorDivide as divideDown, modulo, roundHalfEven } from '../kernels/reference/special';
import { promote } from '../tensor/dtype';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { Tensor, type TensorType } from '../tensor/tensor';
import { where } from './binary';
import { withPositions } from './keywords';
import { notBool, op, type Kernel, type Op, type TensorLike } from './op';
import { arithmetic, floating, partials, same, unary } from './rules';

/** A division of whole numbers by 0 has no answer; floating point has infinity and NaN. */
function divisionKernel(name: string, divide: (a: number, b: number) => number): Kernel {
  const floats = mapTwo(divide);
  const wholes = mapTwo((a, b) => {
    if (b === 0) throw new ArgumentError(`${name}: a whole number cannot be divided by zero`);
    return divide(a, b);
  });
  return (call) => (call.outputs[0].dtype === 'int32' ? wholes : floats)(call);
}

/** a / b rounded down, elementwise with broadcasting (torch.floor_divide). */
export const floorDivide: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'floorDivide',
  dtypes: notBool,
  shape: arithmetic('floorDivide'),
  forward: divisionKernel('floorDivide', divideDown),
  // A step function, as `div` with roundingMode 'floor' is in PyTorch.
  vjp: partials(
    (g) => g.zerosLike(),
    (g) => g.zerosLike(),
  ),
});

/** What is left of a / b rounded down; has the sign of b (torch.remainder). */
export const remainder: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'remainder',
  dtypes: notBool,
  shape: arithmetic('remainder'),
  forward: divisionKernel('remainder', modulo),
  vjp: partials(
    (g) => g,
    (g, { inputs: [a, b] }) => g.mul(a.div(b).floor()).neg(),
  ),
});

/** What is left of a / b rounded towards zero; has the sign of a (torch.fmod). */
export const fmod: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'fmod',
  dtypes: notBool,
  shape: arithmetic('fmod'),
  forward: divisionKernel('fmod', (a, b) => a % b),
  vjp: partials(
    (g) => g,
    (g, { inputs: [a, b] }) => g.mul(a.div(b).trunc()).neg(),
  ),
});

/** The angle of the point (other, x), −π to π (torch.atan2). */
export const atan2: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'atan2',
  shape: floating('atan2'),
  forward: mapTwo(Math.atan2),
  vjp: partials(
    (g, { inputs: [a, b] }) => g.mul(b.div(a.mul(a).add(b.mul(b)))),
    (g, { inputs: [a, b] }) => g.mul(a.div(a.mul(a).add(b.mul(b)))).neg(),
  ),
});

/** 1 / x (torch.reciprocal). */
export const reciprocal: Op<[x: Tensor]> = op({
  name: 'reciprocal',
  shape: unary,
  forward: mapOne((x) => 1 / x),
  vjp: (g, { outputs: [y] }) => [g.mul(y.mul(y)).neg()],
});

/** 1 / √x (torch.rsqrt). */
export const rsqrt: Op<[x: Tensor]> = op({
  name: 'rsqrt',
  shape: unary,
  forward: mapOne((x) => 1 / Math.sqrt(x)),
  vjp: (g, { outputs: [y] }) => [g.mul(y.mul(y).mul(y)).mul(-0.5)],
});

/** x² (torch.square). */
export const square: Op<[x: Tensor]> = op({
  name: 'square',
  dtypes: notBool,
  shape: same,
  forward: (call) =>
    mapOne(call.outputs[0].dtype === 'int32' ? (x) => Math.imul(x, x) : (x) => x * x)(call),
  vjp: (g, { inputs: [x] }) => [g.mul(x.mul(2))],
});

/** A step function: its gradient is zero wherever it has one. */
function step(name: string, f: (x: number) => number): Op<[x: Tensor]> {
  return op({
    name,
    dtypes: notBool,
    shape: same,
    forward: mapOne(f),
    vjp: (g) => [g.zerosLike()],
  });
}

/** The largest whole number ≤ x (torch.floor). */
export const floor: Op<[x: Tensor]> = step('floor', Math.floor);

/** The smallest whole number ≥ x (torch.ceil). */
export const ceil: Op<[x: Tensor]> = step('ceil', Math.ceil);

/** x without its fraction (torch.trunc). */
export const trunc: Op<[x: Tensor]> = step('trunc', Math.trunc);

export interface RoundOptions {
  /** Digits after the point that are kept; negative ones round before it. Default 0. */
  decimals?: number;
}

/** The nearest whole number, halves to the even one (torch.round). */
export const round: Op<[x: Tensor, options?: RoundOptions]> = op({
  name: 'round',
  dtypes: notBool,
  prepare: (x: Tensor, options: RoundOptions = {}) => {
    checkOptions('round', options, ['decimals']);
    return { inputs: [x], attributes: { scale: 10 ** (options.decimals ?? 0) } };
  },
  shape: same,
  forward: (call) => {
    const { scale } = call.attributes;
    return mapOne((x) => roundHalfEven(x * scale) / scale)(call);
  },
  vjp: (g) => [g.zerosLike()],
});

/** x − trunc(x) (torch.frac). */
export const frac = (x: Tensor): Tensor => x.sub(x.trunc());

const clampOp: Op<[x: Tensor, limits: { min?: number; max?: number }]> = op({
  name: 'clamp',
  dtypes: notBool,
  prepare: (x: Tensor, { min, max }: { min?: number; max?: number }) => {
    return { inputs: [x], attributes: { min: min ?? -Infinity, max: max ?? Infinity } };
  },
  shape: ([x]: readonly TensorType[], { min, max }) => {
    const fractions = [min, max].some((limit) => Number.isFinite(limit) && limit % 1 !== 0);
    const dtype = promote(x, { dtype: fractions ? 'float32' : 'bool', weak: true });
    return { shape: x.shape, dtype };
  },
  forward: (call) => {
    const { min, max } = call.attributes;
    return mapOne((x) => (x > max || min > max ? max : x < min ? min : x))(call);
  },
  vjp: (g, { inputs: [x], attributes: { min, max } }) => [
    where(x.ge(min).logicalAnd(x.le(max)), g, 0),
  ],
});

type Limit = Tensor | number;

export interface ClampOptions {
  /** The least value: a number, or a tensor that broadcasts. */
  min?: Limit | null;
  /** The largest value, likewise. */
  max?: Limit | null;
}

/** x, but at least min and at most max; no gradient flows where it was cut (torch.clamp). */
export const clamp: Op<
  [x: Tensor, options: ClampOptions] | [x: Tensor, min: Limit | null, max?: Limit | null]
> = withPositions(
  'clamp',
  1,
  ['min', 'max'],
  Object.assign(
    (x: Tensor, options: ClampOptions = {}): Tensor => {
      checkOptions('clamp', options, ['min', 'max']);
      const [min, max] = [options.min ?? undefined, options.max ?? undefined];
      if (min === undefined && max === undefined) {
        throw new ArgumentError('clamp: needs min, max or both');
      }
      for (const [name, limit] of Object.entries({ min, max })) {
        if (limit === undefined || typeof limit === 'number' || limit instanceof Tensor) continue;
        throw new ArgumentError(
          `clamp: ${name} must be a number or a tensor, but got ${typeof limit}`,
        );
      }
      if (typeof min !== 'object' && typeof max !== 'object') {
        return clampOp(x, { ...(min !== undefined && { min }), ...(max !== undefined && { max }) });
      }
      const raised = min === undefined ? x : where(x.lt(min), min, x);
      return max === undefined ? raised : where(raised.gt(max), max, raised);
    },
    { definition: clampOp.definition },
  ),
);

/** Another name of clamp (torch.clip). */
export const clip = clamp;
