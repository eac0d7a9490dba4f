// Turns whatever a user's program throws into a problem with its place. Knows no editor.
import type { Problem, SourceFrame } from '../protocol';
import { tape } from '../tape/tape';
import { EngineError } from '../tensor/errors';
import { SourceError } from '../source/error';
import { modulePath } from '../trace/paths';
import { explainRefusal } from './permissions';
import { reword } from './wording';

const longestMessage = 8192;

/** The problem behind a thrown value; `locate` finds the user's frames in a stack. */
export function problemOf(thrown: unknown, locate: (error: Error) => SourceFrame[]): Problem {
  if (thrown instanceof SourceError) {
    const { message, range, kind } = thrown;
    return { kind, message, severity: 'error', range, frames: [] };
  }
  const error = asError(thrown);
  const frames = locate(error);
  const { failure } = tape;
  const scope = failure?.error === thrown ? failure?.scope : undefined;
  const [first] = frames;
  return {
    kind: error instanceof EngineError ? error.kind : 'error',
    message: shorten(describe(error, frames)),
    severity: 'error',
    frames,
    ...(first && { range: rangeOf(first) }),
    ...(scope && { modulePath: modulePath(scope) }),
  };
}

export function rangeOf({ file, line, column, endLine, endColumn }: SourceFrame) {
  return { file, line, column, endLine, endColumn };
}

/** Anything can be thrown; reading it may itself throw. */
function asError(thrown: unknown): Error {
  let text = 'threw a value that cannot be shown';
  try {
    if (thrown instanceof Error) {
      if (typeof thrown.stack === 'string') return thrown;
      text = thrown.message;
    } else if (typeof thrown === 'string') text = thrown;
    else text = `threw ${JSON.stringify(thrown) ?? String(thrown)}`;
  } catch {
    // Its getters throw.
  }
  const error = new Error(text);
  error.stack = '';
  return error;
}

/** The engine's own errors speak for themselves; others say their type, as VS Code's users know it. */
function describe(error: Error, [first]: readonly SourceFrame[]): string {
  if (error instanceof EngineError) return error.message;
  const refusal = explainRefusal(error);
  if (refusal !== undefined) return refusal;
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return 'RangeError: the functions call each other without end (does a module contain itself?)';
  }
  return `${error.name}: ${reword(error.message, isInner(error, first))}`;
}

/** Whether an error was thrown below the user's lines, by the engine, which checks most but not all that it is given. */
function isInner(error: Error, first: SourceFrame | undefined): boolean {
  if (!(error instanceof TypeError) || first === undefined) return false;
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+\)?$/.test(line));
  return places.length > 0 && !places[0].includes(first.file) && !places[0].includes('node:');
}

function shorten(text: string): string {
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}
