// What ops that fold dimensions share: their arguments, the type of the result, the way back. Knows no op.
import type { ReduceAttributes } from '../kernels/reference/reduce';
import type { DType } from '../tensor/dtype';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { formatShape, normalizeDims, type Shape } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';

export interface ReduceOptions {
  /** Keep folded dimensions with size 1. Default false. */
  keepdim?: boolean;
}

/** One dimension or several; all of them when absent or null. */
export type Dims = number | readonly number[];

/** Sorts the arguments of a reduction that takes no option but keepdim. */
export function reduction(name: string) {
  return (
    x: Tensor,
    dim?: Dims | null,
    options: ReduceOptions = {},
  ): { inputs: Tensor[]; attributes: ReduceAttributes } => {
    checkOptions(name, options, ['keepdim']);
    const dims = normalizeDims(name, dim ?? undefined, x.rank);
    return { inputs: [x], attributes: { dims, keepdim: options.keepdim ?? false } };
  };
}

/** The shape without the folded dimensions, or with size 1 there. */
export function reducedShape(shape: Shape, { dims, keepdim }: ReduceAttributes): number[] {
  return keepdim
    ? shape.map((size, dim) => (dims.includes(dim) ? 1 : size))
    : shape.filter((_, dim) => !dims.includes(dim));
}

/** A folded gradient, spread over the input's shape again. */
export function spread(g: Tensor, type: TensorType, { dims }: ReduceAttributes): Tensor {
  const kept = type.shape.map((size, dim) => (dims.includes(dim) ? 1 : size));
  return g.reshape(kept).expand(type.shape);
}

/** The dtype in which elements add up: bools are counted. */
export const wholeOrFloat = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

/** Refuses to choose from no elements. */
export function needElements(name: string, shape: Shape, dims: readonly number[]): void {
  if (dims.every((dim) => shape[dim] !== 0)) return;
  throw new ArgumentError(`${name}: ${formatShape(shape)} has no elements to choose from`);
}
