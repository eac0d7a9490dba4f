// What an op may expect of a tensor of indices. Knows no op.
import { isFloating } from '../tensor/dtype';
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { TensorType } from '../tensor/tensor';

/** Refuses indices that are not whole numbers. */
export function checkIndex(name: string, index: TensorType): void {
  if (isFloating(index.dtype) || index.dtype === 'bool') {
    throw new ArgumentError(
      `${name}: the index must be int32, but it is ${index.dtype}; use to('int32')`,
    );
  }
}

/** Refuses an index that does not lie along `dim` of x. */
export function checkAlong(name: string, x: TensorType, index: TensorType, dim: number): void {
  checkIndex(name, index);
  const fits =
    index.shape.length === x.shape.length &&
    index.shape.every((size, d) => d === dim || size <= x.shape[d]);
  if (fits) return;
  throw new ShapeError(
    `${name}: an index of ${formatShape(index.shape)} does not fit ${formatShape(x.shape)}: ` +
      `it needs as many dimensions, none but dim ${dim} longer`,
  );
}
