// Functions of four float32 at once, from polynomials: exp, log, tanh, sigmoid, erf, gelu. Knows no memory.
// The coefficients are Cephes' (Moshier, "Methods and programs for mathematical functions", 1989).
import type { FunctionBody, Local } from './emitter';
import { f32x4, i32, i32x4, v128, type Value } from './instructions';

type V128 = Value<'v128'>;

/** Computes y = f(x) inside a function body; `x` may be used many times only through a local. */
export type VectorFunction = (body: FunctionBody, x: V128) => V128;

const { add, sub, mul, div } = f32x4;

/** c₀ + c₁·x + c₂·x² + …, from the highest coefficient down. */
function polynomial(body: FunctionBody, x: V128, coefficients: readonly number[]): V128 {
  return coefficients
    .slice(1)
    .reduce<V128>((sum, c) => add(mul(sum, x), body.splat(c)), body.splat(coefficients[0]));
}

/** 2ⁿ for −126 ≤ n ≤ 127, by writing the exponent's bits. */
function powerOfTwo(body: FunctionBody, n: V128): V128 {
  return i32x4.shl(i32x4.add(n, body.splatBits(127)), i32.const(23));
}

/** e^x, at most 1 ulp from the exact value; denormal results and overflow to infinity included. */
export const exp: VectorFunction = (body, value) => {
  const clamped = f32x4.pseudoMin(f32x4.pseudoMax(value, body.splat(-110)), body.splat(89));
  const x = body.local('v128', clamped);
  // Added to 1.5 · 2²³, a number is rounded to a whole one, which stands in the lowest bits.
  const shift = body.splat(1.5 * 2 ** 23);
  const shifted = body.local('v128', add(mul(x, body.splat(Math.LOG2E)), shift));
  const n = body.local('v128', sub(shifted, shift));
  // ln 2 in two parts: n times the first is exact.
  const high = sub(x, mul(n, body.splat(0.693359375)));
  const r = body.local('v128', sub(high, mul(n, body.splat(-2.1219444e-4))));
  const series = polynomial(
    body,
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5],
  );
  const y = add(add(mul(mul(series, r), r), r), body.splat(1));
  // In two halves, as 2ⁿ itself may be too large or too small for a float32.
  const whole = body.local('v128', i32x4.sub(shifted, shift));
  const half = body.local('v128', i32x4.shrSigned(whole, i32.const(1)));
  const rest = powerOfTwo(body, i32x4.sub(whole, half));
  return body.local('v128', mul(mul(y, powerOfTwo(body, half)), rest));
};

/** ln x, at most 1 ulp from the exact value; −∞ at 0, NaN below. */
export const log: VectorFunction = (body, value) => {
  const given = body.local('v128', value);
  const tiny = body.local('v128', f32x4.lt(given, body.splat(2 ** -126)));
  const scaled = v128.select(tiny, mul(given, body.splat(2 ** 23)), given);
  const x = body.local('v128', scaled);
  // x = m · 2ᵉ with m between √½ and √2.
  const shifted = i32x4.sub(x, body.splatBits(0x3f3504f3));
  const e = body.local('v128', i32x4.shrSigned(shifted, i32.const(23)));
  const mantissa = i32x4.sub(x, i32x4.shl(e, i32.const(23)));
  const f = body.local('v128', sub(mantissa, body.splat(1)));
  const exponent = f32x4.convert(i32x4.sub(e, v128.and(tiny, body.splatBits(23))));
  const n = body.local('v128', exponent);
  const square = body.local('v128', mul(f, f));
  const series = polynomial(
    body,
    f,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
      -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const tail = mul(mul(series, f), square);
  const low = add(tail, mul(n, body.splat(-2.1219444e-4)));
  const y = add(sub(low, mul(square, body.splat(0.5))), f);
  const finite = add(y, mul(n, body.splat(0.693359375)));
  const infinity = body.splat(Infinity);
  const large = v128.select(f32x4.lt(given, infinity), finite, given);
  const atZero = v128.select(f32x4.eq(given, body.splat(0)), body.splat(-Infinity), large);
  const below = v128.select(f32x4.lt(given, body.splat(0)), body.splat(NaN), atZero);
  return body.local('v128', below);
};

/** tanh x, at most 2 ulp from the exact value. */
export const tanh: VectorFunction = (body, value) => {
  const x = body.local('v128', value);
  const size = body.local('v128', f32x4.abs(x));
  const e = exp(body, add(size, size));
  const far = sub(body.splat(1), div(body.splat(2), add(e, body.splat(1))));
  const sign = v128.and(x, body.splatBits(0x80000000));
  const square = body.local('v128', mul(x, x));
  const series = polynomial(
    body,
    square,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  );
  const near = add(mul(mul(series, square), x), x);
  const small = f32x4.lt(size, body.splat(0.625));
  // Set on both sides: the series makes +0 of −0.
  return body.local('v128', v128.or(v128.select(small, near, far), sign));
};

/** 1 / (1 + e^−x), at most 2 ulp from the exact value. */
export const sigmoid: VectorFunction = (body, value) => {
  const x = body.local('v128', value);
  // On the side where e does not overflow.
  const e = exp(body, f32x4.neg(f32x4.abs(x)));
  const one = body.splat(1);
  const top = v128.select(f32x4.lt(x, body.splat(0)), e, one);
  return body.local('v128', div(top, add(e, one)));
};

/** max(x, 0), with NaN kept. */
export const relu: VectorFunction = (body, x) => {
  const given = body.local('v128', x);
  return v128.andNot(given, f32x4.le(given, body.splat(0)));
};

/** The error function, 2/√π times the integral of e^(−t²) from 0 to x; at most 2 ulp from the exact value. */
export const erf: VectorFunction = (body, value) => {
  const x = body.local('v128', value);
  const size = body.local('v128', f32x4.pseudoMin(f32x4.abs(x), body.splat(10)));
  const square = body.local('v128', mul(size, size));
  const near = mul(
    size,
    polynomial(
      body,
      square,
      [
        7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2,
        1.128358514861418e-1, -3.7612625824233e-1, 1.12837916672671,
      ],
    ),
  );
  // Beyond 1: 1 − erfc, whose error hardly counts.
  const inverse = body.local('v128', div(body.splat(1), size));
  const steps = body.local('v128', mul(inverse, inverse));
  const middle = polynomial(
    body,
    steps,
    [
      2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1,
      6.210004621745983e-1, -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1,
      5.638259427386472e-1,
    ],
  );
  const outer = polynomial(
    body,
    steps,
    [
      -10.47766399936249, 12.97719955372516, -7.495518717768503, 2.921019019210786,
      -1.0152652792027, 4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1,
    ],
  );
  const series = v128.select(f32x4.lt(size, body.splat(2)), middle, outer);
  const complement = mul(mul(exp(body, f32x4.neg(square)), inverse), series);
  const far = sub(body.splat(1), complement);
  const positive = v128.select(f32x4.lt(size, body.splat(1)), near, far);
  const sign = v128.and(x, body.splatBits(0x80000000));
  const result = v128.or(positive, sign);
  // The bound at 10 has taken NaN's place.
  return body.local('v128', v128.select(f32x4.eq(x, x), result, x));
};

/**
 * e^(−x²/2), and Φ(x), the share of a normal distribution below x, from it: the share beyond |x| is that
 * bell times a polynomial in t = 1 / (1 + p·|x|), the form of Abramowitz and Stegun's 26.2.17. Our own
 * coefficients, fitted for the least error in Φ: at most 2e-8, and as rounding has it beyond.
 */
function normal(body: FunctionBody, x: Local<'v128'>): { bell: Local<'v128'>; below: V128 } {
  const bell = body.local('v128', exp(body, mul(mul(x, x), body.splat(-0.5))));
  const slowed = add(body.splat(1), mul(f32x4.abs(x), body.splat(0.3316)));
  const t = body.local('v128', div(body.splat(1), slowed));
  const series = polynomial(
    body,
    t,
    [
      0.045856974404, -0.219388709968, 0.324114591805, -0.083457696569, 0.179170911753,
      0.120457393064, 0.133246515701,
    ],
  );
  const beyond = body.local('v128', mul(mul(series, t), bell));
  const negative = f32x4.lt(x, body.splat(0));
  return { bell, below: v128.select(negative, beyond, sub(body.splat(1), beyond)) };
}

/** x · Φ(x); within 1e-7 of the exact value, or 4 ulp. */
export const gelu: VectorFunction = (body, value) => {
  const x = body.local('v128', value);
  return body.local('v128', mul(x, normal(body, x).below));
};

/** Φ(x) + x · φ(x), the derivative of `gelu`. */
export const geluSlope: VectorFunction = (body, value) => {
  const x = body.local('v128', value);
  const { bell, below } = normal(body, x);
  const density = mul(bell, body.splat(1 / Math.sqrt(2 * Math.PI)));
  // Where the density is 0, x may be infinite.
  const bounded = f32x4.pseudoMin(f32x4.pseudoMax(x, body.splat(-100)), body.splat(100));
  return body.local('v128', add(below, mul(bounded, density)));
};
