// Every request, event and plain-data type that crosses a port. Knows no port, no tensor, no editor.
import type { CursorInfo, HeldInfo, HeldRequests } from './protocol/held';
import type {
  BranchInfo,
  BranchPlace,
  HistoryOptions,
  HistoryRequests,
  Sought,
} from './protocol/history';
import type { ProbeRequests } from './protocol/probe';
import type { RunAnswer, RunQuestion } from './protocol/questions';
import type { StepViewRequests } from './protocol/views';

export type * from './protocol/held';
export type * from './protocol/history';
export type * from './protocol/probe';
export type * from './protocol/questions';
export type * from './protocol/views';

/** A place in a user's file: 1-based lines and columns, the end exclusive. `file` is an absolute path. */
export interface SourceRange {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** One call on the way to a problem, innermost first. */
export interface SourceFrame extends SourceRange {
  functionName: string;
}

/** Something that went wrong in the user's program, ready to be shown beside their code. */
export interface Problem {
  /** A stable word to tell problems apart, such as `shape`, `syntax`, `import`, `memory`. */
  kind: ProblemKind;
  /** What happened, the numbers that disagree, and what to do: one paragraph of plain text. */
  message: string;
  severity: 'error' | 'warning';
  /** Where it happened; absent only when no line of the user's is at fault. */
  range?: SourceRange;
  /** The calls that led there, innermost first; all in the user's files. */
  frames: SourceFrame[];
  /** The module that was running, such as `encoder.layers.0`, when there was one. */
  modulePath?: string;
}

export type ProblemKind =
  | 'syntax'
  | 'import'
  | 'export'
  | 'shape'
  | 'argument'
  | 'data'
  | 'nan'
  | 'broadcast'
  | 'exit'
  | 'pending'
  | 'memory'
  | 'diverged'
  | 'error';

export type HyperValue = number | string | boolean;

/** One value of the model file's `hyper({ … })`, after overrides. */
export interface HyperParameter {
  name: string;
  value: HyperValue;
  default: HyperValue;
}

export interface TrainOptions {
  /** Absolute path of the model file. */
  file: string;
  seed: number;
  /** The folder below which the model may write files; the model file's own when absent. */
  workspace?: string;
  /** Stop after this many training steps. */
  steps?: number;
  /** Record this training step, and end the run behind it; or hold it, with `hold`. */
  record?: number;
  /** Recorded steps are held for questions: the run waits behind them, also when it has failed. */
  hold?: boolean;
  /** Bytes that the values of a recorded step may take, 512 MB when absent; what is over is made again when it is read. */
  traceBudget?: number;
  /** How the first held step is entered. */
  entry?: Omit<RecordRequest, 'step'>;
  /** Keeps the past, so that every step can be reached again, and held; a run that holds does so anyway. */
  history?: HistoryOptions;
  /** Texts of the program's files, for a run that must be the same although they were edited. */
  sources?: Record<string, string>;
  /** Values that replace those of `hyper({ … })`. */
  hyper: Record<string, HyperValue>;
}

/** What a run has logged at one step. */
export interface LogPoint {
  step: number;
  values: Record<string, number>;
}

/** A matrix or pictures that a run has logged under a name, as it was last. */
export interface LoggedPicture {
  step: number;
  shape: number[];
  heatMap: HeatMap;
}

/** New log points since the last report; sent at most twenty times a second. */
export interface Progress {
  run: number;
  /** Training steps finished. */
  step: number;
  /** All steps of the run, when the loop's length is known. */
  totalSteps?: number;
  /** What runs, and has logged these points. */
  place: BranchPlace;
  points: LogPoint[];
  /** For each layer that learns, the norm of its gradient, and that of its update over that of its weights. */
  gradients: LogPoint[];
  ratios: LogPoint[];
  /** Those that are new. */
  pictures: Record<string, LoggedPicture>;
  stepsPerSecond: number;
}

/** Lines printed by the user's program. */
export interface LogLines {
  run: number;
  lines: {
    level: 'log' | 'info' | 'warn' | 'error' | 'debug';
    text: string;
    range?: SourceRange;
  }[];
  /** Lines that were not kept, because the program printed more than can be shown. */
  dropped: number;
}

/** Statistics of a tensor, over its finite elements unless said otherwise. */
export interface Summary {
  shape: number[];
  dtype: string;
  count: number;
  mean: number;
  /** Population standard deviation. */
  std: number;
  min: number;
  max: number;
  /** Square root of the sum of squares. */
  norm: number;
  /** How many elements are exactly zero. */
  zeros: number;
  nan: number;
  infinite: number;
}

/** A tensor drawn small: one value a cell, row by row, averaged where several elements share a cell. */
export interface HeatMap {
  width: number;
  height: number;
  /** NaN where the tensor has one, so that it is drawn as such and never as a colour. */
  values: Float32Array;
}

/** What one module last put out. */
export interface LayerActivation {
  /** `conv1`, `encoder.layers.0`; empty for the model itself. */
  path: string;
  /** The class, such as `Conv2d`. */
  kind: string;
  summary: Summary;
  heatMap: HeatMap;
  /** Trainable values of this module and all below it. */
  parameters: number;
  /** How many times it ran in this step. */
  calls: number;
}

export interface Activations {
  run: number;
  step: number;
  layers: LayerActivation[];
}

export interface RunStarted {
  run: number;
  file: string;
  seed: number;
  hyper: HyperParameter[];
  /** The lines of the program's files on which a statement begins, in order. */
  lines: { file: string; lines: number[] }[];
}

export type EndReason = 'done' | 'stopped' | 'failed';

export interface RunEnded {
  run: number;
  reason: EndReason;
  steps: number;
  /** Trainable values of all models that the run's optimizers hold. */
  parameters: number;
  /** Sixteen hexadecimal digits over all parameters and optimizer state; equal runs have equal
   * hashes. Empty when the run had to be ended by force, and its state with it. */
  hash: string;
  milliseconds: number;
  /** Absent when the run had to be ended by force. */
  arithmetic?: RunArithmetic;
}

/** How numbers were computed: equal profiles give equal bits, whatever the tier. */
export interface Arithmetic {
  /** `strict` rounds each product and each sum by itself, which every machine can. */
  profile: 'strict';
  /** Which kernels served: SIMD with tiles of so many rows and columns, or plain TypeScript. */
  tier: 'simd 5x16' | 'simd 5x8' | 'simd 4x8' | 'reference';
}

export interface RunArithmetic extends Arithmetic {
  /** Threads that shared the large kernels at the end; results do not depend on it. */
  threads: number;
}

/** `strict arithmetic (simd 5x8, 2 threads)`. */
export const arithmeticText = ({ profile, tier, threads }: RunArithmetic): string =>
  `${profile} arithmetic (${tier}${threads > 1 ? `, ${threads} threads` : ''})`;

export type RunState = 'loading' | 'running' | 'paused' | 'ended';

/** What an expression, a name or a parameter was in a run without data. */
export interface ShapeHint extends SourceRange {
  /** What is written there, when it is a name. */
  name: string;
  /** Only some roles are worth a hint beside the code. */
  role: 'declaration' | 'parameter' | 'assignment' | 'field' | 'expression';
  /** `f32 [32, 10]`, or a list, an object or a module with sizes in it. */
  shape: string;
  /** The same with names for sizes: `f32 [B, 10]`. */
  symbolic: string;
  /** What a hover says, line by line: the type, how it comes about, how often. */
  text: string;
  /** How often it was evaluated in one training step, or around it. */
  calls: number;
}

/** A change that surely mends a problem. */
export interface ShapeFix {
  title: string;
  edits: (SourceRange & { text: string })[];
}

/** A mistake that a run without data has found. */
export interface ShapeProblem extends SourceRange {
  severity: 'error' | 'warning';
  /** A stable word; `// retrograd-ignore <kind>` on the line, or the one before, silences a warning. */
  kind: string;
  message: string;
  /** The calls around it, innermost first, and where the operands were made. */
  related: (SourceRange & { message: string })[];
  fixes: ShapeFix[];
}

/** A module class: what it weighs and gives. */
export interface ModuleShape extends SourceRange {
  name: string;
  parameters: number;
  /** Types of what `forward` gave, such as `f32 [B, 10]`. */
  output: string;
}

/** A part that did not run, and why not. */
export interface Unreached extends SourceRange {
  text: string;
}

/** What a run without data has found out about a program. */
export interface ShapeReport {
  hints: ShapeHint[];
  problems: ShapeProblem[];
  modules: ModuleShape[];
  unreached: Unreached[];
  /** Why there are no hints, or not all of them. */
  reason?: string;
  /** How long the thread worked; on an old Node, how long it took. */
  milliseconds: number;
}

export interface ShapeRequest {
  /** Absolute path of the file that is looked at. */
  file: string;
  /** Texts that differ from what is on disk, by path. */
  texts: Record<string, string>;
  /** Milliseconds after which the run is ended. */
  limit: number;
}

/** A report on its way through a port: hints are many, so they stay text until somebody reads them. */
export type ShapeAnswer = Omit<ShapeReport, 'hints'> & { hints: string };

/** What the worker for shapes can be asked. */
export interface ShapeRequests {
  shapes(request: ShapeRequest): ShapeAnswer;
}

/** Goes to a step, past or to come, and holds it; without `step`, to the next one that begins, unless one is held. */
export interface RecordRequest {
  step?: number;
  /** Of which branch; of the one that runs when absent. 0 is the trunk. */
  branch?: number;
  /** Where the cursor is put; `begin` when absent. */
  at?: 'begin' | 'end';
  /** Nobody is told where the cursor is put: whoever asks will move it at once. */
  quiet?: boolean;
}

/** What the engine can be asked. */
export interface EngineRequests
  extends HeldRequests, HistoryRequests, ShapeRequests, ProbeRequests {
  /** Starts a run in a fresh user worker, ending the run before it. Resolves with the run's number. */
  train(options: TrainOptions): number;
  /** Halts at the next step boundary. */
  pause(): void;
  resume(): void;
  /** Ends the run within 250 ms, whatever the user's code is doing. */
  stop(): void;
  /** What each module put out in the latest finished step; answered at the next step boundary. */
  activations(): Activations;
  /** Of a run that keeps its past: answers at once; `held` tells when it is there, `ended` that it never will be. */
  record(request: RecordRequest): void;
  /** Lets go of the held step; the run goes on. */
  release(): void;
  /**
   * Answers a question about the whole run, from where the cursor stands in a held step; the run goes to
   * the steps that matter, and comes back.
   */
  question(question: RunQuestion): RunAnswer;
}

/** What the engine tells. */
export interface EngineEvents {
  started: RunStarted;
  state: { run: number; state: RunState; step: number };
  progress: Progress;
  log: LogLines;
  problem: Problem & { run: number };
  recorded: RecordedStep;
  held: HeldInfo;
  /** The cursor stands elsewhere, whoever has moved it. */
  cursor: CursorInfo;
  /** The held step was let go: nothing can be asked of it any more. */
  released: { run: number; step: number };
  /** A run that holds has failed, and waits; `recorded` when the step it failed in is held. */
  failed: { run: number; step: number; recorded: boolean; problem: Problem };
  sought: Sought;
  branched: BranchInfo;
  ended: RunEnded;
}

/** One executed op of a recorded step, in order. */
export interface TraceRow {
  row: number;
  phase: 'forward' | 'backward' | 'update';
  op: string;
  /** Types such as `f32 [64, 10]`. */
  inputs: string[];
  /** What the op made; of an update, what it changed. */
  outputs: string[];
  /** The module that was running, such as `encoder.layers.0`. */
  module?: string;
  /** The expression in the user's text; a backward row has that of the forward row that it serves. */
  file?: string;
  line?: number;
  column?: number;
  /** The function around it; empty for the file itself. */
  function?: string;
  /** Iterations of the loops around it, counted from 0, outermost first. */
  iteration: number[];
  /** The forward row that a backward row serves. */
  of?: number;
  /** The parameter that an update changes, such as `out.weight`. */
  parameter?: string;
  /** A sum of gradients: this row adds contribution `number` of `of`. */
  contribution?: { number: number; of: number };
  /** The graph is cut here: no gradient flows back. */
  cut?: true;
}

/** One recorded training step; less than all of it when the program failed on the way. */
export interface RecordedStep {
  run: number;
  step: number;
  rows: TraceRow[];
}

/** Something that seems to be wrong with a recorded step. */
export interface Finding {
  /** Nothing useful can come of it; most likely a mistake; good to know. */
  severity: 'error' | 'warning' | 'note';
  /** One word, such as `dead`, `detached` or `softmaxAxis`. */
  cause: string;
  text: string;
  /** Where it happens, in the user's text. */
  place?: SourceRange;
  /** Paths of the parameters, or names of the variables, that it concerns. */
  subjects: string[];
}

/** Everything logged under one name: values over training steps, as long as each other. */
export interface Curve {
  steps: Float64Array;
  values: Float64Array;
}

export type Curves = Record<string, Curve>;

/** What was measured along the trunk of a run, or along one branch from its first step on. */
export interface RunCurves {
  curves: Curves;
  /** By layer: ‖∂L/∂weights‖ and ‖update‖ / ‖weights‖, a few times a second. */
  gradients: Curves;
  ratios: Curves;
}

/** A branch that has logged something. */
export type BranchRecord = BranchPlace & RunCurves;

/** One run as a view shows it, whether it is under way or long ended. */
export interface RunRecord extends RunCurves {
  /** The editor's own number; stays unique when the engine has to be started anew. */
  id: number;
  /** Path of the model file, as short as the workspace allows. */
  label: string;
  seed: number;
  hyper: HyperParameter[];
  state: RunState;
  step: number;
  totalSteps?: number;
  stepsPerSecond: number;
  /** The branch that runs; the curves of the record itself are those of the trunk, which is 0. */
  branch: number;
  branches: BranchRecord[];
  /** What was logged as a matrix or as pictures, the latest under each name. */
  pictures: Record<string, LoggedPicture>;
  /** The first error of the run. */
  problem?: string;
  ended?: Omit<RunEnded, 'run'>;
}

/** Where one stands, when a step is held. */
export interface Standing {
  held: HeldInfo | null;
  cursor: CursorInfo | null;
}

/** What a view can ask of the editor. */
export interface ViewRequests extends StepViewRequests, ProbeRequests {
  /** All runs that are kept, oldest first; curves thinned out so that they stay small. */
  runs(): RunRecord[];
  train(): void;
  pause(): void;
  resume(): void;
  stop(): void;
  restart(): void;
  /** Rejected while there is no run. */
  activations(): Activations;
  /** Shows the line at which this run failed. */
  showProblem(id: number): void;
  standing(): Standing;
  /** Moves the one cursor. */
  goTo(request: { position: number }): CursorInfo;
  /** Goes to a step of the latest run, past or to come, and holds it. */
  holdStep(request: { step: number }): void;
  /** Lets the held step go; training goes on. */
  letGo(): void;
  /** Shows a place of the user's text. */
  showPlace(place: SourceRange): void;
  /** Runs the latest model again from the same seed, with these hyperparameters. */
  trainWith(request: { hyper: Record<string, HyperValue> }): void;
  /** Writes the latest run's hyperparameters beside the model, or reads them from there. */
  saveHyper(): void;
  /** Puts the command line that trains as the latest run does on the clipboard, and gives it. */
  copyCommand(): string;
  readHyper(): Record<string, HyperValue>;
}

/** What the editor tells a view. */
export interface ViewEvents {
  /** A run began or changed; its curves hold only what is new. */
  run: RunRecord;
  /** The view may have missed something and should ask for `runs` again. */
  stale: null;
  /** A step is held or let go, or the cursor stands elsewhere. */
  standing: Standing;
  /** Shows one of the page's tabs. */
  tab: string;
  /** The page is shown again, or kept in the background, where it is told of nothing else. */
  seen: boolean;
}
