// Products of vectors and matrices. Knows no kernel's inside.
import { matmulSimd } from '../kernels/matmul';
import { matmulKernel } from '../kernels/reference/matmul';
import { promote } from '../tensor/dtype';
import { quietly } from '../tape/warnings';
import { checkOptions, ShapeError } from '../tensor/errors';
import { broadcastShapes, formatShape } from '../tensor/shape';
import { checkTensor, type Tensor, type TensorType } from '../tensor/tensor';
import { op, type Op } from './op';

/** Matrices, or batches of them, of which the leading dimensions broadcast. */
const matmulOp: Op<[x: Tensor, other: Tensor]> = op({
  name: 'matmul',
  shape: ([a, b]: readonly TensorType[]) => {
    const [inner, other] = [a.shape.at(-1)!, b.shape.at(-2)!];
    if (inner !== other) {
      throw new ShapeError(
        `matmul: inner sizes differ: ${formatShape(a.shape)} x ${formatShape(b.shape)} (${inner} and ${other})`,
      );
    }
    // The usual case: two matrices.
    if (a.shape.length === 2 && b.shape.length === 2)
      return { shape: [a.shape[0], b.shape[1]], dtype: promote(a, b) };
    const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    return { shape: [...batch, a.shape.at(-2)!, b.shape.at(-1)!], dtype: promote(a, b) };
  },
  forward: matmulKernel,
  simd: matmulSimd,
  vjp: (g, { inputs: [a, b], needs }) => [
    needs(0) ? matmulOp(g, b.transpose(-2, -1)).sumTo(a.shape).to(a.dtype) : null,
    needs(1) ? ofRight(a, g, b).to(b.dtype) : null,
  ],
});

/** Σ aᵀ · g over the batch. One matrix that served a whole batch is one product over all rows. */
function ofRight(a: Tensor, g: Tensor, b: Tensor): Tensor {
  if (b.rank > 2 || a.rank === 2) return matmulOp(a.transpose(-2, -1), g).sumTo(b.shape);
  const [rows, products] = [a.flatten(0, -2), g.flatten(0, -2)];
  return matmulOp(rows.t(), products);
}

/**
 * The matrix product (torch.matmul): [n, k] x [k, m] → [n, m]; a vector counts as a row on the left
 * and a column on the right, and that dimension goes away; leading dimensions broadcast.
 */
export const matmul: Op<[x: Tensor, other: Tensor]> = Object.assign(
  (x: Tensor, other: Tensor): Tensor => {
    checkTensor('matmul', 'argument 1', x);
    checkTensor('matmul', 'argument 2', other);
    if (x.rank === 0 || other.rank === 0) {
      throw new ShapeError(
        `matmul: both need at least 1 dimension, but got ${formatShape(x.shape)} x ${formatShape(other.shape)}; use mul`,
      );
    }
    const left = x.rank === 1 ? x.unsqueeze(0) : x;
    const right = other.rank === 1 ? other.unsqueeze(1) : other;
    let product = matmulOp(left, right);
    if (x.rank === 1) product = product.squeeze(-2);
    if (other.rank === 1) product = product.squeeze(-1);
    return product;
  },
  { definition: matmulOp.definition },
);

function exactRank(name: string, rank: number, x: Tensor, other: Tensor): void {
  checkTensor(name, 'argument 1', x);
  checkTensor(name, 'argument 2', other);
  if (x.rank === rank && other.rank === rank) return;
  throw new ShapeError(
    `${name}: both need ${rank} dimensions, but got ${formatShape(x.shape)} x ${formatShape(other.shape)}`,
  );
}

/** The product of two matrices, [n, k] x [k, m] → [n, m] (torch.mm). */
export const mm = (x: Tensor, other: Tensor): Tensor => {
  exactRank('mm', 2, x, other);
  return matmulOp(x, other);
};

/** Products of two batches of matrices, [b, n, k] x [b, k, m] → [b, n, m] (torch.bmm). */
export const bmm = (x: Tensor, other: Tensor): Tensor => {
  exactRank('bmm', 3, x, other);
  if (x.shape[0] !== other.shape[0]) {
    throw new ShapeError(
      `bmm: batch sizes differ: ${formatShape(x.shape)} x ${formatShape(other.shape)} (${x.shape[0]} and ${other.shape[0]})`,
    );
  }
  return matmulOp(x, other);
};

/** Σ x·y over two vectors of one length (torch.dot). */
export const dot = (x: Tensor, other: Tensor): Tensor => {
  exactRank('dot', 1, x, other);
  return matmul(x, other);
};

/** All products of two vectors, [n] and [m] → [n, m] (torch.outer). */
export const outer = (x: Tensor, other: Tensor): Tensor => {
  exactRank('outer', 1, x, other);
  return quietly(() => x.unsqueeze(1).mul(other.unsqueeze(0)));
};

/** The product of a matrix and a vector, [n, k] x [k] → [n] (torch.mv). */
export const mv = (x: Tensor, other: Tensor): Tensor => {
  if (x.rank === 2 && other.rank === 1) return matmul(x, other);
  throw new ShapeError(
    `mv: needs a matrix and a vector, but got ${formatShape(x.shape)} x ${formatShape(other.shape)}`,
  );
};

export interface AddmmOptions {
  /** What `x` is multiplied by. Default 1. */
  beta?: number;
  /** What the product is multiplied by. Default 1. */
  alpha?: number;
}

/** beta · x + alpha · (mat1 · mat2) (torch.addmm). */
export const addmm = (
  x: Tensor,
  mat1: Tensor,
  mat2: Tensor,
  options: AddmmOptions = {},
): Tensor => {
  checkOptions('addmm', options, ['beta', 'alpha']);
  exactRank('addmm', 2, mat1, mat2);
  const { beta = 1, alpha = 1 } = options;
  const [start, product] = [x, matmulOp(mat1, mat2)];
  return (beta === 1 ? start : start.mul(beta)).add(alpha === 1 ? product : product.mul(alpha));
};
