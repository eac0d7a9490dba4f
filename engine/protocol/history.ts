// What can be asked of a run's past, and what it tells. Knows no port, no tensor, no editor.

/** How a run remembers its past. */
export interface HistoryOptions {
  /** Megabytes that checkpoints may take. */
  megabytes: number;
  /** Holds every step of a re-run against a fingerprint of the whole state; dear, for tests. */
  everyStep?: boolean;
}

/** What a run remembers. */
export interface PastInfo {
  run: number;
  /** The branch that runs; what follows is its past. */
  branch: number;
  /** The trunk, which is 0, and its branches. */
  branches: { parent: number; begins: number; steps: number }[];
  /** Steps that were finished at the furthest. */
  steps: number;
  /** Moments to which the run can go back at once, as counts of finished steps. */
  checkpoints: number[];
  bytes: number;
  /** The most steps between two checkpoints. */
  interval: number;
  /** The longest that going to any past step takes, by the steps measured so far. */
  seekMilliseconds: number;
  /** How long a step takes, and how long one that is recorded; 0 while there was none. */
  stepMilliseconds: number;
  recordedMilliseconds: number;
  /** Why going back means running again from the first step; absent when it does not. */
  obstacle?: string;
}

/** The run stands before a step that it was asked to go to. */
export interface Sought {
  run: number;
  branch: number;
  step: number;
  milliseconds: number;
  /** How many steps were run again on the way. */
  rerun: number;
}

/** What a branch has otherwise than the run that it continues. */
export interface BranchRequest {
  /** The branch begins with this step. */
  step: number;
  hyper?: Record<string, string | number | boolean>;
  /** Texts of files that were edited, by path. */
  sources?: Record<string, string>;
}

/** A branch has begun, and pauses before its first step. */
export interface BranchInfo {
  run: number;
  /** Counted from 0, which is the trunk. */
  branch: number;
  step: number;
}

/** What a run's points belong to: its trunk, which is branch 0, or a branch that goes on from a step of another. */
export interface BranchPlace {
  branch: number;
  parent: number;
  /** Its first step: what comes before is its parent's. */
  begins: number;
}

export interface HistoryRequests {
  /**
   * Continues the state before a step in the program as it is now, or with other hyperparameters: what
   * was not changed goes on as it was. Pauses there; `branched` tells when it is there.
   */
  branch(request: BranchRequest): void;
  /**
   * Goes to the moment before a step, past or to come, and pauses there; `sought` tells when it is there.
   * With `branch`, to a step of that branch: 0 returns to the trunk.
   */
  seek(request: { step: number; branch?: number }): void;
  past(): PastInfo;
}
