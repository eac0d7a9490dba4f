// What is wrong with a recorded step: every question asked at once, and answers that name cause and place. Knows no view.
import type { SourceRange } from '../protocol';
import { allFinite, Graph } from './graph';
import type { Cause } from './causes';
import { cuts, explosions } from './through-time';
import { habits } from './habits';
import { explainNonFinite } from './non-finite';
import { firstNonFinite } from './questions';
import { rowSuspicions } from './suspicions';
import type { Trace } from './trace';
import { valueAt } from './values';
import { whyGradient } from './why';

/** How bad it is: nothing useful can come of it; it is most likely a mistake; it is good to know. */
export type Severity = 'error' | 'warning' | 'note';

export interface Diagnosis {
  readonly cause: Cause;
  readonly severity: Severity;
  readonly text: string;
  /** The row where it happens; −1 when no row is at fault. */
  readonly row: number;
  readonly range: SourceRange | undefined;
  /** Paths of the parameters, or names of the variables, that it concerns. */
  readonly subjects: readonly string[];
}

const order: readonly Severity[] = ['error', 'warning', 'note'];

/** All findings of a step, the worst first, each once. */
export function diagnose(trace: Trace, graph = new Graph(trace)): Diagnosis[] {
  const growing = explosions(graph);
  const explodes = growing.some(({ cause }) => cause === 'exploding');
  const found = [
    ...numberFindings(graph, explodes),
    ...parameterFindings(graph),
    ...rowSuspicions(graph),
    ...cuts(graph),
    ...growing,
    ...habits(graph),
  ];
  return merged(found).sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** What is no number; where something explodes that is only what comes of it. */
function numberFindings(graph: Graph, explodes: boolean): Diagnosis[] {
  const first = firstNonFinite(graph);
  if (first === undefined) return spoiledBefore(graph);
  const { cause, row, text } = explainNonFinite(graph, first);
  const range = graph.trace.rangeOf(row);
  const severity = explodes ? 'note' : 'error';
  return [{ cause, severity, text, row, range, subjects: [] }];
}

/** Parameters that are no numbers already when the step begins: it happened in an earlier one. */
function spoiledBefore({ trace }: Graph): Diagnosis[] {
  return trace.paths.parameters.flatMap(([path, parameter]): Diagnosis[] => {
    if (allFinite(valueAt(trace, parameter, 0))) return [];
    const text = 'it is not finite already when the step begins: an earlier step has made it so';
    const range = trace.birthOf(parameter);
    return [{ cause: 'spoiled', severity: 'error', text, row: -1, range, subjects: [path] }];
  });
}

/** Parameters that get no gradient, or none worth the name, or whose gradient nobody uses. */
function parameterFindings(graph: Graph): Diagnosis[] {
  const { trace } = graph;
  const { rows, paths } = trace;
  const updated = new Set(rows.flatMap(({ changes }) => changes?.[0]?.tensor ?? []));
  const updates = rows.some(({ phase, changes }) => phase === 'update' && changes);
  // Before backward has run nothing can be said of gradients.
  if (graph.roots.size === 0) return [];
  return [...paths.parameters].flatMap(([path, parameter]): Diagnosis[] => {
    const { state, findings } = whyGradient(graph, parameter);
    const birth = trace.birthOf(parameter);
    if (state === 'present') {
      if (!updates || updated.has(parameter)) return [];
      const text = 'it has a gradient, but no optimizer of this step changes it';
      return [
        { cause: 'notUpdated', severity: 'warning', text, row: -1, range: birth, subjects: [path] },
      ];
    }
    // That a product makes small numbers smaller is nobody's mistake.
    const told = findings.filter(({ cause }) => cause !== 'small');
    return told.map(({ cause, text, row, range }) => ({
      cause,
      severity: state === 'tiny' || cause === 'frozen' || cause === 'unused' ? 'warning' : 'error',
      text,
      row,
      range: range ?? birth,
      subjects: [path],
    }));
  });
}

/** Findings of the same cause at the same place become one, over all that they concern. */
function merged(found: readonly Diagnosis[]): Diagnosis[] {
  const byPlace = new Map<string, Diagnosis>();
  for (const each of found) {
    const { file, line, column } = each.range ?? {};
    const key = [each.cause, file ?? each.row, line, column].join(' ');
    const known = byPlace.get(key);
    const subjects = [...new Set([...(known?.subjects ?? []), ...each.subjects])];
    byPlace.set(key, { ...(known ?? each), subjects });
  }
  return [...byPlace.values()];
}
