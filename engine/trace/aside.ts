// Runs ops beside a program, leaving no trace of them. Knows no op.
import { tape, type TapeRecorder } from '../tape/tape';

/**
 * Runs `body` outside of any step, in plain mode or for a recorder of its own; afterwards the tape is
 * as it was.
 */
export function aside<T>(body: () => T, recorder?: TapeRecorder): T {
  const { sequence: _, clock: __, ...rest } = tape;
  Object.assign(tape, {
    mode: recorder ? 'record' : 'plain',
    rows: [],
    phase: 'forward',
    of: undefined,
    scope: undefined,
    accumulates: undefined,
    recorder,
    interrupt: undefined,
  });
  try {
    return body();
  } finally {
    // What was done cannot be undone: the counters go on.
    Object.assign(tape, rest);
  }
}
