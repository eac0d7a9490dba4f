// Recurrent layers: one cell applied to each step of a sequence in turn. Knows no kernel.
import { dropout } from '../ops/random';
import { zeros } from '../ops/create';
import { cat, stack } from '../ops/movement';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { uniformParameter } from './init';
import { checkSizes } from './linear';
import { Module, type Parameter } from './module';

export interface RecurrentOptions {
  /** Layers on top of each other. Default 1. */
  numLayers?: number;
  bias?: boolean;
  /** Input and output are [N, T, *] instead of [T, N, *]. Default false. */
  batchFirst?: boolean;
  /** Dropout between layers, while training. Default 0. */
  dropout?: number;
  /** Read the sequence from the end, too. Default false. */
  bidirectional?: boolean;
}

/** The weights of one layer in one direction; the gates of a cell lie below each other. */
export interface CellWeights {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | undefined;
  readonly biasHh: Parameter | undefined;
}

/** What RNN, LSTM and GRU share: weights per layer and direction, and the walk along the sequence. */
export abstract class Recurrent extends Module {
  readonly options: Required<RecurrentOptions>;

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    gates: number,
    options: RecurrentOptions,
  ) {
    super();
    checkSizes(this.constructor.name, { inputSize, hiddenSize, numLayers: options.numLayers ?? 1 });
    this.options = {
      numLayers: options.numLayers ?? 1,
      bias: options.bias ?? true,
      batchFirst: options.batchFirst ?? false,
      dropout: options.dropout ?? 0,
      bidirectional: options.bidirectional ?? false,
    };
    if (!(this.options.dropout >= 0 && this.options.dropout <= 1)) {
      throw new ArgumentError(
        `${this.constructor.name}: dropout must lie between 0 and 1, but it is ${this.options.dropout}`,
      );
    }
    const bound = 1 / Math.sqrt(hiddenSize);
    const rows = gates * hiddenSize;
    for (let layer = 0; layer < this.options.numLayers; layer++) {
      const width = layer === 0 ? inputSize : hiddenSize * this.directions;
      for (const suffix of this.suffixes(layer)) {
        // Named as PyTorch names them (weight_ih_l0), so that weights can be exchanged.
        this.own(`weightIh${suffix}`, uniformParameter([rows, width], bound));
        this.own(`weightHh${suffix}`, uniformParameter([rows, hiddenSize], bound));
        if (!this.options.bias) continue;
        this.own(`biasIh${suffix}`, uniformParameter([rows], bound));
        this.own(`biasHh${suffix}`, uniformParameter([rows], bound));
      }
    }
  }

  protected get directions(): number {
    return this.options.bidirectional ? 2 : 1;
  }

  private suffixes(layer: number): string[] {
    return this.options.bidirectional ? [`L${layer}`, `L${layer}Reverse`] : [`L${layer}`];
  }

  private own(name: string, parameter: Parameter): void {
    Object.assign(this, { [name]: parameter });
  }

  private weights(suffix: string): CellWeights {
    const fields = this as unknown as Record<string, Parameter>;
    return {
      weightIh: fields[`weightIh${suffix}`]!,
      weightHh: fields[`weightHh${suffix}`]!,
      biasIh: fields[`biasIh${suffix}`],
      biasHh: fields[`biasHh${suffix}`],
    };
  }

  /**
   * Runs all layers over x, which is [T, N, inputSize]. `run` walks one layer in one direction; states
   * go in and come out as one array per kind of state, each [layers · directions, N, hiddenSize].
   */
  protected walk<State extends readonly Tensor[]>(
    x: Tensor,
    states: State,
    run: (
      x: Tensor,
      states: Tensor[],
      weights: CellWeights,
      reverse: boolean,
    ) => [Tensor, Tensor[]],
  ): [output: Tensor, states: Tensor[]] {
    let sequence = x;
    const finals: Tensor[][] = states.map(() => []);
    for (let layer = 0; layer < this.options.numLayers; layer++) {
      if (layer > 0)
        sequence = dropout(sequence, this.options.dropout, { training: this.training });
      const outputs = this.suffixes(layer).map((suffix, direction) => {
        const index = layer * this.directions + direction;
        const initial = states.map((state) => state.select(0, index));
        const [output, last] = run(sequence, initial, this.weights(suffix), direction === 1);
        last.forEach((state, kind) => finals[kind]!.push(state));
        return output;
      });
      sequence = outputs.length === 1 ? outputs[0]! : cat(outputs, 2);
    }
    return [sequence, finals.map((list) => stack(list))];
  }

  /** Puts a call's input and state into the form [T, N, *], runs, and undoes it. */
  protected inForm(
    x: Tensor,
    states: readonly (Tensor | undefined)[],
    run: (x: Tensor, states: Tensor[]) => [Tensor, Tensor[]],
  ): [Tensor, Tensor[]] {
    const name = this.constructor.name;
    if ((x.rank !== 2 && x.rank !== 3) || x.size(-1) !== this.inputSize) {
      throw new ShapeError(
        `${name}: input ${formatShape(x.shape)} must be [T, N, ${this.inputSize}]` +
          ` (or [N, T, ${this.inputSize}] with batchFirst, or [T, ${this.inputSize}])`,
      );
    }
    const batched = x.rank === 3;
    const { batchFirst } = this.options;
    const sequence = !batched ? x.unsqueeze(1) : batchFirst ? x.transpose(0, 1) : x;
    const expected = [this.options.numLayers * this.directions, sequence.size(1), this.hiddenSize];
    if (sequence.size(0) === 0) {
      throw new ShapeError(
        `${name}: input ${formatShape(x.shape)} has no time steps; it needs at least 1`,
      );
    }
    const initial = states.map((state) => {
      if (state === undefined) return zeros(expected, { dtype: x.dtype });
      const given = batched ? state : state.unsqueeze(1);
      if (sameShape(given.shape, expected)) return given;
      throw new ShapeError(
        `${name}: the initial state is ${formatShape(state.shape)}, but it must be ` +
          formatShape(batched ? expected : [expected[0]!, expected[2]!]),
      );
    });
    const [output, finals] = run(sequence, initial);
    if (!batched) return [output.squeeze(1), finals.map((state) => state.squeeze(1))];
    return [batchFirst ? output.transpose(0, 1) : output, finals];
  }

  override extraRepresentation(): string {
    const { numLayers, bidirectional } = this.options;
    const extra = `${numLayers > 1 ? `, numLayers=${numLayers}` : ''}${bidirectional ? ', bidirectional=true' : ''}`;
    return `${this.inputSize}, ${this.hiddenSize}${extra}`;
  }
}

/** The steps of a sequence, first to last, or last to first; results come back in order of time. */
export function overTime(x: Tensor, reverse: boolean, step: (at: Tensor) => Tensor): Tensor {
  const outputs = new Array<Tensor>(x.size(0));
  for (let i = 0; i < outputs.length; i++) {
    const time = reverse ? outputs.length - 1 - i : i;
    outputs[time] = step(x.select(0, time));
  }
  return stack(outputs);
}

/** x · Wᵀ + b for all steps at once. */
export function project(x: Tensor, weight: Parameter, bias: Parameter | undefined): Tensor {
  const y = x.matmul(weight.t());
  return bias ? y.add(bias) : y;
}

export interface RNNOptions extends RecurrentOptions {
  /** Default 'tanh'. */
  nonlinearity?: 'tanh' | 'relu';
}

const commonOptions = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional'];

/**
 * h_t = tanh(W_ih · x_t + b_ih + W_hh · h_(t−1) + b_hh) (torch.nn.RNN).
 * Shape: input [T, N, inputSize] ([N, T, …] with batchFirst, or [T, inputSize]), initial state
 * [layers · directions, N, hiddenSize] or none for zeros; output [T, N, directions · hiddenSize] and
 * the last state.
 */
export class RNN extends Recurrent {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    checkOptions('RNN', options, [...commonOptions, 'nonlinearity']);
    super(inputSize, hiddenSize, 1, options);
    this.nonlinearity = options.nonlinearity ?? 'tanh';
    if (this.nonlinearity !== 'tanh' && this.nonlinearity !== 'relu') {
      throw new ArgumentError(
        `RNN: nonlinearity must be 'tanh' or 'relu', but it is '${String(this.nonlinearity)}'`,
      );
    }
  }

  forward(x: Tensor, h?: Tensor): [output: Tensor, h: Tensor] {
    const [output, [last]] = this.inForm(x, [h], (sequence, states) =>
      this.walk(sequence, states, (input, [initial], weights, reverse) => {
        let state = initial!;
        const drive = project(input, weights.weightIh, weights.biasIh);
        const outputs = overTime(drive, reverse, (at) => {
          const sum = at.add(project(state, weights.weightHh, weights.biasHh));
          state = this.nonlinearity === 'tanh' ? sum.tanh() : sum.relu();
          return state;
        });
        return [outputs, [state]];
      }),
    );
    return [output, last!];
  }
}
