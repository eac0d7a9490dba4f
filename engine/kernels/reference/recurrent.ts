// Reference kernels of one time step of gated recurrent cells. Knows no shape rule and no gradient.
import type { Kernel } from '../../ops/op';
import { elements, type Tensor } from '../../tensor/tensor';

const sigmoid = (x: number): number =>
  x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

/** A function that reads a matrix by row and column, wherever it lies. */
function reader(x: Tensor): (row: number, column: number) => number {
  const from = elements(x);
  const { start, strides } = x;
  return (row, column) => from[start + row * strides[0] + column * strides[1]];
}

/** i, f, o = σ(…), g = tanh(…), c' = f·c + i·g, h' = o·tanh(c'). */
export const lstmCellKernel: Kernel = ({ inputs: [x, y, c], outputs }) => {
  const [inputGate, hiddenGate, cell] = [reader(x), reader(y), reader(c)];
  const [h, next, i, f, g, o] = outputs.map((output) => elements(output));
  const [hAt, nextAt, iAt, fAt, gAt, oAt] = outputs.map((output) => output.start);
  const [rows, size] = c.shape;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let k = 0; k < size; k++, at++) {
      const sum = (gate: number): number =>
        inputGate(row, gate * size + k) + hiddenGate(row, gate * size + k);
      i[iAt + at] = sigmoid(sum(0));
      f[fAt + at] = sigmoid(sum(1));
      g[gAt + at] = Math.tanh(sum(2));
      o[oAt + at] = sigmoid(sum(3));
      next[nextAt + at] = f[fAt + at] * cell(row, k) + i[iAt + at] * g[gAt + at];
      h[hAt + at] = o[oAt + at] * Math.tanh(next[nextAt + at]);
    }
  }
};

/** r, z = σ(…), n = tanh(x_n + r·h_n), h' = (1 − z)·n + z·h. */
export const gruCellKernel: Kernel = ({ inputs: [x, y, state], outputs }) => {
  const [inputGate, hiddenGate, old] = [reader(x), reader(y), reader(state)];
  const [h, r, z, n] = outputs.map((output) => elements(output));
  const [hAt, rAt, zAt, nAt] = outputs.map((output) => output.start);
  const [rows, size] = state.shape;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let k = 0; k < size; k++, at++) {
      r[rAt + at] = sigmoid(inputGate(row, k) + hiddenGate(row, k));
      z[zAt + at] = sigmoid(inputGate(row, size + k) + hiddenGate(row, size + k));
      const drive = inputGate(row, 2 * size + k) + r[rAt + at] * hiddenGate(row, 2 * size + k);
      n[nAt + at] = Math.tanh(drive);
      h[hAt + at] = (1 - z[zAt + at]) * n[nAt + at] + z[zAt + at] * old(row, k);
    }
  }
};
