// The recurrent layers: RNN, LSTM and GRU. Knows no kernel and no walk.
import { takeOptions, type Given } from '../ops/keywords';
import type { CellName } from '../ops/steps';
import { ArgumentError, described } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import type { PackedSequence } from './packed';
import {
  Recurrent,
  recurrentOptions,
  type GivenRecurrent,
  type RecurrentOptions,
} from './recurrent';

export type Nonlinearity = 'tanh' | 'relu';

export interface RNNOptions extends RecurrentOptions {
  /** Default 'tanh'. */
  nonlinearity?: Nonlinearity;
}

/** In PyTorch's order. */
const rnnOptions = ['numLayers', 'nonlinearity', ...recurrentOptions.slice(1)];

type GivenRNN = Given<
  RNNOptions,
  [
    numLayers: number,
    nonlinearity: Nonlinearity,
    bias: boolean,
    batchFirst: boolean,
    dropout: number,
    bidirectional: boolean,
  ]
>;

/** The plain recurrent cell. */
export function rnnCell(layer: string, nonlinearity: Nonlinearity): CellName {
  if (nonlinearity === 'tanh') return 'rnnTanh';
  if (nonlinearity === 'relu') return 'rnnRelu';
  throw new ArgumentError(
    `${layer}: nonlinearity must be 'tanh' or 'relu', but it is '${String(nonlinearity)}'`,
  );
}

/**
 * h_t = tanh(W_ih · x_t + b_ih + W_hh · h_(t−1) + b_hh) (torch.nn.RNN).
 * Shape: input [T, N, inputSize] ([N, T, …] with batchFirst, [T, inputSize] for one sequence, or a
 * packed sequence), initial state [layers · directions, N, hiddenSize] or none for zeros; output
 * [T, N, directions · hiddenSize] and the last state.
 */
export class RNN extends Recurrent {
  readonly nonlinearity: Nonlinearity;
  protected readonly cell: CellName;

  constructor(inputSize: number, hiddenSize: number, ...given: GivenRNN) {
    const options = takeOptions<RNNOptions>('RNN', given, rnnOptions);
    super(inputSize, hiddenSize, 1, options);
    this.nonlinearity = options.nonlinearity ?? 'tanh';
    this.cell = rnnCell('RNN', this.nonlinearity);
  }

  forward(x: Tensor, h?: Tensor | null): [output: Tensor, h: Tensor];
  forward(x: PackedSequence, h?: Tensor | null): [output: PackedSequence, h: Tensor];
  forward(
    x: Tensor | PackedSequence,
    h?: Tensor | null,
  ): [output: Tensor | PackedSequence, h: Tensor] {
    const [output, [last]] = this.run(x, [h]);
    return [output, last];
  }
}

/** Refuses a state of an LSTM that is not two tensors. */
export function checkPair(layer: string, state: unknown): void {
  if (state === undefined || state === null || (Array.isArray(state) && state.length === 2)) return;
  throw new ArgumentError(`${layer}: the state must be a pair [h, c], but got ${described(state)}`);
}

/** The hidden and the cell state. */
export type LSTMState = readonly [h: Tensor, c: Tensor];

/**
 * A long short-term memory (torch.nn.LSTM): gates i, f, o and offer g decide what the cell state c
 * takes up, keeps and shows; c_t = f · c_(t−1) + i · g, h_t = o · tanh(c_t). A recorded step is
 * one `lstmCell` on the tape for each time, of which every gate is an output.
 * Shape: input and output as of RNN; the state is a pair [h, c], each [layers · directions, N, hiddenSize].
 */
export class LSTM extends Recurrent {
  protected readonly cell = 'lstm';

  constructor(inputSize: number, hiddenSize: number, ...given: GivenRecurrent) {
    super(inputSize, hiddenSize, 4, takeOptions('LSTM', given, recurrentOptions));
  }

  forward(x: Tensor, state?: LSTMState | null): [output: Tensor, state: [h: Tensor, c: Tensor]];
  forward(
    x: PackedSequence,
    state?: LSTMState | null,
  ): [output: PackedSequence, state: [h: Tensor, c: Tensor]];
  forward(
    x: Tensor | PackedSequence,
    state?: LSTMState | null,
  ): [output: Tensor | PackedSequence, state: [h: Tensor, c: Tensor]] {
    checkPair('LSTM', state);
    const [output, [h, c]] = this.run(x, [state?.[0], state?.[1]]);
    return [output, [h, c]];
  }
}

/**
 * A gated recurrent unit (torch.nn.GRU): h_t = (1 − z) · n + z · h_(t−1), where the candidate n sees
 * the old state through the reset gate r. On the tape each time is one `gruCell`, of which
 * every gate is an output.
 * Shape: as of RNN.
 */
export class GRU extends Recurrent {
  protected readonly cell = 'gru';

  constructor(inputSize: number, hiddenSize: number, ...given: GivenRecurrent) {
    super(inputSize, hiddenSize, 3, takeOptions('GRU', given, recurrentOptions));
  }

  forward(x: Tensor, h?: Tensor | null): [output: Tensor, h: Tensor];
  forward(x: PackedSequence, h?: Tensor | null): [output: PackedSequence, h: Tensor];
  forward(
    x: Tensor | PackedSequence,
    h?: Tensor | null,
  ): [output: Tensor | PackedSequence, h: Tensor] {
    const [output, [last]] = this.run(x, [h]);
    return [output, last];
  }
}
