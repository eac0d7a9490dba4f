// What the built program calls back while it runs. Knows no tensor: whoever runs the program decides what happens.

/** A loop as the program enters it. */
export interface LoopEntry {
  readonly id: number;
  /** `step` for the training loop, `plain` for any other whose iterations are good moments to tidy up. */
  readonly kind: 'step' | 'plain';
  /** How many iterations there will be, when it is known and the loop runs only once. */
  readonly length: number | undefined;
  /** The values of all variables that can be seen at the loop; some may throw when read too early. */
  readonly variables: Variables;
}

/** Reads variables one by one, so that one which is not initialised yet hides no other. */
export interface Variables {
  readonly count: number;
  read(index: number): unknown;
}

/** One run of a loop. */
export interface LoopRun {
  /** Called before each iteration, the first included; false ends the loop. */
  next(headVariables: Variables | undefined): boolean;
  /** Called when the loop is left by itself. */
  done(): void;
}

export interface Hooks {
  enterLoop(entry: LoopEntry): LoopRun;
}

/** Lets everything run as it would. */
export const silentHooks: Hooks = {
  enterLoop: () => ({ next: () => true, done: () => undefined }),
};
