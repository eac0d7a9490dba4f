// Warnings that the user's program earns while it runs, each once. Knows no op and no editor.
import type { ProblemKind } from '../protocol';

export interface Warning {
  kind: ProblemKind;
  message: string;
  /** Where it came from, as V8 tells it. */
  stack: string;
}

const seen = new Set<string>();

/** Where warnings go; whoever runs the user's program listens. */
export const warnings = {
  receive: undefined as ((warning: Warning) => void) | undefined,
};

let silent = false;

/** Runs what is meant as it is, whatever it looks like: no warnings come of it. */
export function quietly<T>(body: () => T): T {
  const before = silent;
  silent = true;
  try {
    return body();
  } finally {
    silent = before;
  }
}

/** Tells of a likely mistake, once per text. */
export function warnOnce(kind: ProblemKind, message: string): void {
  if (silent || seen.has(message)) return;
  seen.add(message);
  const { stack = '' } = new Error(message);
  if (warnings.receive) warnings.receive({ kind, message, stack });
  else console.warn(message);
}

/** Lets every warning be told again: another run begins in this thread. */
export function forgetWarnings(): void {
  seen.clear();
}
