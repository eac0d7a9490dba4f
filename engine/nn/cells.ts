// Recurrent cells: one step at a time, for loops that the user writes. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { steps, type CellName } from '../ops/steps';
import { ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { checkSizes } from './linear';
import { Module } from './module';
import type { Parameter } from './parameter';
import { cellWeights } from './recurrent';
import { checkPair, rnnCell, type Nonlinearity } from './rnn';
import { project, stateWeights } from './steps';

/** The base of RNNCell, LSTMCell and GRUCell. */
abstract class Cell extends Module {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | null;
  readonly biasHh: Parameter | null;

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    gates: number,
    options: { bias?: boolean },
  ) {
    super();
    checkSizes(this.constructor.name, { inputSize, hiddenSize });
    const weights = cellWeights(inputSize, hiddenSize, gates, options.bias ?? true);
    this.weightIh = weights.weightIh;
    this.weightHh = weights.weightHh;
    this.biasIh = weights.biasIh;
    this.biasHh = weights.biasHh;
  }

  protected abstract readonly cell: CellName;

  /** One step from these states, or from zeros. */
  protected advance(x: Tensor, states: readonly (Tensor | null | undefined)[]): Tensor[] {
    if ((x.rank !== 1 && x.rank !== 2) || x.size(-1) !== this.inputSize) {
      throw new ShapeError(
        `${this.constructor.name}: input ${formatShape(x.shape)} must be [N, ${this.inputSize}] or [${this.inputSize}]`,
      );
    }
    const expected = [...x.shape.slice(0, -1), this.hiddenSize];
    const initial = states.map((state) => {
      if (state === undefined || state === null) return x.newZeros(expected);
      if (sameShape(state.shape, expected)) return state;
      throw new ShapeError(
        `${this.constructor.name}: the state is ${formatShape(state.shape)}, but it must be ${formatShape(expected)}`,
      );
    });
    const drive = project(x, this.weightIh, this.biasIh);
    const weights = stateWeights(this);
    const step = steps[this.cell];
    if (x.rank === 2) return step(drive, initial, weights);
    const rows = initial.map((state) => state.unsqueeze(0));
    return step(drive.unsqueeze(0), rows, weights).map((state) => state.squeeze(0));
  }

  override extraRepresentation(): string {
    return `${this.inputSize}, ${this.hiddenSize}`;
  }
}

export interface RNNCellOptions {
  /** Whether there are biases. Default true. */
  bias?: boolean;
  /** Default 'tanh'. */
  nonlinearity?: Nonlinearity;
}

/** One step of an RNN (torch.nn.RNNCell). Shape: input [N, inputSize], state [N, hiddenSize] or none. */
export class RNNCell extends Cell {
  protected readonly cell: CellName;

  constructor(
    inputSize: number,
    hiddenSize: number,
    ...given: Given<RNNCellOptions, [bias: boolean, nonlinearity: Nonlinearity]>
  ) {
    const options = takeOptions<RNNCellOptions>('RNNCell', given, ['bias', 'nonlinearity']);
    super(inputSize, hiddenSize, 1, options);
    this.cell = rnnCell('RNNCell', options.nonlinearity ?? 'tanh');
  }

  forward(x: Tensor, h?: Tensor | null): Tensor {
    return this.advance(x, [h])[0];
  }
}

/** One step of an LSTM (torch.nn.LSTMCell). Shape: input [N, inputSize], states [N, hiddenSize] or none. */
export class LSTMCell extends Cell {
  protected readonly cell = 'lstm';

  constructor(
    inputSize: number,
    hiddenSize: number,
    ...given: Given<{ bias?: boolean }, [bias: boolean]>
  ) {
    super(inputSize, hiddenSize, 4, takeOptions('LSTMCell', given, ['bias']));
  }

  forward(x: Tensor, state?: readonly [h: Tensor, c: Tensor] | null): [h: Tensor, c: Tensor] {
    checkPair('LSTMCell', state);
    const [h, c] = this.advance(x, [state?.[0], state?.[1]]);
    return [h, c];
  }
}

/** One step of a GRU (torch.nn.GRUCell). Shape: input [N, inputSize], state [N, hiddenSize] or none. */
export class GRUCell extends Cell {
  protected readonly cell = 'gru';

  constructor(
    inputSize: number,
    hiddenSize: number,
    ...given: Given<{ bias?: boolean }, [bias: boolean]>
  ) {
    super(inputSize, hiddenSize, 3, takeOptions('GRUCell', given, ['bias']));
  }

  forward(x: Tensor, h?: Tensor | null): Tensor {
    return this.advance(x, [h])[0];
  }
}
