// What the built program calls back while it runs. Knows no tensor: whoever runs the program decides what happens.

/** A training loop, one that runs around it, or any other whose iterations are good moments to tidy up. */
export type LoopKind = 'step' | 'around' | 'plain';

/** A loop as the program enters it. */
export interface LoopEntry {
  readonly id: number;
  /** The file in which it stands. */
  readonly file: string;
  readonly kind: LoopKind;
  /** How many iterations there will be, when it is known and the loop runs only once. */
  readonly length: number | undefined;
  /** The values of all variables that can be seen at the loop; some may throw when read too early. */
  readonly variables: Variables;
  /** What the variables are called. */
  readonly names: readonly string[];
}

/** Reads variables one by one, so that one which is not initialised yet hides no other. */
export interface Variables {
  readonly count: number;
  read(index: number): unknown;
  /** Gives a variable another value; false when it is a constant. May throw when it is too early. */
  write?(index: number, value: unknown): boolean;
  readonly names?: readonly string[];
}

/** One run of a loop. */
export interface LoopRun {
  /** Called between two iterations before an item is fetched, with the place in the items; false ends the loop. */
  between?(items: Variables): boolean;
  /** Called before each iteration, the first included; false ends the loop. */
  next(headVariables: Variables | undefined): boolean;
  /** Called when a training loop, or one around it, is left in whatever way. */
  left?(): void;
  /** Called when the loop has ended by itself. */
  done(): void;
}

/**
 * Listens to a program, place by place. Frames are numbered as functions are entered, over the whole
 * run; −1 stands for the frame that is running.
 */
export interface Recorder {
  /** A function is entered; `parent` is the frame in whose text it stands. */
  enter(frame: number, parent: number, site: number, self: unknown): void;
  /** A statement is about to run. */
  at(frame: number, site: number): void;
  /** A loop's body is about to run. */
  iterate(frame: number, site: number): void;
  /** An expression has its value, under the site's name if it has one. */
  value(frame: number, site: number, value: unknown): void;
  /** A parameter, or a name out of a pattern, has its value. */
  bind(frame: number, site: number, value: unknown): void;
  /** A function returns a value; at its own site it has come to its end. */
  leave(frame: number, site: number, value: unknown): void;
  /** A call is about to be made, where the program was built to be guarded; the answer stands for its value. */
  guard?(frame: number, site: number, call: () => unknown): unknown;
}

/** Who listens to a program, if anybody does. */
export interface Recording {
  recorder: Recorder | undefined;
}

export interface Hooks {
  enterLoop(entry: LoopEntry): LoopRun;
}

/** Lets everything run as it would. */
export const silentHooks: Hooks = {
  enterLoop: () => ({ next: () => true, done: () => undefined }),
};
