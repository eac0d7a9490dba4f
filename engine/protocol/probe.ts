// What a model as it stands can be asked between two steps: what it makes of inputs from outside. Knows no tensor.
import type { HeatMap, LayerActivation } from '../protocol';

/** Samples, one after the other, in the shape of the model's own; a sequence of symbols may have any length. */
export interface ProbeRequest {
  values: number[];
  count: number;
  /** Also what each module put out and where attentions looked; for one sample. */
  inside?: boolean;
}

/** Where an attention looked: a picture of queries over keys for each head. */
export interface ProbeAttention {
  name: string;
  heads: HeatMap[];
}

export interface ProbeAnswer {
  shape: number[];
  values: Float32Array;
  /** Empty unless asked for. */
  layers: LayerActivation[];
  attentions: ProbeAttention[];
}

/** What the model takes and gives, as its latest call showed. */
export interface ProbeInfo {
  model: string;
  /** Of one sample. */
  shape: number[];
  dtype: string;
  /** Of the latest batch. */
  output: number[];
  /** The first sample of that batch. */
  sample: Float64Array;
  /** How many further inputs the model takes; they stay those of that sample. */
  others: number;
  /** Samples of a model with two inputs, two numbers each, and what each should have given, when that is known. */
  points: Float64Array;
  labels: Float64Array;
  /** What the numbers of a model over symbols stand for. */
  symbols: string[];
}

export interface ProbeRequests {
  /** Rejected when the model's first input is no batch. */
  probeInfo(): ProbeInfo;
  /** Runs the model's forward in evaluation mode, without a graph, and leaves it as it was. */
  probe(request: ProbeRequest): ProbeAnswer;
}
