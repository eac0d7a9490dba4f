// Variables that get a new tensor in every turn of a loop, each with the tensors that it was in turn. Knows no gate and no page.
import { isFloating } from '../tensor/dtype';
import { Tensor } from '../tensor/tensor';
import { kindOf } from '../trace/events';
import { counts } from '../trace/iterations';
import type { StepView } from './held';

/** One tensor of a series. */
export interface Instant {
  readonly tensor: Tensor;
  readonly label: string;
  /** Its value is carried on, but the graph is cut behind it. */
  readonly cut: boolean;
}

export interface Variable {
  readonly key: string;
  readonly name: string;
  readonly instants: Instant[];
}

interface Assignment {
  readonly tensor: Tensor;
  readonly iteration: readonly number[];
  cut: boolean;
}

/** All that was assigned to one name. */
interface Assigned {
  readonly name: string;
  readonly instants: Assignment[];
  looped: boolean;
}

export const labelOf = (iteration: readonly number[], order: number): string =>
  `t = ${iteration.length > 0 ? iteration.join('·') : order}`;

/** All variables that a loop renews; those of an inner loop apart for each turn of the outer, unless they are carried on. */
export function variablesOf(view: StepView): Variable[] {
  return [...assignedIn(view)]
    .filter(([, { looped }]) => looped)
    .flatMap(([key, assigned]) => turnsOf(view, key, assigned));
}

function assignedIn(view: StepView): Map<string, Assigned> {
  const { trace } = view;
  const { events, sites, frames } = trace;
  const groups = new Map<string, Assigned>();
  const loops = new Set<number>();
  for (let id = 0; id < sites.count; id++)
    if (sites.get(id).kind === 'loop') loops.add(sites.get(id).owner);
  const seen = new Map<string, Set<Tensor>>();
  for (let at = 0; at < events.count; at++) {
    const kind = events.kind[at];
    if ((kind !== kindOf.value && kind !== kindOf.binding) || events.site[at] < 0) continue;
    const { name, owner } = sites.get(events.site[at]);
    const tensor = events.value(at);
    if (!/^\p{ID_Start}[\p{ID_Continue}]*$/u.test(name) || !(tensor instanceof Tensor)) continue;
    if (!isFloating(tensor.dtype) || name === 'this') continue;
    const frame = events.frame[at];
    // What a function is given its caller has already.
    if (kind === kindOf.binding && trace.statementOf[at] < 0 && frames[frame].entered >= 0)
      continue;
    const { self } = frames[frame];
    const module = typeof self === 'object' && self ? (view.paths.module(self) ?? '') : '';
    // A function with a loop of its own begins anew with each call.
    const call = loops.has(owner) ? String(frame) : '';
    const key = `${owner} ${module} ${name} ${call}`;
    const known = seen.get(key) ?? new Set();
    seen.set(key, known);
    if (known.has(tensor)) continue;
    known.add(tensor);
    const group = groups.get(key) ?? { name, instants: [], looped: false };
    groups.set(key, group);
    const iteration = iterationsAt(view, at);
    if (iteration.length > 0) group.looped = true;
    const before = group.instants.at(-1);
    const maker = view.graph.makerOf(tensor);
    const detached = maker >= 0 && view.rows[maker].definition.name === 'detach';
    if (detached && before && view.rows[maker].inputs[0] === before.tensor) {
      // The same value, cut from its past.
      before.cut = before.tensor.requiresGrad;
      continue;
    }
    group.instants.push({ tensor, iteration, cut: false });
  }
  return groups;
}

/** One variable, or one for each turn of an outer loop that begins anew. */
function turnsOf(view: StepView, key: string, { name, instants }: Assigned): Variable[] {
  const depth = Math.max(...instants.map(({ iteration }) => iteration.length));
  const outerOf = ({ iteration }: Assignment): string => iteration.slice(0, depth - 1).join('·');
  const turns: Assignment[][] = [];
  for (const instant of instants) {
    const turn = turns.at(-1);
    const before = turn?.at(-1);
    const anew = before === undefined || outerOf(before) !== outerOf(instant);
    if (turn && (!anew || reaches(view, before!.tensor, instant.tensor))) turn.push(instant);
    else turns.push([instant]);
  }
  const looped = turns.filter((turn) => turn.some(({ iteration }) => iteration.length === depth));
  if (looped.length < 2) return [{ key, name, instants: labelled(instants, 0) }];
  return looped.map((turn) => ({
    key: `${key} ${outerOf(turn[0])}`,
    name,
    instants: labelled(turn, depth - 1),
  }));
}

/** Labels that leave out the outer loops. */
const labelled = (instants: readonly Assignment[], outer: number): Instant[] =>
  instants.map(({ tensor, iteration, cut }) => {
    const own = iteration.slice(outer);
    return { tensor, cut, label: own.length > 0 ? labelOf(own, 0) : 'start' };
  });

/** Counts of the loops around an event in its function, or else around the calls that led there. */
export function iterationsAt(view: StepView, event: number): number[] {
  const { trace } = view;
  let iteration = trace.iterationAt(event);
  for (let frame = trace.events.frame[event]; !iteration && frame >= 0;) {
    const { parent, entered } = trace.frames[frame];
    const at = parent < 0 || entered < 0 ? -1 : trace.statementBefore(parent, entered);
    if (at < 0) return [];
    iteration = trace.iterationAt(at);
    frame = parent;
  }
  return counts(iteration);
}

/** So many rows are searched between one instant and the next. */
const mostSearched = 400;

/** Whether a tensor was made from an earlier one, by the forward graph, not too far back. */
export function reaches(view: StepView, from: Tensor, to: Tensor): boolean {
  const goal = view.graph.makerOf(to);
  const pending: Tensor[] = [from];
  const seen = new Set<Tensor>(pending);
  for (let count = 0; pending.length > 0 && count < mostSearched; count++) {
    for (const row of view.graph.usesOf(pending.shift()!)) {
      if (row === goal) return true;
      if (row > goal) continue;
      for (const output of view.rows[row].outputs) {
        if (seen.has(output)) continue;
        seen.add(output);
        pending.push(output);
      }
    }
  }
  return false;
}
