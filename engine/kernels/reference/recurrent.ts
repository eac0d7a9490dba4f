// Reference kernels of one time step of gated recurrent cells, and of its gradient. Knows no shape rule and no gradient.
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

/** Calls `visit` with each row and column, and the place of that element in a dense matrix. */
function eachCell(
  { shape: [rows, size] }: Tensor,
  visit: (row: number, k: number, at: number) => void,
): void {
  for (let row = 0, at = 0; row < rows; row++) {
    for (let k = 0; k < size; k++, at++) visit(row, k, at);
  }
}

/** What the gates' sums of an LSTM and its old cell state get, from the gradients of h' and c'. */
export const lstmCellGradKernel: Kernel = ({ inputs, outputs: [gates, dc] }) => {
  const [ofH, ofC, next, i, f, g, o, c] = inputs.map(reader);
  const [to, toC] = [elements(gates), elements(dc)];
  const size = dc.shape[1];
  eachCell(dc, (row, k, at) => {
    const shown = Math.tanh(next(row, k));
    const [input, forget, offer, output] = [i, f, g, o].map((gate) => gate(row, k));
    const cell = ofC(row, k) + ofH(row, k) * output * (1 - shown * shown);
    const start = gates.start + row * 4 * size + k;
    to[start] = cell * offer * input * (1 - input);
    to[start + size] = cell * c(row, k) * forget * (1 - forget);
    to[start + 2 * size] = cell * input * (1 - offer * offer);
    to[start + 3 * size] = ofH(row, k) * shown * output * (1 - output);
    toC[dc.start + at] = cell * forget;
  });
};

/** What both sides of the gates' sums of a GRU and its old state get, from the gradient of h'. */
export const gruCellGradKernel: Kernel = ({ inputs, outputs: [ofX, ofY, dh] }) => {
  const [ofH, r, z, n, y, h] = inputs.map(reader);
  const [toX, toY, toH] = [ofX, ofY, dh].map((output) => elements(output));
  const size = dh.shape[1];
  eachCell(dh, (row, k, at) => {
    const g = ofH(row, k);
    const [reset, update, candidate] = [r, z, n].map((gate) => gate(row, k));
    const ofN = g * (1 - update) * (1 - candidate * candidate);
    const ofR = ofN * y(row, 2 * size + k) * reset * (1 - reset);
    const ofZ = g * (h(row, k) - candidate) * update * (1 - update);
    [ofR, ofZ, ofN].forEach((value, gate) => {
      toX[ofX.start + row * 3 * size + gate * size + k] = value;
      toY[ofY.start + row * 3 * size + gate * size + k] = gate === 2 ? value * reset : value;
    });
    toH[dh.start + at] = g * update;
  });
};
