// When two results count as equal. Knows no op.
import assert from 'node:assert/strict';
import type { Tensor } from '../../../engine/tensor/tensor';
import { formatType } from '../../../engine/tensor/format';

export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

export const exact: Tolerance = { relative: 0, absolute: 0 };

/** Fails unless |actual − expected| ≤ absolute + relative · |expected| everywhere; NaN equals NaN only. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute }: Tolerance,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: how many elements`);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    if (Object.is(a, e) || Math.abs(a - e) <= absolute + relative * Math.abs(e)) continue;
    assert.fail(`${what}: element ${i} is ${a}, but should be ${e}`);
  }
}

/** The same for lists of tensors, which must agree in shape and dtype as well. */
export function assertTensorsClose(
  actual: readonly Tensor[],
  expected: readonly Tensor[],
  tolerance: Tolerance,
  what: string,
): void {
  assert.deepEqual(actual.map(formatType), expected.map(formatType), `${what}: types`);
  actual.forEach((tensor, i) => {
    assertClose(tensor.toTypedArray(), expected[i].toTypedArray(), tolerance, `${what} [${i}]`);
  });
}
