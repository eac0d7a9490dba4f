// What a model as it stands can be asked between two steps: what it makes of inputs from outside. Knows no tensor.

/** Samples, one after the other, in the shape of the model's own. */
export interface ProbeRequest {
  values: number[];
  count: number;
}

export interface ProbeAnswer {
  shape: number[];
  values: Float32Array;
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
  /** Samples of a model with two inputs, two numbers each. */
  points: Float64Array;
  /** What the numbers of a model over symbols stand for. */
  symbols: string[];
}

export interface ProbeRequests {
  /** Rejected when the model takes something else than one batch. */
  probeInfo(): ProbeInfo;
  /** Runs the model's forward in evaluation mode, without a graph, and leaves it as it was. */
  probe(request: ProbeRequest): ProbeAnswer;
}
