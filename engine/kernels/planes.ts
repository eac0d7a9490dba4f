// Cuts strided tensors into planes of dense rows, which is what the kernels take. Knows no arithmetic.
import { bytesPerElement } from '../tensor/dtype';
import { broadcastStrides, type Shape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';

/** The byte address of a tensor's first element. */
export function address(x: Tensor): number {
  return x.storage!.offset + x.offset * bytesPerElement[x.dtype];
}

/** A run of dimensions that every operand walks as one. Strides are in bytes, one per operand. */
export interface Run {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Joins neighbouring dimensions where every operand's strides allow; sizes of 1 go away. */
export function joinDims(
  shape: Shape,
  strides: readonly (readonly number[])[],
  mayJoin?: (outer: number, inner: number) => boolean,
): Run[] {
  const fromInside: Run[] = [];
  let previousDim = -1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const size = shape[dim];
    if (size === 1) continue;
    const inner = fromInside.at(-1);
    if (inner !== undefined && goesOn(inner, strides, dim) && mayJoin?.(dim, previousDim) !== false)
      fromInside[fromInside.length - 1] = { size: inner.size * size, strides: inner.strides };
    else fromInside.push({ size, strides: strides.map((stride) => stride[dim]) });
    previousDim = dim;
  }
  return fromInside.reverse();
}

/** Whether a step along a dimension leads every operand just past its run. */
function goesOn(run: Run, strides: readonly (readonly number[])[], dim: number): boolean {
  for (let k = 0; k < strides.length; k++)
    if (strides[k][dim] !== run.strides[k] * run.size) return false;
  return true;
}

/** A plane of rows: where each operand starts, and its byte step from row to row. */
export type VisitPlane = (
  starts: readonly number[],
  rowSteps: readonly number[],
  rows: number,
  columns: number,
) => void;

/** Visits all planes of `runs`, of which the last is the columns and the one before it the rows. */
export function eachPlane(
  runs: readonly Run[],
  starts: readonly number[],
  visit: VisitPlane,
): void {
  const columns = runs.at(-1)?.size ?? 1;
  const rows = runs.at(-2);
  const rowSteps = rows?.strides ?? starts.map(() => 0);
  const descend = (depth: number, at: readonly number[]): void => {
    if (depth >= runs.length - 2) {
      visit(at, rowSteps, rows?.size ?? 1, columns);
      return;
    }
    const run = runs[depth];
    for (let i = 0; i < run.size; i++) {
      descend(
        depth + 1,
        at.map((start, k) => start + i * run.strides[k]),
      );
    }
  };
  descend(0, starts);
}

/** Strides in bytes with which `x` is read as if it had `shape`. */
export function byteStrides(x: Tensor, shape: Shape): readonly number[] {
  const bytes = bytesPerElement[x.dtype];
  return broadcastStrides(x.shape, x.strides, shape).map((stride) => stride * bytes);
}
