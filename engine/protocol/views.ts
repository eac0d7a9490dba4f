// What views ask of a held step, and the plain data they get; all of bounded size. Knows no tensor and no page.
import type { HeatMap, SourceRange, Summary } from '../protocol';

/** A tensor of the held step, named by a row that read or made it; or that tensor's gradient. */
export interface TensorRef {
  row: number;
  side: 'in' | 'out';
  index: number;
  gradient?: boolean;
}

/** A stretch of the step's positions, both ends included. */
export interface Stretch {
  from: number;
  to: number;
}

/** A module's call or a loop's iteration on the timeline; level 0 is outermost. */
export interface Band extends Stretch {
  level: number;
  label: string;
  kind: 'module' | 'iteration';
}

export interface Timeline {
  step: number;
  /** How many positions the step has. */
  positions: number;
  phases: (Stretch & { phase: 'forward' | 'backward' | 'update' })[];
  bands: Band[];
  /** How many bands were too thin to be sent. */
  left: number;
  /** The ops' names, and for each position the index of that which is about to run, or −1. */
  opNames: string[];
  ops: Int16Array;
}

/** A node of the model's graph: a module, or an op that runs directly in one. */
export interface LayerNode {
  id: number;
  /** The node around it; −1 at the top. */
  parent: number;
  kind: 'module' | 'op';
  /** The module's path, or the op's name. */
  name: string;
  /** The class, such as `Conv2d`; of an op, the module in which it runs. */
  type: string;
  /** How often it ran; more than once only where loops are rolled. */
  calls: number;
  /** The iterations of the loops around it; empty where loops are rolled. */
  iteration: number[];
  shape: number[];
  dtype: string;
  parameters: number;
  /** Only looks at its operand in another way, as reshape does. */
  view: boolean;
  /** Where it stands in the user's text. */
  range?: SourceRange;
  /** The position from which its result is there. */
  position: number;
}

export interface LayerGraph {
  step: number;
  nodes: LayerNode[];
  /** Which nodes read what which others made. */
  edges: (readonly [from: number, to: number])[];
  /** How many nodes were left out, because there are too many to draw. */
  left: number;
}

/** A tensor in short. */
export interface Picture {
  tensor: TensorRef;
  summary: Summary;
  heatMap: HeatMap;
}

/** A node of the graph as it stands at a position. */
export interface LayerState {
  id: number;
  /** Which call is shown, counted from 0; −1 before the first. */
  call: number;
  iteration: number[];
  output: Picture | null;
  /** `none`: no gradient ever reaches it. `pending`: it has not arrived yet. */
  gradientState: 'none' | 'pending' | 'arrived';
  gradient: Picture | null;
}

export interface TensorQuery {
  tensor: TensorRef;
  position: number;
  /** Which dimensions run down and across; −1 for none. */
  rows: number;
  columns: number;
  /** Indices along all dimensions; those of rows and columns are not looked at. */
  at: number[];
  /** The part of the plane that is wanted. */
  top: number;
  left: number;
  height: number;
  width: number;
}

/** A part of a plane of a tensor; its cells are averaged where there are more than can be sent. */
export interface TensorSlice {
  name: string;
  /** The tensor that was asked for, and its range in the plane after it was brought into bounds. */
  query: TensorQuery;
  summary: Summary;
  /** Counts in equal intervals from the least to the largest finite element. */
  histogram: number[];
  plane: { rows: number; columns: number };
  cells: HeatMap;
  /** Whether each cell is one element. */
  exact: boolean;
  /** Whether a gradient can be shown, and the ops that read the tensor. */
  gradientState: LayerState['gradientState'];
}

/** A number in an explanation, and where it stands. */
export interface Operand {
  value: number;
  name: string;
  tensor?: TensorRef;
  cell?: number[];
  /** The position at which it had this value. */
  position?: number;
}

/** How a cell came about. */
export interface Explanation {
  cell: number[];
  value: number;
  op: string;
  /** The rule, such as `y[i, j] = Σ a[i, k] · b[k, j]`. */
  rule: string;
  /** What is combined, in order; each term's operands are multiplied. */
  terms: Operand[][];
  /** Terms beyond those that are sent. */
  left: number;
  /** The whole sentence, with the numbers. */
  text: string;
  range?: SourceRange;
  module?: string;
}

/** A convolution or pooling of the step. */
export interface WindowLayer {
  row: number;
  op: string;
  module: string;
  iteration: number[];
  input: number[];
  output: number[];
  window: [number, number];
  stride: [number, number];
  padding: [number, number];
  dilation: [number, number];
  /** Input rows and columns that one unit of this layer sees of the first layer's input. */
  receptive: { size: [number, number]; jump: [number, number]; start: [number, number] };
  parameters: number;
}

export interface WindowQuery {
  row: number;
  position: number;
  image: number;
  inChannel: number;
  outChannel: number;
}

/** What one output plane of a window layer would be with other sizes. */
export interface WindowTrialQuery extends Omit<WindowQuery, 'position' | 'inChannel'> {
  padding: number;
  stride: number;
  dilation: number;
}

/** One plane of a window layer: an input channel, the filter between, an output channel. */
export interface WindowPicture {
  layer: WindowLayer;
  query: WindowQuery;
  images: number;
  inChannels: number;
  outChannels: number;
  input: HeatMap;
  /** Absent for pooling. */
  filter: HeatMap | null;
  bias: number | null;
  output: HeatMap;
  /** For max pooling, which input element won: its place in the plane, for each output. */
  winners: Int32Array | null;
  /** Recorded, but not computed where the cursor stands. */
  ahead: { input: boolean; output: boolean };
  gradients: { input: HeatMap | null; filter: HeatMap | null; output: HeatMap | null };
  gradientState: LayerState['gradientState'];
  /** The first output channels in small. */
  outputs: HeatMap[];
  /** How far the large planes were cut to fit, when they were. */
  cut: boolean;
}

/** Tensors that follow one another in time under one name. */
export interface Series {
  id: string;
  name: string;
  /** Where it comes from: a variable of the loop, or a layer that walks a sequence. */
  source: 'variable' | 'layer';
  length: number;
  /** Whether each is made from the one before. */
  recurrent: boolean;
  gates: string[];
}

export interface TimeStep {
  label: string;
  tensor: TensorRef;
  norm: number;
  /** It is recorded, but where the cursor stands it has not been computed. */
  ahead: boolean;
  /** `none` is not zero: there is no path from the loss. */
  gradientState: LayerState['gradientState'];
  gradientNorm: number;
  /** Why there is none, or why it is tiny. */
  why: string;
  /** The graph is cut behind this one: its value goes on, no gradient comes back. */
  cut: boolean;
  /** Means of the gates. */
  gates: number[];
}

export interface WeightContribution {
  label: string;
  norm: number;
  /** The norm of the sum so far. */
  runningNorm: number;
  /** The contribution and the running sum themselves, where the weight is a single number. */
  value?: number;
  runningValue?: number;
  arrived: boolean;
}

export interface ThroughTime {
  series: Series;
  steps: TimeStep[];
  /** One row for each gate, one column for each step: the mean over batch and units. */
  gates: { name: string; units: HeatMap }[];
  /** `left` counts uses that are not among the contributions, because there are too many. */
  weights: { name: string; contributions: WeightContribution[]; left: number }[];
  /** How many steps were left out. */
  left: number;
}

/** ‖∂L_i/∂h_t‖ for each term of the loss and each step; NaN where there is no path. */
export interface LossMatrix {
  terms: string[];
  steps: string[];
  norms: Float64Array;
}

export interface TruncationQuery {
  id: string;
  /** The graph is cut behind every so many steps; 0 for nowhere. */
  every: number;
}

/** What gradients would have been with other cuts: the recorded step, walked back once more. */
export interface Truncation {
  every: number;
  /** ‖∂L/∂h_t‖ for each step of the series; NaN where no path leads. */
  norms: Float64Array;
  /** Norms of whole and truncated gradients, and the share of the whole that is left along it. */
  weights: { name: string; whole: number; part: number; share: number }[];
}

/** An attention of the step. */
export interface AttentionSite {
  /** The softmax. */
  row: number;
  name: string;
  kind: 'dot product' | 'additive';
  cross: boolean;
  iteration: number[];
  batch: number;
  heads: number;
  queries: number;
  keys: number;
  /** What scores are multiplied by; 1 when they are not. */
  scale: number;
  masked: boolean;
  /** One query in each iteration of a loop, such as a decoder's: all of them together. */
  joined: boolean;
}

export interface AttentionQuery {
  row: number;
  position: number;
  batch: number;
  head: number;
}

export interface AttentionPicture {
  site: AttentionSite;
  query: AttentionQuery;
  queryTokens: string[];
  keyTokens: string[];
  /** Whether tokens are the symbols that were looked up, their numbers, or mere places. */
  tokens: 'symbols' | 'numbers' | 'places';
  /** [T, S] each: q·kᵀ as multiplied, scaled, masked, and after softmax. */
  raw: HeatMap;
  scaled: HeatMap;
  masked: HeatMap;
  weights: HeatMap;
  /** [T, d], [S, d], [S, v], [T, v]; absent for scores that are no product. */
  q: HeatMap | null;
  k: HeatMap | null;
  v: HeatMap;
  output: HeatMap;
  /** How many of the T queries have looked by then; the others lie ahead of the cursor. */
  looked: number;
  /** For each head, its mean entropy in nats; ln S when it looks everywhere alike. */
  entropies: number[];
  scoreGradient: HeatMap | null;
  gradientState: LayerState['gradientState'];
}

/** What surrounds attention: encodings of positions, and the stream from block to block. */
export interface Streams {
  positions: { name: string; waves: HeatMap; similarity: HeatMap }[];
  /** Sums x + f(x), in order. */
  residual: { name: string; norm: number; branchNorm: number; tensor: TensorRef }[];
}

/** A parameter's update in the held step. */
export interface ParameterUpdate {
  name: string;
  shape: number[];
  weightNorm: number;
  gradientNorm: number;
  updateNorm: number;
  /** ‖update‖ / ‖weight‖; about 1e-3 is usual. */
  ratio: number;
  optimizer: string;
  position: number;
}

/** What views can ask of a held step. */
export interface StepViewRequests {
  timeline(): Timeline;
  layers(query: { unrolled: boolean }): LayerGraph;
  layerStates(query: { unrolled: boolean; position: number; nodes: number[] }): LayerState[];
  tensorSlice(query: TensorQuery): TensorSlice;
  explainCell(query: { tensor: TensorRef; cell: number[]; position: number }): Explanation;
  windowLayers(): WindowLayer[];
  windowPicture(query: WindowQuery): WindowPicture;
  /** Null where the window does not fit, or the layer is not made for other sizes. */
  windowTrial(query: WindowTrialQuery): HeatMap | null;
  series(): Series[];
  throughTime(query: { id: string; position: number }): ThroughTime;
  lossMatrix(query: { id: string }): LossMatrix;
  truncation(query: TruncationQuery): Truncation;
  attentions(): AttentionSite[];
  attentionPicture(query: AttentionQuery): AttentionPicture;
  streams(): Streams;
  parameterUpdates(): ParameterUpdate[];
}
