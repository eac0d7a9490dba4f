// Runs the SIMD kernel and the reference of an op on the same operands. Knows no op.
import assert from 'node:assert/strict';
import { tensor } from '../../../engine/ops/create';
import type { Kernel } from '../../../engine/ops/op';
import { noGrad, tape } from '../../../engine/tape/tape';
import { arena } from '../../../engine/tensor/arena';
import type { TypedArray } from '../../../engine/tensor/dtype';
import { namedKey, uniform } from '../../../engine/tensor/random';
import { elementCount, type Shape } from '../../../engine/tensor/shape';
import type { Tensor } from '../../../engine/tensor/tensor';

/** Values that break careless arithmetic: signed zeros, denormals, extremes, infinities, NaN. */
export const special = [
  0,
  -0,
  1e-45,
  -1e-45,
  1e-39,
  2 ** -126,
  1,
  -1,
  0.5,
  3.4028234e38,
  -3.4028234e38,
  Infinity,
  -Infinity,
  NaN,
  88.7,
  -103.9,
];

/** Even and odd around the vector's four lanes and the tile's eight columns. */
export const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];

let drawn = 0;

/** Numbers between −2 and 2 that begin `offset` elements behind the start of a block. */
export function numbers(shape: Shape, offset = 0): Tensor {
  const count = elementCount(shape);
  const values = new Float32Array(count + offset);
  uniform(namedKey(5, drawn++), values.length, (i, u) => (values[i] = 4 * u - 2));
  return window(values, shape, offset);
}

/** These values, `offset` elements behind the start of a block. */
export function window(values: Float32Array, shape: Shape, offset = 0): Tensor {
  const all = noGrad(() => tensor(values, { dtype: 'float32' }));
  return all.slice(0, offset, offset + elementCount(shape)).reshape(shape);
}

/** How far apart two float32 lie, in steps between neighbours; NaN equals NaN. */
export function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  const order = (x: number): number => {
    const bits = new Int32Array(Float32Array.of(x).buffer)[0];
    return bits < 0 ? -(bits & 0x7fffffff) : bits;
  };
  return Math.abs(order(a) - order(b));
}

/** Fails unless the SIMD kernel takes the last op of `call` and every result satisfies `near`. */
export function compare(
  what: string,
  call: () => unknown,
  near: (fast: number, reference: number) => boolean,
): void {
  tape.mode = 'record';
  try {
    tape.rows = [];
    noGrad(call);
    const row = tape.rows.findLast(({ definition }) => definition.simd !== undefined);
    assert.ok(row, `${what}: an op with a SIMD kernel`);
    const { inputs, outputs, attributes, definition } = row;
    const changed = (definition.updates ?? []).flatMap((i) => inputs[i] ?? []);
    const results = [...outputs, ...changed];
    const before = changed.map((x) => x.toTypedArray());
    const run = (kernel: Kernel | undefined): TypedArray[] => {
      changed.forEach((x, i) => restore(x, before[i]));
      const taken = kernel!({ inputs, outputs, attributes });
      if (kernel === definition.simd) assert.equal(taken, true, `${what}: the kernel takes it`);
      return results.map((x) => x.toTypedArray());
    };
    const reference = run(definition.forward as Kernel);
    const fast = run(definition.simd as Kernel);
    reference.forEach((expected, k) => {
      for (let i = 0; i < expected.length; i++) {
        if (near(fast[k][i], expected[i])) continue;
        assert.fail(`${what}: element ${i} is ${fast[k][i]}, but should be ${expected[i]}`);
      }
    });
  } finally {
    tape.mode = 'plain';
    tape.rows = [];
  }
}

function restore(x: Tensor, values: TypedArray): void {
  arena.view(x.dtype).set(values, x.start);
}

export const exactly = (fast: number, reference: number): boolean =>
  ulps(fast, reference) === 0 || fast === reference;

export const within =
  (bound: number) =>
  (fast: number, reference: number): boolean =>
    ulps(fast, reference) <= bound || Math.abs(fast - reference) < 1e-45 * bound;

/** |fast − reference| ≤ bound · (1 + |reference|), for sums that are rounded after each step. */
export const closely =
  (bound: number) =>
  (fast: number, reference: number): boolean =>
    Object.is(fast, reference) || Math.abs(fast - reference) <= bound * (1 + Math.abs(reference));
