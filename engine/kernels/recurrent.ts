// SIMD kernels of one time step of gated recurrent cells, and of its gradient. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import type { Tensor } from '../tensor/tensor';
import { inParts } from './pool';
import { address } from './planes';

/** float32 with dense rows, which may lie apart. */
function usable(tensors: readonly Tensor[]): boolean {
  return tensors.every(
    (x) => x.dtype === 'float32' && x.count > 0 && (x.strides[1] === 1 || x.shape[1] === 1),
  );
}

/** Where a matrix lies: its address, and bytes from row to row. */
const rowsOf = (x: Tensor): [number, number] => [address(x), 4 * x.strides[0]];

/** A cell's step: its inputs' rows may lie apart, its outputs are dense. */
function cellSimd(name: 'lstmCell' | 'gruCell') {
  return ({ inputs, outputs }: KernelCall): boolean => {
    if (!usable(inputs)) return false;
    const [rows, size] = inputs[2].shape;
    const [strided, dense] = [inputs.map(rowsOf), outputs.map(address)];
    inParts(rows, 1, 6 * size, (from, to, use) => {
      const read = strided.flatMap(([at, step]) => [at + from * step, step]);
      const written = dense.map((at) => at + 4 * from * size);
      use(name)(...read, ...written, to - from, size);
    });
    return true;
  };
}

export const lstmCellSimd = cellSimd('lstmCell');
export const gruCellSimd = cellSimd('gruCell');

const dense = (tensors: readonly Tensor[]): boolean => tensors.every((x) => x.isContiguous);

/** Inputs: gradients of h and c', then c', i, f, g, o, and c; outputs: of the gates' sums and of c. */
export function lstmCellGradSimd({ inputs, outputs: [gates, dc] }: KernelCall): boolean {
  if (!usable(inputs) || !dense(inputs.slice(0, -1))) return false;
  const [rows, size] = dc.shape;
  const at = [...inputs.slice(0, -1), dc].map(address);
  const strided = [inputs[7], gates].map(rowsOf);
  inParts(rows, 1, 4 * size, (from, to, use) => {
    const moved = at.map((start) => start + 4 * from * size);
    const lines = strided.flatMap(([start, step]) => [start + from * step, step]);
    use('lstmCellGrad')(...moved, ...lines, to - from, size);
  });
  return true;
}

/** Inputs: the gradient of h', then r, z, n, the state's gates, and h; outputs: of both gates' sums and of h. */
export function gruCellGradSimd({ inputs, outputs: [ofX, ofY, dh] }: KernelCall): boolean {
  if (!usable(inputs) || !dense(inputs.slice(0, 4))) return false;
  const [rows, size] = dh.shape;
  const at = [...inputs.slice(0, 4), dh].map(address);
  const strided = inputs.slice(4).map(rowsOf);
  const gates = [ofX, ofY].map(address);
  const gateRow = 12 * size;
  inParts(rows, 1, 3 * size, (from, to, use) => {
    const moved = at.map((start) => start + 4 * from * size);
    const lines = strided.flatMap(([start, step]) => [start + from * step, step]);
    const targets = gates.map((start) => start + from * gateRow);
    use('gruCellGrad')(...moved, ...lines, ...targets, gateRow, to - from, size);
  });
  return true;
}
