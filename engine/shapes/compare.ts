// Runs a program with data and without, and compares what every expression was. Knows no test.
import * as retrograd from '../index';
import { readBuiltin } from '../session/workspace';
import { buildProgram } from '../source/load';
import { worked } from './clock';
import { hasShape, plain } from './describe';
import { Listening, runProgram, shapeModule, type ShapeRun } from './run';
import { readHarmlessBuiltin } from './surroundings';

export interface Difference {
  readonly line: number;
  readonly text: string;
  /** What it was in a real step, and in a shape run. */
  readonly real: string;
  readonly meta: string;
}

export interface Comparison {
  /** How many places with shapes were compared. */
  readonly places: number;
  readonly differences: readonly Difference[];
  /** What ended the real program. */
  readonly error: unknown;
  /** What the shape run says of the same program. */
  readonly meta: ShapeRun;
}

/**
 * Compares one training step of a program, expression by expression: whatever a shape run says must be
 * what a real step has. Places that depend on data may differ in how often they are reached.
 */
export async function compareWithReal(
  file: string,
  read: (path: string) => string | undefined,
  limit = 60_000,
): Promise<Comparison> {
  const meta = await once(file, read, limit, 'meta');
  const real = await once(file, read, limit, 'plain');
  const differences: Difference[] = [];
  let places = 0;
  for (const [site, { seen }] of meta.run.observer.observations) {
    const other = real.run.observer.observations.get(site);
    const { kind } = meta.built.sites.get(site);
    const shapes = shapesOf(seen.values());
    if (shapes.length === 0 || kind === 'function' || !other) continue;
    places++;
    const actual = shapesOf(other.seen.values());
    if (shapes.join() === actual.join()) continue;
    const range = meta.built.sites.range(site);
    const text = meta.built.sites.text(site);
    differences.push({
      line: range.line,
      text,
      real: actual.join(' | '),
      meta: shapes.join(' | '),
    });
  }
  return {
    places,
    differences,
    error: real.run.error ?? real.run.observer.failures[0]?.error,
    meta: meta.run,
  };
}

function shapesOf(seen: Iterable<{ described: Parameters<typeof plain>[0] }>): string[] {
  return [...seen].flatMap(({ described }) => (hasShape(described) ? [plain(described)] : []));
}

async function once(
  file: string,
  read: (path: string) => string | undefined,
  limit: number,
  mode: 'meta' | 'plain',
) {
  const listening = new Listening();
  const built = buildProgram(file, {
    read,
    builtin: mode === 'meta' ? readHarmlessBuiltin : readBuiltin,
    modules: { retrograd: mode === 'meta' ? shapeModule : retrograd },
    recording: listening,
    deep: true,
    hooks: listening,
  });
  const deadline = worked() + limit;
  const options = { deadline, mode, steps: 1, only: true };
  return { built, run: await runProgram(built, file, listening, options) };
}
