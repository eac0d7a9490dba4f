// Special functions that JavaScript lacks, in double precision. Knows no tensor.

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** The error function 2/√π ∫₀ˣ e^(−t²) dt (Abramowitz and Stegun, 7.1.6 and 7.1.14). */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  if (size < 2.5) return twoOverRootPi * Math.exp(-x * x) * positiveSeries(x);
  return Math.sign(x) * (1 - (Math.exp(-x * x) / Math.sqrt(Math.PI)) * continuedFraction(size));
}

/** Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)): all terms of one sign, so that none cancel. */
function positiveSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

/** 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), from the inside out. */
function continuedFraction(x: number): number {
  let tail = 0;
  for (let n = 60; n > 0; n--) tail = n / 2 / (x + tail);
  return 1 / (x + tail);
}

/** Nearest whole number, halves to the even one (as in IEEE 754 and PyTorch). */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : Math.ceil(x);
  return below % 2 === 0 ? below : Math.ceil(x);
}

/** a mod b with the sign of b (Python's %). */
export function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** a / b rounded down, from the exact remainder: a / b may round up to a whole number (Python's //). */
export function floorDivide(a: number, b: number): number {
  if (b === 0) return a / b;
  const rest = a % b;
  const quotient = (a - rest) / b;
  return Math.round(rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient);
}
