// The element types, how they promote, and the typed array that views each. Knows no tensor.
import { ArgumentError } from './errors';

/** `int32` is the integer type, also for indices and labels, where PyTorch uses int64. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

export const bytesPerElement: Record<DType, number> = { float32: 4, float64: 8, int32: 4, bool: 1 };

const typedArrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

/** A typed array of `dtype` in JavaScript's own memory, outside the arena. */
export function createTypedArray(dtype: DType, source: number | ArrayLike<number>): TypedArray {
  return typeof source === 'number'
    ? new typedArrays[dtype](source)
    : typedArrays[dtype].from(source);
}

/** A typed array of `dtype` over all of `buffer`. */
export function viewOf(dtype: DType, buffer: SharedArrayBuffer): TypedArray {
  const Constructor: new (buffer: SharedArrayBuffer) => TypedArray = typedArrays[dtype];
  return new Constructor(buffer);
}

/** A whole number, refused when int32 cannot hold it: PyTorch's int64 could, and wrapping around would be a wrong number. */
export function inInt32(owner: string, value: number): number {
  if (value >= -(2 ** 31) && value < 2 ** 31) return value;
  throw new ArgumentError(
    `${owner}: ${value} does not fit into int32 (-2147483648 to 2147483647); use { dtype: 'float64' }`,
  );
}

export function isFloating(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

const rank: Record<DType, number> = { bool: 0, int32: 1, float32: 2, float64: 3 };
const category: Record<DType, number> = { bool: 0, int32: 1, float32: 2, float64: 2 };

/** An operand as promotion sees it; a plain number is `weak`: it yields to any tensor of its kind. */
export interface Promotable {
  readonly dtype: DType;
  readonly shape?: readonly number[];
  readonly weak?: boolean;
}

/**
 * The common type of operands, by PyTorch's rules (torch.result_type): tensors with dimensions come
 * before scalars, scalars before plain numbers, and one of lower standing counts only when its kind
 * (bool, whole, floating) is higher.
 */
export function promote(...operands: readonly Promotable[]): DType {
  // The usual cases in one look: two tensors of one type, and a floating one with a number.
  if (operands.length === 2) {
    const [a, b] = operands;
    if (a.weak !== true && b.weak !== true && a.dtype === b.dtype) return a.dtype;
    if (a.weak !== true && b.weak === true && isFloating(a.dtype)) return a.dtype;
  }
  let result: DType | undefined;
  for (const standing of [0, 1, 2]) {
    const next = highest(operands.filter((operand) => standingOf(operand) === standing));
    if (next === undefined) continue;
    // A number with a fraction is held in float64, so as to lose no digit, but counts as float32.
    const dtype = standing === 2 && next === 'float64' ? 'float32' : next;
    if (result === undefined || category[dtype] > category[result]) result = dtype;
  }
  return result ?? 'float32';
}

function standingOf({ weak, shape }: Promotable): number {
  if (weak === true) return 2;
  return shape?.length === 0 ? 1 : 0;
}

function highest(operands: readonly Promotable[]): DType | undefined {
  let best: DType | undefined;
  for (const { dtype } of operands) {
    if (best === undefined || rank[dtype] > rank[best]) best = dtype;
  }
  return best;
}
