// The calls of modules in a step, found from the scopes of its rows, and the ops that run directly in each. Knows no view.
import { Module } from '../nn/module';
import type { Scope } from '../tape/tape';
import { counts } from '../trace/iterations';
import type { StepView } from './held';

/** One call of a module, or everything outside of modules. */
export interface Call {
  /** Absent outside of modules. */
  readonly scope: Scope | undefined;
  readonly path: string;
  readonly type: string;
  readonly parent: Call | undefined;
  /** Forward rows that run in it or below, in order. */
  readonly rows: number[];
  /** What runs directly in it, in order. */
  readonly items: (Call | number)[];
  /** Counts of the loops around its first row, or around the call. */
  readonly iteration: readonly number[];
  /** Whether the user's own text computes here, so that its single ops are worth seeing. */
  own: boolean;
}

/** All calls, outermost first; the root stands for the training step itself. */
export function callsOf(view: StepView): { root: Call; calls: Call[] } {
  return view.once('calls', () => build(view));
}

function build(view: StepView): { root: Call; calls: Call[] } {
  const root: Call = {
    scope: undefined,
    path: '',
    type: '',
    parent: undefined,
    rows: [],
    items: [],
    iteration: [],
    own: true,
  };
  const calls: Call[] = [root];
  const known = new Map<Scope, Call>();
  const callOf = (scope: Scope | undefined, row: number): Call => {
    if (scope === undefined) return root;
    const before = known.get(scope);
    if (before) return before;
    const parent = callOf(scope.parent, row);
    const call: Call = {
      scope,
      path: view.paths.module(scope.owner) ?? pathBelow(parent, scope.owner),
      type: scope.owner.constructor.name,
      parent,
      rows: [],
      items: [],
      iteration: counts(iterationAround(view, scope, row)),
      own: false,
    };
    parent.items.push(call);
    calls.push(call);
    known.set(scope, call);
    return call;
  };
  view.rows.forEach((row, number) => {
    if (row.phase !== 'forward') return;
    const call = callOf(row.scope, number);
    call.items.push(number);
    const { frame } = view.trace.placeOf(number);
    if (frame >= 0 && view.trace.frames[frame].self === call.scope?.owner) call.own = true;
    for (let at: Call | undefined = call; at; at = at.parent) at.rows.push(number);
  });
  return { root, calls };
}

/** A module without rows of its own has no path yet: it is found among its parent's children. */
function pathBelow({ scope, path }: Call, owner: object): string {
  if (scope?.owner instanceof Module)
    for (const [below, module] of scope.owner.namedModules())
      if (module === owner)
        return path === scope.owner.constructor.name ? below : `${path}.${below}`;
  return owner.constructor.name;
}

/** The iteration in which a module was called: that of the outermost frame of its own, or of its row. */
function iterationAround(view: StepView, scope: Scope, row: number) {
  const { trace } = view;
  const { frame, iteration } = trace.placeOf(row);
  for (let at = frame; at >= 0; at = trace.frames[at].parent) {
    const { self, parent, entered } = trace.frames[at];
    if (self !== scope.owner || trace.frames[parent]?.self === scope.owner) continue;
    const called = entered < 0 ? -1 : trace.statementBefore(parent, entered);
    return called < 0 ? undefined : trace.iterationAt(called);
  }
  return iteration;
}

/** What a call puts out: the last of its results that somebody outside reads, or else its last. */
export function outputOf(view: StepView, call: Call): { row: number; index: number } | undefined {
  const inside = new Set(call.rows);
  for (const row of call.rows.toReversed()) {
    const { outputs } = view.rows[row];
    const index = outputs.findIndex((output) =>
      view.graph.usesOf(output).some((use) => !inside.has(use)),
    );
    if (index >= 0) return { row, index };
  }
  const last = call.rows.at(-1);
  return last === undefined ? undefined : { row: last, index: 0 };
}
