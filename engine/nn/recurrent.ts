// What recurrent layers share: weights per layer and direction, and the walk along a sequence. Knows no cell.
import { type Given } from '../ops/keywords';
import { dropout } from '../ops/random';
import { zeros } from '../ops/create';
import { cat, stack } from '../ops/join';
import { overTime } from '../ops/sequence';
import type { CellName } from '../ops/steps';
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import { checkTensor, type Tensor } from '../tensor/tensor';
import { uniformParameter } from './initial';
import { checkSizes } from './linear';
import { Module } from './module';
import type { Parameter } from './parameter';
import { PackedSequence } from './packed';
import { project, stateWeights, type CellWeights } from './steps';

export interface RecurrentOptions {
  /** Layers on top of each other. Default 1. */
  numLayers?: number;
  /** Whether the gates have biases, one for the input and one for the state. Default true. */
  bias?: boolean;
  /** Input and output are [N, T, *] instead of [T, N, *]. Default false. */
  batchFirst?: boolean;
  /** Dropout between layers, while training. Default 0. */
  dropout?: number;
  /** Read the sequence from the end, too. Default false. */
  bidirectional?: boolean;
}

/** In PyTorch's order. */
export const recurrentOptions = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional'];

/** What LSTM and GRU take besides their sizes. */
export type GivenRecurrent = Given<
  RecurrentOptions,
  [numLayers: number, bias: boolean, batchFirst: boolean, dropout: number, bidirectional: boolean]
>;

/** The base of RNN, LSTM and GRU. */
export abstract class Recurrent extends Module {
  readonly options: Required<RecurrentOptions>;

  protected constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    /** Gates whose weights lie below each other. */
    gates: number,
    options: RecurrentOptions,
  ) {
    super();
    const name = this.constructor.name;
    this.options = {
      numLayers: options.numLayers ?? 1,
      bias: options.bias ?? true,
      batchFirst: options.batchFirst ?? false,
      dropout: options.dropout ?? 0,
      bidirectional: options.bidirectional ?? false,
    };
    checkSizes(name, { inputSize, hiddenSize, numLayers: this.options.numLayers });
    if (!(this.options.dropout >= 0 && this.options.dropout <= 1)) {
      throw new ArgumentError(
        `${name}: dropout must lie between 0 and 1, but it is ${this.options.dropout}`,
      );
    }
    for (let layer = 0; layer < this.options.numLayers; layer++) {
      const width = layer === 0 ? inputSize : hiddenSize * this.directions;
      for (const suffix of this.suffixes(layer)) {
        // Named as PyTorch names them (weight_ih_l0), so that weights can be exchanged.
        const weights = cellWeights(width, hiddenSize, gates, this.options.bias);
        for (const [field, value] of Object.entries(weights)) {
          if (value !== null) Object.assign(this, { [field + suffix]: value });
        }
      }
    }
  }

  protected abstract readonly cell: CellName;

  private get directions(): number {
    return this.options.bidirectional ? 2 : 1;
  }

  private suffixes(layer: number): string[] {
    return this.options.bidirectional ? [`L${layer}`, `L${layer}Reverse`] : [`L${layer}`];
  }

  private weights(suffix: string): CellWeights {
    const fields = this as unknown as Record<string, Parameter>;
    return {
      weightIh: fields[`weightIh${suffix}`],
      weightHh: fields[`weightHh${suffix}`],
      biasIh: fields[`biasIh${suffix}`],
      biasHh: fields[`biasHh${suffix}`],
    };
  }

  /** Runs all layers from one initial state per state of the cell, or none for zeros. */
  protected run(
    x: Tensor | PackedSequence,
    states: readonly (Tensor | null | undefined)[],
  ): [output: Tensor | PackedSequence, states: Tensor[]] {
    const packed = x instanceof PackedSequence ? x : undefined;
    const input = packed ? packed.data : (x as Tensor);
    this.checkInput(input);
    const batched = input.rank === 3;
    const timeFirst = packed !== undefined || !this.options.batchFirst;
    const sequence = !batched ? input.unsqueeze(1) : timeFirst ? input : input.transpose(0, 1);
    const initial = states.map((state) => this.initialState(state, sequence, batched));
    const [output, finals] = this.walk(sequence, initial, packed);
    if (packed) return [new PackedSequence(output, packed.lengths), finals];
    if (!batched) return [output.squeeze(1), finals.map((state) => state.squeeze(1))];
    return [timeFirst ? output : output.transpose(0, 1), finals];
  }

  private checkInput(x: Tensor): void {
    const name = this.constructor.name;
    checkTensor(name, 'the input', x);
    if ((x.rank !== 2 && x.rank !== 3) || x.size(-1) !== this.inputSize) {
      throw new ShapeError(
        `${name}: input ${formatShape(x.shape)} must be [T, N, ${this.inputSize}]` +
          ` (or [N, T, ${this.inputSize}] with batchFirst, or [T, ${this.inputSize}])`,
      );
    }
    if (x.size(x.rank === 3 && this.options.batchFirst ? 1 : 0) === 0) {
      throw new ShapeError(
        `${name}: input ${formatShape(x.shape)} has no time steps; it needs at least 1`,
      );
    }
  }

  /** A given state as [layers · directions, N, hiddenSize]; zeros when none is given. */
  private initialState(
    state: Tensor | null | undefined,
    sequence: Tensor,
    batched: boolean,
  ): Tensor {
    const expected = [this.options.numLayers * this.directions, sequence.size(1), this.hiddenSize];
    if (state === undefined || state === null) return zeros(expected, { dtype: sequence.dtype });
    const given = batched ? state : state.unsqueeze(1);
    if (sameShape(given.shape, expected)) return given;
    throw new ShapeError(
      `${this.constructor.name}: the initial state is ${formatShape(state.shape)}, but it must be ` +
        formatShape(batched ? expected : [expected[0], expected[2]]),
    );
  }

  /** All layers over x, [T, N, inputSize]. */
  private walk(
    x: Tensor,
    states: readonly Tensor[],
    packed: PackedSequence | undefined,
  ): [output: Tensor, states: Tensor[]] {
    let sequence = x;
    const finals: Tensor[][] = states.map(() => []);
    for (let layer = 0; layer < this.options.numLayers; layer++) {
      if (layer > 0)
        sequence = dropout(sequence, this.options.dropout, { training: this.training });
      const outputs = this.suffixes(layer).map((suffix, direction) => {
        const index = layer * this.directions + direction;
        const initial = states.map((state) => state.select(0, index));
        const weights = this.weights(suffix);
        // The input's part of all steps in one product.
        const drive = project(sequence, weights.weightIh, weights.biasIh);
        const [output, last] = overTime(drive, initial, stateWeights(weights), {
          cell: this.cell,
          reverse: direction === 1,
          ...(packed && { active: (time) => packed.active(time) }),
        });
        last.forEach((state, kind) => finals[kind].push(state));
        return output;
      });
      sequence = outputs.length === 1 ? outputs[0] : cat(outputs, 2);
    }
    return [sequence, finals.map((list) => stack(list))];
  }

  override extraRepresentation(): string {
    const { numLayers, bidirectional } = this.options;
    const extra = `${numLayers > 1 ? `, numLayers=${numLayers}` : ''}${bidirectional ? ', bidirectional=true' : ''}`;
    return `${this.inputSize}, ${this.hiddenSize}${extra}`;
  }
}

/** The first weights of one cell, uniform in ±1/√hiddenSize; biases null when there are none. */
export function cellWeights(
  inputSize: number,
  hiddenSize: number,
  gates: number,
  bias: boolean,
): Required<CellWeights> {
  const bound = 1 / Math.sqrt(hiddenSize);
  const rows = gates * hiddenSize;
  return {
    weightIh: uniformParameter([rows, inputSize], bound),
    weightHh: uniformParameter([rows, hiddenSize], bound),
    biasIh: bias ? uniformParameter([rows], bound) : null,
    biasHh: bias ? uniformParameter([rows], bound) : null,
  };
}
