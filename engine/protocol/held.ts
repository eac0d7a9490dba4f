// What can be asked of a step that was recorded and is held, and what it tells. Knows no port, no tensor, no editor.
import type { Finding, HeatMap, SourceRange } from '../protocol';
import type { StepViewRequests } from './views';

export type Phase = 'forward' | 'backward' | 'update';

/** A recorded step that can be looked at and walked through, until the run goes on. */
export interface HeldInfo {
  run: number;
  branch: number;
  step: number;
  /** How many moments one can stand at; the first and the last surround the step. */
  moments: number;
  /** How many ops were executed. */
  rows: number;
  /** The phases in the order of time, as ranges of positions. */
  phases: PhaseRange[];
  /** What the program failed with, when the step was broken off. */
  failed?: string;
}

/** Positions `from` to before `to` belong to one phase. */
export interface PhaseRange {
  phase: Phase;
  from: number;
  to: number;
}

/** Where we stand: the same for debugger, views and hovers. */
export interface CursorInfo {
  run: number;
  branch: number;
  step: number;
  /** Which of the step's moments, counted from 0. */
  position: number;
  moments: number;
  phase: Phase;
  /** For people: `step 3 · ∂ cells.0 · t=4 · 412 of 980`. */
  description: string;
  /** The statement about to run, or to be mirrored; at the grain of rows, the row's expression. */
  place?: SourceRange;
  /** The innermost frame as the call stack names it. */
  frame: string;
  /** The module that runs, such as `encoder.layers.0`. */
  module?: string;
  /** Iterations of the loops around, outermost first. */
  iteration: number[];
  /** The row that comes next, at the grain of rows. */
  row?: number;
  /** The first row that has not run yet, as a line of `rows`. */
  nextLine: RowPath;
}

export type Grain = 'statement' | 'row';
export type Direction = 1 | -1;
export type MoveKind = 'next' | 'into' | 'out' | 'continue';

/** Which direction of the program a stop is for. */
export type StopMode = 'forward' | 'backward' | 'both';

/** A place to stop at. Conditions are JavaScript over the locals there and `$step`, `$phase`, `$iter`. */
export type Stop = {
  id: number;
  condition?: string;
  /** `5`, `>= 5` or `% 3`: of the times that it is met within a step, in the order of time. */
  hits?: string;
} & (
  | { kind: 'line'; file: string; line: number; mode?: StopMode; log?: string }
  | { kind: 'module'; path: string; mode?: StopMode }
  /** A parameter or named value is updated, or made. `condition` may compare its `norm`. */
  | { kind: 'value'; name: string }
  | { kind: 'nonFinite' }
  /** The norm of a gradient exceeds `limit`. */
  | { kind: 'gradientExceeds'; limit: number }
  /** A gradient becomes zero, or its typical element falls below `limit`, where it was not before. */
  | { kind: 'gradientVanishes'; limit: number }
);

export interface MoveRequest {
  kind: MoveKind;
  direction: Direction;
  grain: Grain;
  /** Where a move ends early, and where `continue` ends. */
  stops?: Stop[];
  /** Where it begins, when not at the cursor: `continue` meets stops behind it only. */
  from?: number;
}

/** A stop that was met, with what is to be said about it. */
export interface Hit {
  id: number;
  text?: string;
}

/** A line that a log point wrote. */
export interface LoggedLine {
  text: string;
  file: string;
  line: number;
}

export interface MoveResult {
  position: number;
  /** The move has led out of the step; the position has stayed what it was. */
  edge?: 'begin' | 'end';
  /** Stops that ended the move. */
  hits: Hit[];
  /** In the order in which they were met; of many only the first. */
  logs: LoggedLine[];
  /** Conditions that threw: each with what it said. */
  errors: Hit[];
}

/** One call around the cursor, innermost first. */
export interface FrameInfo {
  /** `∂ cells.0 · t=3`; the function's name outside of modules. */
  name: string;
  function: string;
  module?: string;
  place?: SourceRange;
  iteration: number[];
  /** Backward walks it in reverse. */
  mirrored: boolean;
}

export interface ScopeInfo {
  name: 'Gradients' | 'Locals' | 'Operations' | 'Parameters' | 'Module';
  reference: number;
  named: number;
}

/** A variable as it was at the cursor. References hold until the cursor moves. */
export interface VariableInfo {
  name: string;
  /** Of a tensor: `f32 [32, 128] mean 0.02 std 1 [−3.1, 2.9]`. */
  value: string;
  type: string;
  /** Of what can be expanded; 0 of what cannot. */
  reference: number;
  /** Children with names, which come first, and children with numbers. */
  named: number;
  indexed: number;
  /** An expression that gives this value again. */
  expression?: string;
  /** The line that made it. */
  made?: SourceRange;
  /** Of a tensor: a number for `memory`. */
  memory?: number;
  /** The name under which a stop of kind `value` finds it. */
  watch?: string;
}

export interface VariablesRequest {
  reference: number;
  filter?: 'named' | 'indexed';
  start?: number;
  count?: number;
}

/** A named tensor beside the line that made it. */
export interface FlowInfo {
  name: string;
  /** `f32 [32, 128]`. */
  type: string;
  norm: number;
  /** The norm of its gradient, as far as it has arrived. */
  gradient?: number;
  place: SourceRange;
}

/** A place of the user's text, and the name that stands there, if it is one. */
export interface ObserveRequest {
  file: string;
  line: number;
  column: number;
  name?: string;
}

/** What a place was in the held step. */
export interface Observed {
  run: number;
  step: number;
  range: SourceRange;
  /** How many times it had a value. */
  calls: number;
  /** What it was, in order; of many only the first and the last. */
  types: { type: string; calls: number }[];
  different: number;
  /** The call at the cursor, or the last one before it. */
  call: ObservedCall;
  /** The first, the ones beside it, and the last. */
  others: Pick<ObservedCall, 'index' | 'title' | 'position'>[];
}

export interface ObservedCall {
  /** Counted from 0. */
  index: number;
  /** The iteration of the loops around, `t=3`; empty outside of loops. */
  title: string;
  /** Where one stands right before it. */
  position: number;
  /** The type with statistics. */
  value: string;
  /** Absent when the program has given its elements back. */
  norm?: number;
  picture?: HeatMap;
  /** The norm of its whole gradient. */
  gradient?: number;
  gradientPicture?: HeatMap;
}

/** A row by its number in the step; behind that, one of its inside by its number there, and so on. */
export type RowPath = readonly number[];

/** A part of the tape as lines; rows whose insides have been stepped into show them below themselves. */
export interface RowLines {
  /** Which line the first one asked for would be; below 0 in front of all. */
  first: number;
  /** The lines that there are. */
  lines: RowLine[];
  /** All lines, and all rows. */
  total: number;
  rows: number;
}

/** A row in the Disassembly View: one executed op. */
export interface RowLine {
  index: number;
  path: RowPath;
  /** `vjp.matmul f32 [4, 16], f32 [16, 64] → f32 [4, 64] ‖5.16e-3‖`. */
  text: string;
  phase: Phase;
  place?: SourceRange;
}

/** Every request about a held step is rejected while there is none. */
export interface HeldRequests extends StepViewRequests {
  held(): HeldInfo;
  cursor(): CursorInfo;
  move(request: MoveRequest): MoveResult;
  /** Goes to a position; one outside the step is an error. */
  goTo(request: { position: number }): CursorInfo;
  /** Goes to where a frame begins; of a mirrored frame, to where backward enters it. */
  restartFrame(request: { frame: number }): CursorInfo;
  /** Positions at a line of a file, in the order of time. */
  positionsOfLine(request: { file: string; line: number }): PlaceInTime[];
  /** The calls around the cursor, innermost first. */
  frames(): FrameInfo[];
  scopes(request: { frame: number }): ScopeInfo[];
  variables(request: VariablesRequest): VariableInfo[];
  /** The value of an expression over what can be seen from a frame; the innermost when absent. */
  evaluate(request: { expression: string; frame?: number }): VariableInfo;
  /** Bytes of a tensor's elements, row by row; at most 64 KiB at once. */
  memory(request: { reference: number; offset: number; count: number }): MemoryPart;
  /** `count` lines of the tape, the first of them `offset` behind that of a row. */
  rows(request: { at: RowPath; offset: number; count: number }): RowLines;
  /** What a place of the text was in this step; null where it was no tensor, or was not reached. */
  observed(request: ObserveRequest): Observed | null;
  /** Named tensors around the cursor, the latest of each frame first. */
  flow(): FlowInfo[];
  /** Makes moves at random and undoes them: whether all was the same on the way back. */
  checkWalk(request: WalkCheck): boolean;
  /** Paths of modules and names of functions at which a stop of kind `module` can be met. */
  names(): string[];
  /** What seems to be wrong with the step, the worst first. */
  findings(): Finding[];
}

export interface WalkCheck {
  seed: number;
  moves: number;
}

/** A position where a line of the user's text is about to run, or is mirrored by backward. */
export interface PlaceInTime {
  position: number;
  mirrored: boolean;
}

export interface MemoryPart {
  /** All bytes that there are. */
  total: number;
  bytes: Uint8Array;
}
