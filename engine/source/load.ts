// Loads a model file with all the files that it imports, and runs them. Knows no tensor and no editor.
import { dirname, isAbsolute, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type { SourceFrame, SourceRange } from '../protocol';
import { Bindings } from './bindings';
import { Calls } from './calls';
import { Edits } from './edits';
import { erase } from './erase';
import { SourceError } from './error';
import { exposeHolds } from './holds';
import { silentHooks, type Hooks, type Recording } from './hooks';
import { instrument } from './instrument';
import { rewriteLoops, type LoopSite } from './loops';
import { missingModule, rewriteModule, type ModuleRewrite } from './modules';
import { createRuntime, type Module } from './runtime';
import { analyze } from './scope';
import { SiteTable } from './sites';
import { Positions } from './stack';
import { parse, type Node, type SourceFile } from './syntax';
import { findTrainingLoops, findTrainingNames, type TrainingNames } from './training';

export interface LoadOptions {
  /** The text of a file, or undefined when there is none. */
  read(path: string): string | undefined;
  /** One of Node's own modules, or undefined. */
  builtin(name: string): object | undefined;
  /** Modules that are given, by name: `retrograd`. */
  modules: Readonly<Record<string, object>>;
  hooks?: Hooks;
  /** Who listens to the program; may change at any time. */
  recording?: Recording;
  /** To be filled with the places that hooks report. */
  sites?: SiteTable;
  /**
   * Hooks also tell of every name and member that is read, and guard calls; and a loop whose optimizer.step()
   * is still to be typed counts as a training loop.
   */
  deep?: boolean;
}

/** A program that has been loaded. */
export interface Program {
  readonly exports: Readonly<Record<string, unknown>>;
  /** Texts of all files, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** The places that hooks report. */
  readonly sites: SiteTable;
  /** Training loops that were found, in all files. */
  readonly stepLoops: readonly SourceRange[];
  /** Where `train` is named in the entry file, when it is exported. */
  readonly train: SourceRange | undefined;
  /** The user's places in an error's stack, innermost first. */
  locate(error: { stack?: string | undefined }): SourceFrame[];
  /** The bindings of all modules: where a search for what is still in use begins. */
  modules(): readonly Pick<Module, 'path' | 'variables'>[];
}

/** A program that failed while it was loading still knows its places. */
export class LoadFailure extends Error {
  constructor(
    readonly reason: unknown,
    readonly program: Pick<Program, 'locate'>,
  ) {
    super('the program failed while it was loading');
  }
}

/** A program that is parsed and rewritten, and can run again and again. */
export interface BuiltProgram extends Pick<Program, 'files' | 'sites' | 'stepLoops' | 'locate'> {
  /** The syntax of all files, by path. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Runs all files from the start. Throws a LoadFailure around what the user's code threw. */
  run(): Promise<Program>;
}

/** Loads and runs the entry file. Throws a SourceError, or a LoadFailure around what the user's code threw. */
export function loadProgram(entry: string, options: LoadOptions): Promise<Program> {
  return buildProgram(entry, options).run();
}

/** Builds the entry file with all that it imports. Throws a SourceError. */
export function buildProgram(entry: string, options: LoadOptions): BuiltProgram {
  const loader = new Loader(options);
  const main = loader.build(entry, undefined);
  const locate = (error: { stack?: string | undefined }): SourceFrame[] =>
    loader.sites.locate(error.stack ?? '');
  const built = {
    files: loader.texts,
    sites: loader.sites,
    stepLoops: loader.stepLoops,
    locate,
  };
  return {
    ...built,
    sources: loader.sources,
    run: async () => {
      loader.reset();
      try {
        await loader.run(main);
      } catch (error) {
        if (error instanceof SourceError) throw error;
        throw new LoadFailure(error, { locate });
      }
      return {
        ...built,
        exports: main.module.namespace,
        train: exportedName(main.file!, 'train'),
        modules: () => loader.modules(),
      };
    },
  };
}

interface Unit {
  readonly module: Module;
  readonly file: SourceFile | undefined;
  readonly rewrite: ModuleRewrite | undefined;
  readonly code: string;
  compiled?: (runtime: object, module: Module) => Promise<void> | undefined;
  state: 'built' | 'running' | 'done';
}

class Loader {
  readonly texts = new Map<string, string>();
  readonly sources = new Map<string, SourceFile>();
  readonly stepLoops: SourceRange[] = [];
  readonly sites: SiteTable;
  private readonly units = new Map<string, Unit>();
  private readonly byModule = new Map<Module, Unit>();
  private readonly training: TrainingNames = { gradients: new Set(), loops: new Set() };
  private readonly runtime: ReturnType<typeof createRuntime>;

  constructor(private readonly options: LoadOptions) {
    this.sites = options.sites ?? new SiteTable();
    const recording = options.recording ?? { recorder: undefined };
    this.runtime = createRuntime(
      options.hooks ?? silentHooks,
      recording,
      async (from, specifier) => {
        const file = this.byModule.get(from)!.file!;
        const unit = this.find(file, { specifier, start: 0, end: 0 });
        await this.run(unit);
        return unit.module;
      },
    );
  }

  modules(): Module[] {
    return [...this.units.values()].map(({ module }) => module);
  }

  /** Forgets what has run, so that all runs anew. */
  reset(): void {
    for (const unit of this.units.values()) {
      if (unit.rewrite === undefined) continue;
      unit.module.namespace = {};
      unit.state = 'built';
    }
  }

  /** Parses a file and everything it imports; nothing runs yet, so all syntax is checked first. */
  build(
    path: string,
    importer: { file: SourceFile; at: { start: number; end: number } } | undefined,
  ): Unit {
    const known = this.units.get(path);
    if (known) return known;
    const text = this.options.read(path);
    if (text === undefined) {
      const range = importer
        ? importer.file.lines.range(importer.at.start, importer.at.end)
        : { file: path, line: 1, column: 1, endLine: 1, endColumn: 1 };
      throw new SourceError('import', `cannot read ${path}`, range);
    }
    this.texts.set(path, text);
    if (path.endsWith('.json')) return this.given(path, { default: JSON.parse(text) as unknown });
    const file = parse(path, text);
    const edits = new Edits(text);
    this.sources.set(path, file);
    const analysis = analyze(file.tree);
    erase(file, edits);
    const bindings = new Bindings(file.tree, analysis);
    const rewrite = rewriteModule(file, analysis, bindings, edits);
    const module: Module = {
      path,
      namespace: {},
      imports: [],
      variables: { count: 0, read: () => undefined },
    };
    // Known before its imports are built, so that files may import each other.
    const placeholder: Unit = { module, file, rewrite, code: '', state: 'built' };
    this.units.set(path, placeholder);
    this.byModule.set(module, placeholder);
    module.imports = rewrite.imports.map((need) => this.find(file, need).module);
    const calls = new Calls(file.tree);
    findTrainingNames(calls, this.training);
    const loops = findTrainingLoops(calls, this.training, this.options.deep === true);
    const sites: LoopSite[] = rewriteLoops(file, analysis, bindings, edits, calls, loops);
    exposeHolds(file.tree, analysis, bindings, edits);
    const begin = instrument(file, edits, this.sites, this.options.deep ? analysis : undefined);
    for (const { kind, start, end } of sites)
      if (kind === 'step') this.stepLoops.push(file.lines.range(start, end));
    const edited = edits.apply();
    const prologue = `${rewrite.awaits ? 'return(async()=>{' : ''}${rewrite.prologue}${begin}`;
    this.sites.files.set(path, new Positions(file, edited, prologue.length));
    const unit = Object.assign(placeholder, {
      code: `${prologue}${edited.text}${rewrite.awaits ? '\n})()' : ''}`,
    });
    return unit;
  }

  private given(path: string, namespace: object): Unit {
    const known = this.units.get(path);
    if (known) return known;
    const module: Module = {
      path,
      namespace: namespace as Module['namespace'],
      imports: [],
      variables: { count: 0, read: () => undefined },
    };
    const unit: Unit = { module, file: undefined, rewrite: undefined, code: '', state: 'done' };
    this.units.set(path, unit);
    this.byModule.set(module, unit);
    return unit;
  }

  private find(file: SourceFile, need: { specifier: string; start: number; end: number }): Unit {
    const { specifier } = need;
    const given = this.options.modules[specifier];
    if (given) return this.given(specifier, given);
    if (!specifier.startsWith('.') && !isAbsolute(specifier)) {
      const builtin = this.options.builtin(specifier);
      if (builtin) return this.given(specifier, { ...builtin, default: builtin });
      throw missingModule(file, need, []);
    }
    const base = resolve(dirname(file.path), specifier);
    const tried = [
      ...new Set([base, base.replace(/\.js$/, '.ts'), `${base}.ts`, `${base}/index.ts`]),
    ].filter((path) => /\.(ts|mts|js|mjs|json)$/.test(path));
    const path = tried.find(
      (candidate) => this.units.has(candidate) || this.options.read(candidate) !== undefined,
    );
    if (path === undefined) throw missingModule(file, need, tried);
    return this.build(path, { file, at: need });
  }

  /** Runs a unit once, after what it imports. */
  async run(unit: Unit): Promise<void> {
    if (unit.state !== 'built') return;
    unit.state = 'running';
    for (const imported of unit.module.imports) await this.run(this.byModule.get(imported)!);
    unit.compiled ??= compileFunction(unit.code, ['$r', '$m'], {
      filename: unit.module.path,
    }) as NonNullable<Unit['compiled']>;
    await unit.compiled(this.runtime, unit.module);
    unit.state = 'done';
  }
}

/** Where the entry file names one of its exports. */
function exportedName(file: SourceFile, name: string): SourceRange | undefined {
  for (const statement of file.tree.body as Node[]) {
    if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration) continue;
    const declaration = statement.declaration as Node;
    const ids =
      declaration.type === 'VariableDeclaration'
        ? (declaration.declarations as Node[]).map(({ id }) => id as Node)
        : [declaration.id as Node];
    const id = ids.find((node) => node?.name === name);
    if (id) return file.lines.range(id.start, id.start + name.length);
  }
  return undefined;
}
