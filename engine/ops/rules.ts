// What ops on elements share: the types of their results, and broadcasting undone. Knows no op.
import { isFloating, promote, type DType } from '../tensor/dtype';
import { checkOptions } from '../tensor/errors';
import { broadcastShapes, normalizeDim } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import type { VjpContext } from './op';

/** Types of an arithmetic result: shapes broadcast, dtypes promote. */
export function arithmetic(name: string) {
  return ([a, b]: readonly TensorType[]): TensorType => ({
    shape: broadcastShapes(name, a.shape, b.shape),
    dtype: promote(a, b),
  });
}

/** The same, but whole numbers become float32: division and the like. */
export function floating(name: string) {
  return (types: readonly TensorType[]): TensorType => {
    const { shape, dtype } = arithmetic(name)(types);
    return { shape, dtype: isFloating(dtype) ? dtype : 'float32' };
  };
}

/** Shapes broadcast; the result is true or false. */
export function comparison(name: string) {
  return ([a, b]: readonly TensorType[]): TensorType => ({
    shape: broadcastShapes(name, a.shape, b.shape),
    dtype: 'bool',
  });
}

/** Shape and dtype of a unary math function: whole numbers become float32. */
export const unary = ([x]: readonly TensorType[]): TensorType => ({
  shape: x.shape,
  dtype: isFloating(x.dtype) ? x.dtype : 'float32',
});

/** The result has the type of the operand. */
export const same = ([x]: readonly TensorType[]): TensorType => ({
  shape: x.shape,
  dtype: x.dtype,
});

/** Undoes broadcasting: sums a gradient back to the operand's shape, in the operand's dtype. */
export function toOperand(gradient: Tensor, operand: TensorType): Tensor {
  return gradient.sumTo(operand.shape).to(operand.dtype);
}

/** A vjp of a binary op from the two partial derivatives, each computed only when it is needed. */
export function partials(
  left: (g: Tensor, context: VjpContext) => Tensor,
  right: (g: Tensor, context: VjpContext) => Tensor,
) {
  return (g: Tensor, context: VjpContext) => [
    context.needs(0) ? toOperand(left(g, context), context.types[0]) : null,
    context.needs(1) ? toOperand(right(g, context), context.types[1]) : null,
  ];
}

export interface CastOptions {
  /** Turn the elements into this dtype first. */
  dtype?: DType;
}

/** Sorts the arguments of an op that goes along one dimension. */
export function alongDim(name: string) {
  return (x: Tensor, dim: number, options: CastOptions = {}) => {
    checkOptions(name, options, ['dtype']);
    return {
      inputs: [options.dtype ? x.to(options.dtype) : x],
      attributes: { dim: normalizeDim(name, dim, x.rank) },
    };
  };
}

/** Shape of the operand; the result is true or false. */
export const truth = ([x]: readonly TensorType[]): TensorType => ({
  shape: x.shape,
  dtype: 'bool',
});
