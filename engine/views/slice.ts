// A plane of a tensor, or a part of it, in at most so many cells; and how its elements are distributed. Knows no page.
import type { HeatMap, TensorQuery, TensorRef, TensorSlice } from '../protocol';
import { ArgumentError } from '../tensor/errors';
import { elements, Tensor } from '../tensor/tensor';
import { shrink } from '../trace/summary';
import type { StepView } from './held';

/** A message holds at most 256 KB; a slice has at most this many cells, 4 bytes each. */
const mostCells = 160 * 160;

/** A slice of a tensor at a position. Absent gradients are refused in words. */
export function sliceOf(view: StepView, query: TensorQuery): TensorSlice {
  const ref = query.tensor;
  const named = view.named(ref);
  const event = view.eventAt(query.position);
  const tensor = view.shown(ref, query.position);
  const gradientState = view.gradientState(named, event);
  if (tensor === undefined) throw new ArgumentError(absence(view, ref, gradientState));
  const { rank, shape } = tensor;
  const axis = (dim: number): number =>
    Number.isInteger(dim) && dim >= 0 && dim < rank ? dim : -1;
  const rows = axis(query.rows);
  const columns = axis(query.columns) === rows ? -1 : axis(query.columns);
  const at = shape.map((size, dim) => clamp(query.at[dim] ?? 0, size - 1));
  const matrix = planeOf(tensor, rows, columns, at);
  const [height, width] = matrix.shape;
  const top = clamp(query.top, height - 1);
  const left = clamp(query.left, width - 1);
  const part = window(matrix, top, left, query.height, query.width);
  const cells = fit(part);
  const { histogram, ...summary } = view.statistics(tensor);
  return {
    name: view.nameOf(named),
    query: { ...query, rows, columns, at, top, left, height: part.shape[0], width: part.shape[1] },
    summary,
    histogram,
    plane: { rows: height, columns: width },
    cells,
    exact: cells.width === part.shape[1] && cells.height === part.shape[0],
    gradientState,
  };
}

const clamp = (value: number, most: number): number =>
  Number.isFinite(value) ? Math.max(0, Math.min(Math.trunc(value), most)) : 0;

function absence(view: StepView, ref: TensorRef, state: TensorSlice['gradientState']): string {
  const name = view.nameOf(view.named(ref));
  return state === 'none'
    ? `no gradient reaches ${name} in this step`
    : `the gradient of ${name} has not arrived yet: step on into backward`;
}

/** Two dimensions of a tensor, the others at fixed indices; a dimension that is not there has size 1. */
export function planeOf(
  tensor: Tensor,
  rows: number,
  columns: number,
  at: readonly number[],
): Tensor {
  if (tensor.count === 0) return new Tensor(tensor.storage, [0, 0], tensor.dtype);
  const offset = tensor.strides.reduce(
    (sum, stride, dim) => sum + (dim === rows || dim === columns ? 0 : stride * (at[dim] ?? 0)),
    tensor.offset,
  );
  const shape = [rows, columns].map((dim) => (dim < 0 ? 1 : tensor.shape[dim]));
  const strides = [rows, columns].map((dim) => (dim < 0 ? 0 : tensor.strides[dim]));
  return new Tensor(tensor.storage, shape, tensor.dtype, strides, offset);
}

function window(matrix: Tensor, top: number, left: number, height: number, width: number): Tensor {
  const [rows, columns] = matrix.shape;
  const [down, across] = matrix.strides;
  const shape = [clamp(height, rows - top), clamp(width, columns - left)];
  const offset = matrix.offset + top * down + left * across;
  return new Tensor(matrix.storage, shape, matrix.dtype, matrix.strides, offset);
}

/** All cells when they fit, or averages of blocks. */
export function fit(matrix: Tensor, most = mostCells): HeatMap {
  const [rows, columns] = matrix.shape;
  if (matrix.count === 0) return { width: 0, height: 0, values: new Float32Array() };
  const ratio = Math.min(1, Math.sqrt(most / (rows * columns)));
  // A long thin plane keeps its thin side whole.
  const height = Math.max(1, Math.min(rows, Math.floor(Math.max(rows * ratio, most / columns))));
  const width = Math.max(1, Math.min(columns, Math.floor(most / Math.min(height, rows))));
  return rows * columns <= most
    ? shrink(matrix, columns, rows)
    : shrink(matrix, Math.min(width, columns), Math.min(height, Math.floor(most / width) || 1));
}

/** One element of a tensor. */
export function elementAt(tensor: Tensor, cell: readonly number[]): number {
  const at = tensor.strides.reduce((sum, stride, dim) => sum + stride * cell[dim], tensor.start);
  return elements(tensor)[at];
}
