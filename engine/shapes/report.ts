// Runs a file without data and tells what every expression is: hints, problems, modules. Knows no port and no editor.
import type { ModuleShape, ShapeHint, ShapeReport, Unreached } from '../protocol';
import { buildProgram, type BuiltProgram } from '../source/load';
import { SourceError } from '../source/error';
import type { SourceFile } from '../source/syntax';
import { worked } from './clock';
import { forgetDescriptions, hasShape, written } from './describe';
import { findImporter } from './importer';
import { Hints } from './hints';
import { Names } from './names';
import { Problems } from './problems';
import { Listening, runProgram, shapeModule, type RunOptions, type ShapeRun } from './run';
import { readHarmlessBuiltin } from './surroundings';
import { classesOf, placesOf } from './syntax';

export interface ShapeOptions {
  /** The text of a file, or undefined when there is none. */
  readonly read: (path: string) => string | undefined;
  /** Milliseconds of work after which the program is ended. */
  limit: number;
  seed?: number;
}

/** Probing for names takes no more than this part of the time. */
const probing = 0.5;

/** What a run without data finds out about a file. Never throws. */
export async function reportShapes(file: string, options: ShapeOptions): Promise<ShapeReport> {
  const start = worked();
  forgetDescriptions();
  const done = (report: Omit<ShapeReport, 'milliseconds'>): ShapeReport => ({
    ...report,
    milliseconds: worked() - start,
  });
  const nothing = { hints: [], problems: [], modules: [], unreached: [] };
  try {
    const first = await explore(file, options, start);
    if (first.run.reason !== 'nothing') return done(assemble(first));
    const importer = findImporter(file, options.read);
    if (importer !== undefined) return done(assemble(await explore(importer, options, start)));
    const reason =
      'no shapes: this file exports neither train() nor example(), and no file beside it that does imports it';
    return done({ ...assemble(first), reason });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { kind, message, range } = error;
    const problem = { ...range, severity: 'error' as const, kind, message, related: [], fixes: [] };
    return done({ ...nothing, problems: [problem], reason: `no shapes: ${message}` });
  }
}

interface Explored {
  readonly built: BuiltProgram;
  readonly run: ShapeRun;
  readonly names: Names;
  readonly limit: number;
}

async function explore(file: string, options: ShapeOptions, start: number): Promise<Explored> {
  const listening = new Listening();
  const built = buildProgram(file, {
    read: options.read,
    builtin: readHarmlessBuiltin,
    modules: { retrograd: shapeModule },
    recording: listening,
    deep: true,
    hooks: listening,
  });
  const deadline = start + options.limit;
  const once = (more: Omit<RunOptions, 'deadline'> = {}, until = deadline): Promise<ShapeRun> =>
    runProgram(built, file, listening, { ...more, seed: options.seed ?? 0, deadline: until });
  const run = await once();
  const until = Math.min(deadline, worked() + options.limit * probing);
  const names = await Names.find(run, (probe) => once({ ...probe, steps: 1 }, until), until);
  return { built, run, names, limit: options.limit };
}

function assemble({ built, run, names, limit }: Explored): Omit<ShapeReport, 'milliseconds'> {
  const telling = new Hints(built, run.observer, names);
  const hints: ShapeHint[] = [];
  const modules: ModuleShape[] = [];
  const unreached: Unreached[] = [];
  for (const source of built.sources.values()) {
    for (const place of placesOf(built, source)) {
      const hint = telling.of(source, place);
      if (hint) hints.push(hint);
    }
    modules.push(...modulesOf(built, run, names, source));
  }
  unreached.push(...unreachedOf(built, run));
  const problems = new Problems(built, run, names.other).all();
  const reason =
    run.halted?.reason === 'time'
      ? `the shape run was ended after ${limit} ms: shapes are those of what ran until then`
      : run.reason === 'nothing'
        ? undefined
        : run.reason;
  return { hints, problems, modules, unreached, ...(reason !== undefined && { reason }) };
}

/** Classes of modules with what their instances weigh and give. */
function modulesOf(
  built: BuiltProgram,
  { observer }: ShapeRun,
  names: Names,
  source: SourceFile,
): ModuleShape[] {
  const instances = [...observer.modules];
  return classesOf(source).flatMap((text): ModuleShape[] => {
    const [first] = instances.filter((module) => module.constructor.name === text.name);
    if (first === undefined) return [];
    const outputs = new Set<string>();
    for (const [site, { seen }] of observer.observations) {
      const { kind, lines, start, end, owner } = built.sites.get(site);
      if (kind !== 'return' || lines !== source.lines || start < text.start || end > text.end)
        continue;
      if (built.sites.get(owner).name !== 'forward') continue;
      [...seen.values()].forEach((one, index) => {
        if (!hasShape(one.described)) return;
        const called = names.of(site, index, one);
        if (called) outputs.add(written(one.described, (at) => called[at]));
      });
    }
    const parameters = first.parameters().reduce((sum, { count: size }) => sum + size, 0);
    const output = [...outputs].slice(0, 2).join(' or ') + (outputs.size > 2 ? ', …' : '');
    const range = source.lines.range(text.nameStart, text.nameStart + text.name.length);
    return [{ ...range, name: text.name, parameters, output }];
  });
}

/** What did not run: statements of functions that were called, and functions that were not. */
function unreachedOf(built: BuiltProgram, { observer, halted }: ShapeRun): Unreached[] {
  const found: Unreached[] = [];
  const after = halted ? ' before it was ended' : '';
  for (let id = 0; id < built.sites.count; id++) {
    const { kind, owner } = built.sites.get(id);
    if ((kind !== 'statement' && kind !== 'loop') || observer.reached.has(id)) continue;
    const called = observer.reached.has(owner);
    const text = called
      ? `not reached in the shape run${after}`
      : `this function was not called in the shape run${after}`;
    found.push({ ...built.sites.range(id), text });
  }
  return found;
}
