// Ops on two tensors, element by element with broadcasting: arithmetic, powers, the larger, a choice. Knows no kernel's inside.
import { arithmeticKernel, whereSimd } from '../kernels/elementwise';
import { mapThree, mapTwo } from '../kernels/reference/elementwise';
import { isFloating, promote } from '../tensor/dtype';
import { ArgumentError, checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { notBool, op, type Op, type TensorLike } from './op';
import { arithmetic, broadcast, floating, partials, toOperand } from './rules';

const addOp: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'add',
  shape: arithmetic('add'),
  // The sum of two bools is their or.
  forward: (call) => mapTwo(call.outputs[0].dtype === 'bool' ? Math.max : (a, b) => a + b)(call),
  simd: arithmeticKernel('add'),
  vjp: partials(
    (g) => g,
    (g) => g,
  ),
});

const subOp: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'sub',
  dtypes: notBool,
  shape: arithmetic('sub'),
  forward: mapTwo((a, b) => a - b),
  simd: arithmeticKernel('sub'),
  vjp: partials(
    (g) => g,
    (g) => g.neg(),
  ),
});

export interface AlphaOptions {
  /** What `other` is multiplied by first. Default 1. */
  alpha?: number;
}

type Sum = Op<[x: Tensor, other: TensorLike, options?: AlphaOptions]>;

const withAlpha = (call: typeof addOp): Sum =>
  Object.assign(
    (x: Tensor, other: TensorLike, options?: AlphaOptions): Tensor => {
      if (options === undefined) return call(x, other);
      checkOptions(call.definition.name, options, ['alpha']);
      const { alpha = 1 } = options;
      return call(x, typeof other === 'object' ? other.mul(alpha) : Number(other) * alpha);
    },
    { definition: call.definition },
  );

/** a + b, elementwise with broadcasting (torch.add). */
export const add: Sum = withAlpha(addOp);

/** a − b, elementwise with broadcasting (torch.sub). */
export const sub: Sum = withAlpha(subOp);

/** a · b, elementwise with broadcasting (torch.mul). */
export const mul: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'mul',
  shape: arithmetic('mul'),
  // Whole numbers wrap around at 32 bits, where a product of doubles would lose its low ones.
  forward: (call) => mapTwo(call.outputs[0].dtype === 'int32' ? Math.imul : (a, b) => a * b)(call),
  simd: arithmeticKernel('mul'),
  vjp: partials(
    (g, { inputs }) => g.mul(inputs[1]),
    (g, { inputs }) => g.mul(inputs[0]),
  ),
});

const divOp: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'div',
  shape: floating('div'),
  forward: mapTwo((a, b) => a / b),
  simd: arithmeticKernel('div'),
  vjp: partials(
    (g, { inputs }) => g.div(inputs[1]),
    (g, { inputs: [a, b] }) => g.mul(a).div(b.mul(b)).neg(),
  ),
});

export interface DivOptions {
  /** Round the quotient towards zero ('trunc') or down ('floor'); whole numbers stay whole then. */
  roundingMode?: 'trunc' | 'floor' | null;
}

const isWhole = (other: TensorLike): boolean =>
  typeof other === 'object' ? !isFloating(other.dtype) : Number.isInteger(Number(other));

/** a / b, elementwise with broadcasting; whole numbers divide to float32 (torch.div). */
export const div: Op<[x: Tensor, other: TensorLike, options?: DivOptions]> = Object.assign(
  (x: Tensor, other: TensorLike, options?: DivOptions): Tensor => {
    if (options === undefined) return divOp(x, other);
    checkOptions('div', options, ['roundingMode']);
    switch (options.roundingMode ?? null) {
      case null:
        return divOp(x, other);
      case 'floor':
        return x.floorDivide(other);
      case 'trunc':
        // Without its remainder the division is exact, for whole numbers, too.
        return x.dtype === 'int32' && isWhole(other)
          ? x.sub(x.fmod(other)).floorDivide(other)
          : divOp(x, other).trunc();
      default:
        throw new ArgumentError(
          `div: roundingMode must be 'trunc', 'floor' or null, but it is '${String(options.roundingMode)}'`,
        );
    }
  },
  { definition: divOp.definition },
);

/** a to the power b, elementwise with broadcasting (torch.pow). */
export const pow: Op<[x: Tensor, exponent: TensorLike]> = op({
  name: 'pow',
  prepare: (x: Tensor, exponent: TensorLike) => {
    if (typeof exponent === 'number' && exponent < 0 && x.dtype === 'int32') {
      throw new ArgumentError(
        `pow: a whole number to the power ${exponent} is a fraction; use to('float32') first`,
      );
    }
    return { inputs: [x, exponent], attributes: {} };
  },
  shape: arithmetic('pow'),
  // IEEE pow: JavaScript alone makes 1 to the power NaN and ±1 to the power ±infinity NaN.
  forward: mapTwo((a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b)),
  vjp: partials(
    // 0 · 0^(−1) would be NaN where the derivative of x⁰ is 0.
    (g, { inputs: [a, b] }) => where(b.eq(0), 0, g.mul(b).mul(a.pow(b.sub(1)))),
    (g, { inputs: [a, b], outputs: [y] }) =>
      // d 0^b/db is 0 for b ≥ 0, where y · log 0 would be NaN.
      where(a.eq(0).logicalAnd(b.ge(0)), 0, g.mul(y).mul(a.log())),
  ),
});

/** The larger of a and b; NaN if either is (torch.maximum). At ties each gets half of the gradient. */
export const maximum: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'maximum',
  shape: arithmetic('maximum'),
  forward: mapTwo(Math.max),
  simd: arithmeticKernel('maximum'),
  vjp: partials(
    (g, { inputs: [a, b] }) => g.mul(a.gt(b).to(g.dtype).add(a.eq(b).to(g.dtype).mul(0.5))),
    (g, { inputs: [a, b] }) => g.mul(b.gt(a).to(g.dtype).add(a.eq(b).to(g.dtype).mul(0.5))),
  ),
});

/** The smaller of a and b; NaN if either is (torch.minimum). At ties each gets half of the gradient. */
export const minimum: Op<[x: Tensor, other: TensorLike]> = op({
  name: 'minimum',
  shape: arithmetic('minimum'),
  forward: mapTwo(Math.min),
  simd: arithmeticKernel('minimum'),
  vjp: partials(
    (g, { inputs: [a, b] }) => g.mul(a.lt(b).to(g.dtype).add(a.eq(b).to(g.dtype).mul(0.5))),
    (g, { inputs: [a, b] }) => g.mul(b.lt(a).to(g.dtype).add(a.eq(b).to(g.dtype).mul(0.5))),
  ),
});

/** x where the condition holds, else other; all three broadcast (torch.where). */
export const where: Op<[condition: Tensor, x: TensorLike, other: TensorLike]> = op({
  name: 'where',
  shape: ([condition, x, other]) => {
    if (condition.dtype !== 'bool') {
      throw new ArgumentError(
        `where: the condition must be bool, but it is ${condition.dtype}; use to('bool')`,
      );
    }
    return {
      shape: broadcast('where', condition.shape, broadcast('where', x.shape, other.shape)),
      dtype: promote(x, other),
    };
  },
  forward: mapThree((condition, x, other) => (condition !== 0 ? x : other)),
  simd: whereSimd,
  vjp: (g, { inputs: [condition], types: [, x, other], needs }) => [
    null,
    needs(1) ? toOperand(where(condition, g, 0), x) : null,
    needs(2) ? toOperand(where(condition, 0, g), other) : null,
  ],
});
