// What ops that fold dimensions share: their arguments, the type of the result, the way back. Knows no op.
import type { ReduceAttributes } from '../kernels/reference/reduce';
import { inInt32, type DType } from '../tensor/dtype';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { withKeywords, type Keywords } from './keywords';
import { formatShape, normalizeDims, type Shape } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';

export interface ReduceOptions {
  /** Keep folded dimensions with size 1. Default false. */
  keepdim?: boolean;
}

export interface SumOptions extends ReduceOptions {
  /** Turn the elements into this dtype first, so that nothing overflows. */
  dtype?: DType;
}

/** One dimension or several; all of them when absent or null. */
export type Dims = number | readonly number[];

/** `x.sum(1)`, `x.sum(1, true)`, `x.sum(1, { keepdim: true })` or `x.sum({ dim: 1, keepdim: true })`. */
export type Folding<Options = ReduceOptions> = Keywords<
  [x: Tensor],
  Options & {
    /** Which dimensions are folded. Default: all of them. */
    dim?: Dims | null;
  },
  [dim: Dims | null, keepdim: boolean]
>;

/** Lets a reduction's dim be given by name, too. */
export const folding = <Given extends (...args: never[]) => unknown>(
  name: string,
  call: (...args: never[]) => unknown,
  then: readonly string[] = ['keepdim'],
): Given => withKeywords(name, { required: 1, names: ['dim'], options: true, then }, call);

/** Sorts the arguments of a reduction; of its options it takes keepdim, and dtype when it `casts`. */
export function reduction(name: string, casts = false) {
  const known = casts ? ['dim', 'keepdim', 'dtype'] : ['dim', 'keepdim'];
  return (
    x: Tensor,
    dim?: Dims | null,
    options: SumOptions = {},
  ): { inputs: Tensor[]; attributes: ReduceAttributes } => {
    checkOptions(name, options, known);
    const { keepdim = false, dtype } = options;
    // As in PyTorch, an empty list names all dimensions.
    const listed = Array.isArray(dim) && dim.length === 0 ? undefined : dim;
    const dims = normalizeDims(name, listed ?? undefined, x.rank);
    return { inputs: [dtype ? x.to(dtype) : x], attributes: { dims, keepdim } };
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

/** Refuses a folded whole number that int32 cannot hold. */
export const whole =
  (name: string) =>
  (total: number, _count: number, dtype: DType): number =>
    dtype === 'int32' ? inInt32(name, total) : total;

/** The dtype in which elements add up: bools are counted. */
export const wholeOrFloat = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

/** Refuses to choose from no elements. */
export function needElements(name: string, shape: Shape, dims: readonly number[]): void {
  if (dims.every((dim) => shape[dim] !== 0)) return;
  throw new ArgumentError(`${name}: ${formatShape(shape)} has no elements to choose from`);
}
