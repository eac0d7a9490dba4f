// Breakpoints as the editor sets them, as the engine's stops. Knows no run.
import type { Stop, StopMode } from '../../engine/protocol';
import { Refusal, type Breakpoint, type Source, type SourceBreakpoint } from './dap';

interface Condition {
  condition?: string;
  hitCondition?: string;
}

const hitRule = /^\s*(?:==?=?|>=?|<=?|%)?\s*\d+\s*$/;

/** All breakpoints of a session. */
export class Breakpoints {
  /** Lines on which a statement begins, file by file; empty until the program is loaded. */
  lines = new Map<string, readonly number[]>();
  /** Errors that stop: of shapes, and all others. */
  readonly errors = { shape: false, uncaught: false };
  private readonly sources = new Map<string, Stop[]>();
  private functions: Extract<Stop, { kind: 'module' }>[] = [];
  /** What the editor was last told of function breakpoints. */
  functionAnswers: Breakpoint[] = [];
  private data: Stop[] = [];
  private exceptions: Stop[] = [];
  private lastId = 0;

  /** Everything that can stop a walk. */
  get stops(): Stop[] {
    return [...this.sources.values(), this.functions, this.data, this.exceptions].flat();
  }

  /** Whether each step must be recorded, because one of them could stop in it. */
  get needsSteps(): boolean {
    return this.stops.some(({ kind }) => kind !== 'nonFinite');
  }

  get stopsAtNonFinite(): boolean {
    return this.exceptions.some(({ kind }) => kind === 'nonFinite');
  }

  /** Whether a run that fails with this kind of problem is looked at. */
  stopsAt(problem: string): boolean {
    const { uncaught, shape } = this.errors;
    return (
      uncaught || (problem === 'nan' && this.stopsAtNonFinite) || (problem === 'shape' && shape)
    );
  }

  find(id: number): Stop | undefined {
    return this.stops.find((stop) => stop.id === id);
  }

  setSource({ path }: Source, wanted: readonly SourceBreakpoint[]): Breakpoint[] {
    if (path === undefined) throw new Refusal('a breakpoint needs a file');
    const stops: Stop[] = [];
    const answers = wanted.map((breakpoint): Breakpoint => {
      const id = ++this.lastId;
      const fault = hitFault(breakpoint);
      const line = this.lineFor(path, breakpoint.line);
      if (fault !== undefined || typeof line !== 'number')
        return { id, verified: false, message: fault ?? (line as string), line: breakpoint.line };
      const mode = modeOf(breakpoint.mode);
      stops.push({
        id,
        kind: 'line',
        file: path,
        line,
        ...(mode && { mode }),
        ...(breakpoint.logMessage && { log: breakpoint.logMessage }),
        ...conditionOf(breakpoint),
      });
      return { id, verified: true, line, source: { path } };
    });
    this.sources.set(path, stops);
    return answers;
  }

  /** The line at which a breakpoint stands, or why there is none. */
  private lineFor(path: string, line: number): number | string {
    const lines = this.lines.get(path);
    if (lines === undefined) return 'This file is not part of the model that runs.';
    return lines.find((candidate) => candidate >= line) ?? 'No statement begins here or below.';
  }

  locations(path: string, line: number, endLine = line): { line: number }[] {
    const lines = this.lines.get(path) ?? [];
    return lines.filter((at) => at >= line && at <= endLine).map((at) => ({ line: at }));
  }

  setFunctions(wanted: readonly (Condition & { name: string })[]): void {
    this.functions = [];
    this.functionAnswers = wanted.map((breakpoint) => {
      const id = ++this.lastId;
      const fault = hitFault(breakpoint);
      if (fault !== undefined) return { id, verified: false, message: fault };
      const { name: path } = breakpoint;
      this.functions.push({ id, kind: 'module', path, ...conditionOf(breakpoint) });
      return { id, verified: false, message: 'Looked for in the first step that is recorded.' };
    });
  }

  get hasFunctions(): boolean {
    return this.functions.length > 0;
  }

  /** Which function breakpoints can be met, by the names in a step; gives those of which that is new. */
  checkFunctions(names: readonly string[], step: number): Breakpoint[] {
    const known = new Set(names);
    const missing = (path: string): string =>
      `Step ${step} runs no module or function '${path}'.${nearest(path, names)}`;
    const found = this.functions.map(({ id, path }): Breakpoint =>
      known.has(path) ? { id, verified: true } : { id, verified: false, message: missing(path) },
    );
    const changed = found.filter(({ id, verified, message }) =>
      this.functionAnswers.some(
        (told) => told.id === id && (told.verified !== verified || told.message !== message),
      ),
    );
    const now = new Map(found.map((each) => [each.id, each]));
    this.functionAnswers = this.functionAnswers.map((told) => now.get(told.id) ?? told);
    return changed;
  }

  setData(wanted: readonly (Condition & { dataId: string })[]): Breakpoint[] {
    this.data = [];
    return wanted.map((breakpoint) => {
      const id = ++this.lastId;
      const fault = hitFault(breakpoint);
      if (fault !== undefined) return { id, verified: false, message: fault };
      this.data.push({ id, kind: 'value', name: breakpoint.dataId, ...conditionOf(breakpoint) });
      return { id, verified: true };
    });
  }

  setExceptions(wanted: readonly { filterId: string; condition?: string }[]): Breakpoint[] {
    this.exceptions = [];
    Object.assign(this.errors, { shape: false, uncaught: false });
    return wanted.map(({ filterId, condition = '' }) => {
      const id = ++this.lastId;
      const limit = condition.trim() === '' ? defaults[filterId] : Number(condition);
      if (limit !== undefined && !(limit >= 0))
        return {
          id,
          verified: false,
          message: `The limit must be a number ≥ 0, not '${condition}'.`,
        };
      if (filterId === 'shape' || filterId === 'uncaught') this.errors[filterId] = true;
      else if (filterId === 'nonFinite') this.exceptions.push({ id, kind: filterId });
      else if (filterId === 'gradientExceeds' || filterId === 'gradientVanishes')
        this.exceptions.push({ id, kind: filterId, limit: limit! });
      else return { id, verified: false, message: `There is no filter '${filterId}'.` };
      return { id, verified: true };
    });
  }
}

const defaults: Readonly<Record<string, number>> = { gradientExceeds: 10, gradientVanishes: 1e-6 };

function hitFault({ hitCondition }: Condition): string | undefined {
  if (!hitCondition || hitRule.test(hitCondition)) return undefined;
  return `'${hitCondition}' is no hit count; write 5, >= 5 or % 3.`;
}

function conditionOf({ condition, hitCondition }: Condition): Pick<Stop, 'condition' | 'hits'> {
  return { ...(condition && { condition }), ...(hitCondition && { hits: hitCondition }) };
}

/** Names that a name without its path, or a part of it, may have meant. */
function nearest(path: string, names: readonly string[]): string {
  const last = path.split('.').at(-1)!.toLowerCase();
  const alike = names.filter((name) => last !== '' && name.toLowerCase().includes(last));
  return alike.length === 0 ? '' : ` There is ${alike.slice(0, 3).join(', ')}.`;
}

function modeOf(mode: string | undefined): StopMode | undefined {
  return mode === 'forward' || mode === 'backward' || mode === 'both' ? mode : undefined;
}
