// Loads programs from texts, and runs them without the loader for comparison. Knows no tensor.
import { compileFunction } from 'node:vm';
import ts from 'typescript';
import type { Hooks, Recorder } from '../../../engine/source/hooks';
import { SourceError } from '../../../engine/source/error';
import { LoadFailure, loadProgram, type Program } from '../../../engine/source/load';
import type { SourceRange } from '../../../engine/protocol';

export const main = '/model/main.ts';

/** Loads `main.ts` among the given files, whose names are relative to its folder. */
export function load(
  files: string | Readonly<Record<string, string>>,
  hooks?: Hooks,
  given: Readonly<Record<string, object>> = {},
  recorder?: Recorder,
  deep = false,
): Promise<Program> {
  const texts = typeof files === 'string' ? { 'main.ts': files } : files;
  return loadProgram(main, {
    read: (path) => texts[path.replace('/model/', '')],
    builtin: () => undefined,
    modules: given,
    ...(hooks && { hooks }),
    recording: { recorder },
    deep,
  });
}

/** What a program shows of itself: the list `seen` that it exports, filled when `done` is. */
async function observations(exports: Readonly<Record<string, unknown>>): Promise<unknown> {
  await exports.done;
  return exports.seen;
}

/** The observations of a program that the TypeScript compiler alone has stripped of its types. */
export async function plainly(text: string): Promise<unknown> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS },
  });
  const exports = {};
  const run = compileFunction(outputText, ['exports']) as (exports: object) => void;
  run(exports);
  return observations(exports);
}

/** The observations of the same program through the loader. */
export async function loaded(
  text: string,
  hooks?: Hooks,
  recorder?: Recorder,
  deep = false,
): Promise<unknown> {
  try {
    return await observations((await load(text, hooks, {}, recorder, deep)).exports);
  } catch (error) {
    throw error instanceof LoadFailure ? error.reason : error;
  }
}

/** The SourceError that loading must end with. */
export async function sourceError(files: string | Record<string, string>): Promise<SourceError> {
  try {
    await load(files);
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
  throw new Error('the program loads');
}

/** The text of a range of the user's. */
export function textAt(text: string, range: SourceRange | undefined): string | undefined {
  if (!range) return undefined;
  const lines = text.split('\n');
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
  return text.slice(offset(range.line, range.column), offset(range.endLine, range.endColumn));
}
