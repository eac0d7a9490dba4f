// Turns what failed or looks wrong in a shape run into problems with places and repairs. Knows no editor.
import { Module } from '../nn/module';
import type { ShapeProblem } from '../protocol';
import { EngineError } from '../tensor/errors';
import { formatType } from '../tensor/format';
import { Tensor } from '../tensor/tensor';
import { problemOf } from '../session/problems';
import type { BuiltProgram } from '../source/load';
import { fixesOf, silence, zeroGradFix } from './fixes';
import type { Failure, Observer } from './observer';
import type { ShapeRun } from './run';
import type { Suspicion } from './usage';
import { warningFixes } from './warning-fixes';

/** Beyond these many calls on the way nobody follows. */
const mostCallers = 8;

type Related = ShapeProblem['related'][number];

export class Problems {
  constructor(
    private readonly built: BuiltProgram,
    private readonly run: ShapeRun,
    /** The same program with other answers to questions for data: what fails only here is a guess. */
    private readonly other: Observer | undefined,
  ) {}

  all(): ShapeProblem[] {
    const { failures } = this.run.observer;
    const sure = failures.filter(
      ({ call }) =>
        !this.other || this.other.failures.some((failure) => failure.call.site === call.site),
    );
    const found = [
      ...sure.map((failure) => this.ofFailure(failure)),
      ...this.ofEnd(),
      ...this.run.warnings.map((told) => this.ofWarning(told)),
      ...this.run.usage.suspicions.map((suspicion) => this.ofSuspicion(suspicion)),
    ];
    const shown = found.filter((problem) => problem !== undefined && !this.isSilenced(problem));
    return onePerPlace(shown as ShapeProblem[]);
  }

  private ofFailure(failure: Failure): ShapeProblem {
    const { error, call, owner } = failure;
    const operands = [...(call.operands ?? []), ...(owner ? [owner] : [])];
    const problem = problemOf(error, (thrown) => this.built.locate(thrown));
    // The user's own code may fail between calls; the engine's errors belong to the call.
    const inside = error instanceof EngineError ? undefined : problem.range;
    return {
      ...(inside ?? this.built.sites.range(call.site)),
      severity: 'error',
      kind: problem.kind,
      message: problem.message,
      related: [...this.operands(call.site, operands), ...this.callers(failure)],
      fixes: fixesOf(this.built, this.run.observer, failure),
    };
  }

  /** An error outside of all calls ended the program. */
  private ofEnd(): ShapeProblem[] {
    const { error } = this.run;
    if (error === undefined || (this.other && this.run.askedForData)) return [];
    const { range, message, kind } = problemOf(error, (thrown) => this.built.locate(thrown));
    const [file] = this.built.files.keys();
    const nowhere = { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
    return [{ ...(range ?? nowhere), severity: 'error', kind, message, related: [], fixes: [] }];
  }

  /** Where the operands of a call were made, when that is elsewhere. */
  private operands(site: number, values: Iterable<object>): Related[] {
    const { sites } = this.built;
    const { observer } = this.run;
    const { start, end, lines } = sites.get(site);
    return [...new Set(values)].flatMap((value): Related[] => {
      const made = observer.placeOf(value);
      if (made === undefined) return [];
      const at = sites.get(made);
      const inside = at.lines === lines && at.start >= start && at.end <= end;
      if (inside || at.kind === 'binding' || at.kind === 'read') return [];
      const what =
        value instanceof Tensor
          ? `${formatType(value)} was made here`
          : `${(value as Module).constructor.name} was made here`;
      return [{ ...sites.range(made), message: what }];
    });
  }

  /** The calls on the way to the failed one, one for each function. */
  private callers({ call, callers }: Failure): Related[] {
    let { frame } = call;
    const told = new Set<number>();
    return callers.flatMap((caller): Related[] => {
      if (caller.frame === frame) return [];
      // A function that calls itself is called from one place, however often.
      const known = told.has(caller.site) || told.size >= mostCallers;
      told.add(caller.site);
      if (known) {
        ({ frame } = caller);
        return [];
      }
      const callee = functionName(this.built, this.run.observer, frame);
      frame = caller.frame;
      const message = callee === '' ? 'called from here' : `${callee} was called from here`;
      return [{ ...this.built.sites.range(caller.site), message }];
    });
  }

  /** What the engine itself warns of; whoever watched the op there may know a repair. */
  private ofWarning({ warning, site }: ShapeRun['warnings'][number]): ShapeProblem | undefined {
    const { kind, message } = warning;
    const same = this.run.usage.suspicions.find(
      (suspicion) => suspicion.site === site && suspicion.kind === kind,
    );
    return same ? this.ofSuspicion({ ...same, message }) : this.warning(kind, message, site);
  }

  private warning(kind: string, message: string, site: number): ShapeProblem | undefined {
    if (site < 0) return undefined;
    const range = this.built.sites.range(site);
    const fixes = [silence(kind, range, this.built.sites.lineOf(range))];
    return { ...range, severity: 'warning', kind, message, related: [], fixes };
  }

  private ofSuspicion(suspicion: Suspicion): ShapeProblem | undefined {
    const { kind, site, message, parameters = [], row } = suspicion;
    const problem = this.warning(kind, message, site);
    if (!problem) return undefined;
    const { built, run } = this;
    if (kind === 'missing-zero-grad') problem.fixes.unshift(...zeroGradFix(built, site));
    problem.fixes.unshift(...warningFixes(built, run.observer, suspicion));
    if (row) problem.related.push(...this.operands(site, row.inputs));
    const { observer } = this.run;
    const owners = [...observer.modules].filter((module) =>
      module.parameters().some((held) => parameters.includes(held)),
    );
    // The largest module that holds them says most.
    const [outer] = owners.toSorted((a, b) => b.parameters().length - a.parameters().length);
    if (outer)
      problem.related.push({
        ...this.built.sites.range(observer.placeOf(outer)!),
        message: `${outer.constructor.name} was made here`,
      });
    return problem;
  }

  private isSilenced({ severity, kind, file, line }: ShapeProblem): boolean {
    if (severity === 'error') return false;
    const lines = this.built.files.get(file)?.split('\n') ?? [];
    return [lines[line - 1], lines[line - 2]].some((text) => {
      const match = /\/\/\s*retrograd-ignore\b(.*)/.exec(text ?? '');
      return match && (match[1].trim() === '' || match[1].includes(kind));
    });
  }
}

/** Of problems at the same place the first is the cause. */
function onePerPlace(problems: readonly ShapeProblem[]): ShapeProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ file, line, column, severity }) => {
    const key = `${file}:${line}:${column}:${severity}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** `LeNet.forward`, `train`; empty for a file. */
export function functionName(built: BuiltProgram, observer: Observer, frame: number): string {
  const info = observer.frames.get(frame);
  if (!info) return '';
  const { name } = built.sites.get(info.site);
  const { self } = info;
  if (self instanceof Module && name !== '') return `${self.constructor.name}.${name}`;
  return name;
}
