// What functions that make tensors from nothing share: their options and their ops. Knows no such function.
import { bytesPerElement, isFloating, type DType } from '../tensor/dtype';
import { ArgumentError, checkOptions } from '../tensor/errors';
import { checkShape, type Shape } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { op, type Op } from './op';

export interface CreateOptions {
  /** Default float32, or what the values suggest. */
  dtype?: DType;
  requiresGrad?: boolean;
}

/** A shape, as a list or size by size: `zeros([2, 3])`, `zeros(2, 3)`. */
export type Making =
  | [shape: Shape, options?: CreateOptions]
  | [...sizes: number[]]
  | [...sizes: number[], options: CreateOptions];

/** Makes the op behind a creation function: no inputs, a shape, and a way to fill. */
export function creator<Attributes extends { type: TensorType }>(
  name: string,
  fill: (y: Tensor, attributes: Attributes) => void,
): Op<[attributes: Attributes]> {
  return op({
    name,
    prepare: (attributes: Attributes) => ({ inputs: [], attributes }),
    shape: (_, { type }) => type,
    forward: ({ outputs: [y], attributes }) => {
      fill(y, attributes);
    },
  });
}

export function typeOf(
  name: string,
  shape: Shape,
  options: CreateOptions,
  otherwise: DType = 'float32',
): TensorType {
  if (!Array.isArray(shape))
    throw new ArgumentError(`${name}: the shape must be an array such as [2, 3]`);
  checkShape(name, shape);
  checkOptions(name, options, ['dtype', 'requiresGrad']);
  const dtype = options.dtype ?? otherwise;
  if (!(dtype in bytesPerElement)) {
    throw new ArgumentError(
      `${name}: unknown dtype '${dtype}' (one of float32, float64, int32, bool)`,
    );
  }
  return { shape: shape.slice(), dtype };
}

export function finish(name: string, tensor: Tensor, options: CreateOptions): Tensor {
  if (options.requiresGrad !== true) return tensor;
  if (!isFloating(tensor.dtype)) {
    throw new ArgumentError(
      `${name}: only floating point tensors can require gradients, not ${tensor.dtype}`,
    );
  }
  tensor.requiresGrad = true;
  return tensor;
}
