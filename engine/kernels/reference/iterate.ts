// Walks strided tensors row by row, for the plain TypeScript kernels. Knows no arithmetic.
import { broadcastStrides, type Shape } from '../../tensor/shape';
import type { Tensor } from '../../tensor/tensor';

/** One innermost row: where each operand starts and how far apart its elements are. */
export type VisitRow = (
  starts: readonly number[],
  steps: readonly number[],
  length: number,
) => void;

/** Visits the innermost rows of operands that are read (or written) as if all had `shape`. */
export function eachRow(shape: Shape, operands: readonly Tensor[], visit: VisitRow): void {
  const rank = shape.length;
  const strides = operands.map((x) => broadcastStrides(x.shape, x.strides, shape));
  const starts = operands.map((x) => x.start);
  if (shape.includes(0)) return;
  if (rank === 0) {
    visit(
      starts,
      operands.map(() => 0),
      1,
    );
    return;
  }
  const merged = mergeDims(shape, strides);
  const last = merged.shape.length - 1;
  const steps = merged.strides.map((stride) => stride[last]);
  const length = merged.shape[last];
  const counter = new Array<number>(last).fill(0);
  for (;;) {
    visit(starts, steps, length);
    let dim = last - 1;
    for (; dim >= 0; dim--) {
      counter[dim]++;
      const wraps = counter[dim] === merged.shape[dim];
      for (let k = 0; k < starts.length; k++) {
        const stride = merged.strides[k][dim];
        starts[k] += wraps ? -stride * (merged.shape[dim] - 1) : stride;
      }
      if (!wraps) break;
      counter[dim] = 0;
    }
    if (dim < 0) return;
  }
}

/** Joins neighbouring dimensions that every operand walks without a gap: long rows are fast rows. */
function mergeDims(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const sizes: number[] = [];
  const steps: number[][] = strides.map(() => []);
  shape.forEach((size, dim) => {
    if (size === 1 && shape.length > 1 && !(sizes.length === 0 && dim === shape.length - 1)) return;
    const previous = sizes.length - 1;
    const joins =
      previous >= 0 && strides.every((stride, k) => steps[k][previous] === stride[dim] * size);
    if (joins) {
      sizes[previous] *= size;
      steps.forEach((step, k) => (step[previous] = strides[k][dim]!));
    } else {
      sizes.push(size);
      steps.forEach((step, k) => step.push(strides[k][dim]));
    }
  });
  return { shape: sizes, strides: steps };
}
