// Shape arithmetic: sizes, strides, broadcasting, dimension numbers. Knows no data.
import { ArgumentError, described, ShapeError } from './errors';

export type Shape = readonly number[];

/** `[64, 3, 28, 28]`, as every message prints it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** How many elements; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  let count = 1;
  // By index, as all loops that run for each op: V8's quick compiler makes an iterator's objects for real.
  for (let dim = 0; dim < shape.length; dim++) count *= shape[dim];
  return count;
}

/** Throws unless every size is a whole number ≥ 0. */
export function checkShape(owner: string, shape: Shape): void {
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ShapeError(
        `${owner}: sizes must be whole numbers ≥ 0, but got ${formatShape(shape)}`,
      );
    }
  }
}

/** Refuses what is no list of sizes. */
export function checkList(owner: string, sizes: unknown): void {
  if (Array.isArray(sizes)) return;
  throw new ArgumentError(
    `${owner}: sizes must be a list such as [2, 3], but got ${described(sizes)}`,
  );
}

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    strides[dim] = step;
    step *= Math.max(shape[dim], 1);
  }
  return strides;
}

/** Whether elements lie in row-major order without gaps; strides of size-1 dimensions do not matter. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    if (shape[dim] === 0) return true;
    if (shape[dim] !== 1 && strides[dim] !== step) return false;
    step *= shape[dim];
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let dim = 0; dim < a.length; dim++) if (a[dim] !== b[dim]) return false;
  return true;
}

/** The shape of an elementwise result (PyTorch's broadcasting semantics), or an error naming the dim. */
export function broadcastShapes(owner: string, a: Shape, b: Shape): Shape {
  if (b.length === 0 || sameShape(a, b)) return a;
  if (a.length === 0) return b;
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const left = a[a.length - fromEnd] ?? 1;
    const right = b[b.length - fromEnd] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(
        `${owner}: ${formatShape(a)} and ${formatShape(b)} do not broadcast: ` +
          `sizes ${left} and ${right} differ at dim ${-fromEnd}`,
      );
    }
    result[rank - fromEnd] = left === 1 ? right : left;
  }
  return result;
}

/** Strides that read a tensor of `shape` as if it had `target`'s shape; repeated dims get stride 0. */
export function broadcastStrides(
  shape: Shape,
  strides: readonly number[],
  target: Shape,
): readonly number[] {
  if (sameShape(shape, target)) return strides;
  const added = target.length - shape.length;
  return target.map((size, dim) =>
    dim < added || (shape[dim - added] === 1 && size !== 1) ? 0 : strides[dim - added],
  );
}

/** Turns a dimension number, which may count from the end, into 0…rank−1. */
export function normalizeDim(owner: string, dim: number, rank: number): number {
  if (typeof dim !== 'number') {
    throw new ArgumentError(`${owner}: dim must be a number, but got ${described(dim)}`);
  }
  const low = -Math.max(rank, 1);
  const high = Math.max(rank, 1) - 1;
  if (!Number.isInteger(dim) || dim < low || dim > high) {
    throw new ArgumentError(
      `${owner}: dim ${dim} is out of range for ${rank} dimensions (${low} to ${high})`,
    );
  }
  return dim < 0 ? dim + Math.max(rank, 1) : dim;
}

/** Several dimension numbers, each once; all dimensions when none are given. */
export function normalizeDims(
  owner: string,
  dims: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (dims === undefined) return Array.from({ length: rank }, (_, dim) => dim);
  const list = (Array.isArray(dims) ? (dims as readonly number[]) : [dims as number]).map((dim) =>
    normalizeDim(owner, dim, rank),
  );
  if (new Set(list).size !== list.length) {
    throw new ArgumentError(`${owner}: a dim appears twice in [${list.join(', ')}]`);
  }
  return rank === 0 ? [] : list;
}
