// Triangles and diagonals of matrices. Knows no kernel.
import { quietly } from '../tape/warnings';
import { ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { arange, eye } from './create';
import { where } from './binary';
import { withKeywords, type Call, type Keywords } from './keywords';
import { pad } from './pad';
import { movedim } from './rearrange';
import { slice } from './slice';

export interface TriangleOptions {
  /** Which diagonal bounds it: 0 the main one, above it positive. Default 0. */
  diagonal?: number;
}

type Triangle = Keywords<[x: Tensor], TriangleOptions, [diagonal: number]>;
const rules = { required: 1, names: ['diagonal'] };

/** Row minus column of each place, for the last two dimensions. */
function below(name: string, x: Tensor, offset: number): Tensor {
  if (x.rank < 2) {
    throw new ShapeError(`${name}: needs at least 2 dimensions, but got ${formatShape(x.shape)}`);
  }
  return quietly(() =>
    arange(x.size(-2))
      .unsqueeze(1)
      .sub(arange(x.size(-1)))
      .add(offset),
  );
}

/** x inside of a triangle, zeros of its own dtype outside. */
const within = (x: Tensor, inside: Tensor): Tensor =>
  x.dtype === 'bool' ? x.logicalAnd(inside) : where(inside, x, 0);

/** What lies on and below a diagonal, zeros above (torch.tril). */
export const tril: Call<Triangle> = withKeywords('tril', rules, (x: Tensor, offset = 0): Tensor =>
  within(x, below('tril', x, offset).ge(0)),
);

/** What lies on and above a diagonal, zeros below (torch.triu). */
export const triu: Call<Triangle> = withKeywords('triu', rules, (x: Tensor, offset = 0): Tensor =>
  within(x, below('triu', x, offset).le(0)),
);

export interface DiagonalOptions {
  /** Which diagonal: above the main one positive. Default 0. */
  offset?: number;
  /** Default 0. */
  dim1?: number;
  /** Default 1. */
  dim2?: number;
}

/** The diagonal of two dimensions, as the last one of the result (torch.diagonal). */
export const diagonal: Call<
  Keywords<[x: Tensor], DiagonalOptions, [offset: number, dim1: number, dim2: number]>
> = withKeywords(
  'diagonal',
  { required: 1, names: ['offset', 'dim1', 'dim2'] },
  (x: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor => {
    if (x.rank < 2) {
      throw new ShapeError(
        `diagonal: needs at least 2 dimensions, but got ${formatShape(x.shape)}`,
      );
    }
    const last = movedim(x, [dim1, dim2], [-2, -1]);
    const [rows, columns] = last.shape.slice(-2);
    const length = Math.max(Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)), 0);
    const start = offset >= 0 ? offset : -offset * columns;
    const flat = last.flatten(-2);
    if (length === 0) return slice(flat, -1, 0, 0);
    return slice(flat, -1, start, start + (length - 1) * (columns + 1) + 1, columns + 1);
  },
);

/** A matrix with the vector x on a diagonal, or a diagonal of the matrix x (torch.diag). */
export const diag: Call<Triangle> = withKeywords('diag', rules, (x: Tensor, offset = 0): Tensor => {
  if (x.rank === 2) return diagonal(x, { offset });
  if (x.rank !== 1) {
    throw new ShapeError(`diag: needs 1 or 2 dimensions, but got ${formatShape(x.shape)}`);
  }
  const square = where(eye(x.count, x.count, { dtype: 'bool' }), x, 0);
  const [right, left] = [Math.max(offset, 0), Math.max(-offset, 0)];
  return pad(square, [right, left, left, right]);
});

/** The sum along the main diagonal of a matrix (torch.trace). */
export const trace = (x: Tensor): Tensor => {
  if (x.rank === 2) return diagonal(x).sum();
  throw new ShapeError(`trace: needs 2 dimensions, but got ${formatShape(x.shape)}`);
};
