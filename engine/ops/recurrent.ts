// One time step of gated recurrent cells, with every gate as an output. Knows no layer.
import { gruCellSimd, lstmCellSimd } from '../kernels/recurrent';
import { gruCellKernel, lstmCellKernel } from '../kernels/reference/recurrent';
import { tape } from '../tape/tape';
import { promote } from '../tensor/dtype';
import { ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor, TensorType } from '../tensor/tensor';
import { cat } from './join';
import { multiOp, type Op } from './op';
import { gruCellGrad, lstmCellGrad } from './slopes';

/** As many outputs like the state as the cell has, when the gates fit it. */
function outputsLikeState(name: string, gates: number, count: number) {
  return ([x, y, state]: readonly TensorType[]): TensorType[] => {
    const [rows, size] = state.shape;
    const expected = [rows, gates * size];
    for (const given of [x, y]) {
      if (state.shape.length === 2 && sameShape(given.shape, expected)) continue;
      throw new ShapeError(
        `${name}: gates of ${formatShape(given.shape)} do not fit a state of ${formatShape(state.shape)}: ` +
          `${gates} gates need ${formatShape(expected)}`,
      );
    }
    const dtype = promote(x, y, state);
    return Array.from({ length: count }, () => ({ shape: state.shape, dtype }));
  };
}

/** The gates of [N, count · H], each [N, H]. */
function gatesOf(all: Tensor, count: number): Tensor[] {
  const size = all.size(1) / count;
  return Array.from({ length: count }, (_, gate) => all.narrow(1, gate * size, size));
}

/** The sum of those gradients that are there. */
function total(...parts: (Tensor | null | undefined)[]): Tensor | null {
  const present = parts.filter((part) => part !== null && part !== undefined);
  return present.length === 0 ? null : present.reduce((sum, part) => sum.add(part));
}

/** A gradient that may be absent, times its factor. */
const times = (g: Tensor | null, factor: Tensor): Tensor | null => g?.mul(factor) ?? null;
const sigmoidSlope = (y: Tensor): Tensor => y.mul(y.neg().add(1));
const tanhSlope = (y: Tensor): Tensor => y.mul(y).neg().add(1);

export interface LSTMStep {
  /** The new hidden state, o · tanh(c). */
  h: Tensor;
  /** The new cell state, f · c + i · g. */
  c: Tensor;
  /** The input gate: how much of `g` is written. */
  i: Tensor;
  /** The forget gate: how much of the old cell state stays. */
  f: Tensor;
  /** What is offered for writing. */
  g: Tensor;
  /** The output gate: how much of the cell state shows. */
  o: Tensor;
}

/**
 * One step of a long short-term memory (Hochreiter and Schmidhuber, 1997) from what input and hidden
 * state send to its gates, [N, 4H] each in the order i, f, g, o, and the cell state [N, H].
 */
export const lstmCell: Op<[inputGates: Tensor, hiddenGates: Tensor, c: Tensor], LSTMStep> = multiOp(
  {
    name: 'lstmCell',
    torch: 'torch.ops.aten._thnn_fused_lstm_cell',
    outputNames: ['h', 'c', 'i', 'f', 'g', 'o'],
    shape: outputsLikeState('lstmCell', 4, 6),
    inputNames: () => ['inputGates', 'hiddenGates', 'c'],
    forward: lstmCellKernel,
    simd: lstmCellSimd,
    expand: ([x, y, before]) => {
      const [i, f, g, o] = gatesOf(x.add(y), 4).map((gate, k) =>
        k === 2 ? gate.tanh() : gate.sigmoid(),
      );
      const c = f.mul(before).add(i.mul(g));
      return [o.mul(c.tanh()), c, i, f, g, o];
    },
    vjp: (_, { inputs: [, , before], outputs: [, c, i, f, g, o], types }, gradients) => {
      const [ofH, ofC, ofI, ofF, ofG, ofO] = gradients;
      if (!tape.gradEnabled && !(ofI ?? ofF ?? ofG ?? ofO)) {
        const none = ofH && ofC ? null : c.zerosLike();
        const of = [ofH, ofC].map((gradient) => gradient?.contiguous() ?? none!);
        const [gates, dc] = lstmCellGrad(of[0], of[1], c, i, f, g, o, before);
        return inDtypes(types, gates, gates, dc);
      }
      const shown = c.tanh();
      const cell = total(ofC, ofH?.mul(o).mul(tanhSlope(shown)));
      const zero = c.zerosLike();
      const gates = cat(
        [
          times(total(ofI, cell?.mul(g)), sigmoidSlope(i)) ?? zero,
          times(total(ofF, cell?.mul(before)), sigmoidSlope(f)) ?? zero,
          times(total(ofG, cell?.mul(i)), tanhSlope(g)) ?? zero,
          times(total(ofO, ofH?.mul(shown)), sigmoidSlope(o)) ?? zero,
        ],
        1,
      );
      return inDtypes(types, gates, gates, cell?.mul(f));
    },
  },
  ([h, c, i, f, g, o]) => ({ h, c, i, f, g, o }),
);

export interface GRUStep {
  /** The new hidden state, (1 − z) · n + z · h. */
  h: Tensor;
  /** The reset gate: how much of the old state the candidate sees. */
  r: Tensor;
  /** The update gate: how much of the old state stays. */
  z: Tensor;
  /** The candidate for the new state. */
  n: Tensor;
}

/**
 * One step of a gated recurrent unit (Cho et al., 2014) from what input and hidden state send to its
 * gates, [N, 3H] each in the order r, z, n, and the hidden state [N, H]. As in PyTorch, z keeps the
 * old state; some papers swap z and 1 − z.
 */
export const gruCell: Op<[inputGates: Tensor, hiddenGates: Tensor, h: Tensor], GRUStep> = multiOp(
  {
    name: 'gruCell',
    torch: 'torch.ops.aten._thnn_fused_gru_cell',
    outputNames: ['h', 'r', 'z', 'n'],
    shape: outputsLikeState('gruCell', 3, 4),
    inputNames: () => ['inputGates', 'hiddenGates', 'h'],
    forward: gruCellKernel,
    simd: gruCellSimd,
    expand: ([x, y, before]) => {
      const [ofReset, ofUpdate, ofNew] = gatesOf(x, 3);
      const [hiddenReset, hiddenUpdate, hiddenNew] = gatesOf(y, 3);
      const r = ofReset.add(hiddenReset).sigmoid();
      const z = ofUpdate.add(hiddenUpdate).sigmoid();
      const n = ofNew.add(r.mul(hiddenNew)).tanh();
      return [z.neg().add(1).mul(n).add(z.mul(before)), r, z, n];
    },
    vjp: (_, { inputs: [, hidden, before], outputs: [, r, z, n], types }, gradients) => {
      const [ofH, ofR, ofZ, ofN] = gradients;
      if (!tape.gradEnabled && ofH && !(ofR ?? ofZ ?? ofN)) {
        return inDtypes(types, ...gruCellGrad(ofH.contiguous(), r, z, n, hidden, before));
      }
      const zero = n.zerosLike();
      const offered = hidden.narrow(1, 2 * n.size(1), n.size(1));
      const candidate = times(total(ofN, ofH?.mul(z.neg().add(1))), tanhSlope(n));
      const reset = times(total(ofR, candidate?.mul(offered)), sigmoidSlope(r)) ?? zero;
      const update = times(total(ofZ, ofH?.mul(before.sub(n))), sigmoidSlope(z)) ?? zero;
      return inDtypes(
        types,
        cat([reset, update, candidate ?? zero], 1),
        cat([reset, update, candidate?.mul(r) ?? zero], 1),
        ofH?.mul(z),
      );
    },
  },
  ([h, r, z, n]) => ({ h, r, z, n }),
);

/** Gradients in the dtypes of the inputs, which may have been promoted. */
function inDtypes(
  types: readonly TensorType[],
  ...gradients: (Tensor | undefined)[]
): (Tensor | undefined)[] {
  return gradients.map((gradient, i) => gradient?.to(types[i].dtype));
}
