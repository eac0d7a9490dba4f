// What ops on elements share: the types of their results, and broadcasting undone. Knows no op.
import { isFloating, promote, type DType } from '../tensor/dtype';
import { checkOptions } from '../tensor/errors';
import { tape } from '../tape/tape';
import { warnOnce } from '../tape/warnings';
import { broadcastShapes, formatShape, normalizeDim, sameShape, type Shape } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { withKeywords, type Needing } from './keywords';
import type { Op, VjpContext } from './op';

/**
 * The shape of an elementwise result. A warning when both operands expand, as [N, 1] and [N] do to
 * [N, N]: it is seldom meant, and PyTorch says nothing.
 */
export function broadcast(name: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const result = broadcastShapes(name, a, b);
  const expands = (shape: Shape): boolean =>
    result.some((size, dim) => size > 1 && (shape[dim - result.length + shape.length] ?? 1) === 1);
  // A gradient rule only does again what the forward pass was warned of.
  if (tape.phase === 'forward' && expands(a) && expands(b)) {
    warnOnce(
      'broadcast',
      `${name}: ${formatShape(a)} and ${formatShape(b)} both expand, to ${formatShape(result)}; ` +
        'if that is not meant, reshape one of them',
    );
  }
  return result;
}

/** Types of an arithmetic result: shapes broadcast, dtypes promote. */
export function arithmetic(name: string) {
  return ([a, b]: readonly TensorType[]): TensorType => ({
    shape: broadcast(name, a.shape, b.shape),
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
    shape: broadcast(name, a.shape, b.shape),
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

export interface DimOption {
  /** Along which dimension. */
  dim: number;
}

/** What an op along one dimension takes: `x.softmax(1)` or `x.softmax({ dim: 1 })`. */
export type Along = Needing<[x: Tensor], DimOption, [dim: number], CastOptions>;

/** Lets the dimension be given by name. */
export const dimByName = (name: string, call: (...args: never[]) => Tensor): Op<Along> =>
  withKeywords(name, { required: 1, names: ['dim'], options: true }, call);

export interface CastOptions {
  /** Turn the elements into this dtype first. */
  dtype?: DType;
}

/** Sorts the arguments of an op that goes along one dimension. */
export function alongDim(name: string) {
  return (x: Tensor, dim: number, options: CastOptions = {}) => {
    checkOptions(name, options, ['dim', 'dtype']);
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
