// Runs ops beside a program, leaving no trace of them. Knows no op.
import { tape } from '../tape/tape';

/** Runs `body` in plain mode, outside of any step; afterwards the tape is as it was. */
export function aside<T>(body: () => T): T {
  const { mode, rows, phase, of, scope, accumulates, recorder, gradEnabled, interrupt } = tape;
  const before = { mode, rows, phase, of, scope, accumulates, recorder, gradEnabled, interrupt };
  Object.assign(tape, {
    mode: 'plain',
    rows: [],
    phase: 'forward',
    of: undefined,
    scope: undefined,
    accumulates: undefined,
    recorder: undefined,
    interrupt: undefined,
  });
  try {
    return body();
  } finally {
    Object.assign(tape, before);
  }
}
