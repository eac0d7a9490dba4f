// What goes through time in a step: states of recurrent layers, and variables that a loop renews. Knows no page.
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
  cut: boolean;
}

export interface FoundSeries {
  readonly id: string;
  readonly name: string;
  readonly source: 'variable' | 'layer';
  readonly instants: Instant[];
  readonly recurrent: boolean;
  /** Gates by name: one tensor for each instant from the first that has them. */
  readonly gates: { readonly name: string; readonly tensors: readonly (Tensor | undefined)[] }[];
}

/** All series, those first that look back on themselves. */
export function seriesOf(view: StepView): FoundSeries[] {
  return view.once('series', () =>
    [...layerSeries(view), ...variableSeries(view)].sort(
      (a, b) => Number(b.recurrent) - Number(a.recurrent),
    ),
  );
}

const states: Readonly<Record<string, readonly string[]>> = {
  lstmCell: ['h', 'c'],
  gruCell: ['h'],
};

/** Layers that walk a sequence inside: the rows of their cells, told apart by the weights that they use. */
function layerSeries(view: StepView): FoundSeries[] {
  const groups = new Map<string, number[]>();
  view.rows.forEach((row, number) => {
    if (row.phase !== 'forward' || row.scope === undefined) return;
    const { name } = row.definition;
    const layer = row.scope.owner.constructor.name;
    const plain = (layer === 'RNN' || layer === 'RNNCell') && (name === 'tanh' || name === 'relu');
    if (states[name] === undefined && !plain) return;
    const key = `${view.moduleOf(number)} ${name} ${weightBehind(view, number)}`;
    const known = groups.get(key);
    if (known) known.push(number);
    else groups.set(key, [number]);
  });
  return [...groups].flatMap(([key, rows]) => {
    if (rows.length < 2) return [];
    const { definition } = view.rows[rows[0]];
    const names = states[definition.name] ?? ['h'];
    const module = view.moduleOf(rows[0]);
    const several = [...groups.keys()].filter((other) => other.startsWith(`${module} `)).length > 1;
    const suffix = several ? ` (${key.split(' ').at(-1)})` : '';
    return names.map((name, output): FoundSeries => {
      const instants = rows.map((row, t) => ({
        tensor: view.rows[row].outputs[output],
        label: labelOf(view.trace.iterationCounts(row), t),
        cut: false,
      }));
      const gates = (definition.outputNames ?? []).slice(names.length).map((gate, i) => ({
        name: gate,
        tensors: rows.map((row) => view.rows[row].outputs[names.length + i]),
      }));
      const id = `layer ${key} ${name}`;
      return {
        id,
        name: `${module}.${name}${suffix}`,
        source: 'layer',
        instants,
        recurrent: true,
        gates,
      };
    });
  });
}

/** The parameter that a cell multiplies its old state with: layers and directions differ in it. */
function weightBehind(view: StepView, number: number): string {
  const look = (tensor: Tensor, depth: number): string | undefined => {
    const name = view.paths.parameter(tensor);
    if (name !== undefined) return /weightHh/.test(name) ? name.split('.').at(-1)! : undefined;
    const maker = view.graph.makerOf(tensor);
    if (maker < 0 || depth === 0) return undefined;
    for (const input of view.rows[maker].inputs) {
      const found = look(input, depth - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const [drive, hidden] = view.rows[number].inputs;
  return (hidden && look(hidden, 3)) ?? look(drive, 4) ?? '';
}

const labelOf = (iteration: readonly number[], order: number): string =>
  `t = ${iteration.length > 0 ? iteration.join('·') : order}`;

interface Variable {
  readonly name: string;
  readonly instants: Instant[];
  looped: boolean;
}

/** Variables that get a new tensor in every iteration, found by name in each function of each module. */
function variableSeries(view: StepView): FoundSeries[] {
  const found = [...variablesOf(view)].filter(
    ([, { looped, instants }]) => looped && instants.length > 1,
  );
  const gates = found.filter(([, { instants }]) => isGate(view, instants));
  const times = new Map<string, number>();
  return found.map(([key, { name, instants }]) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const recurrent = looksBack(view, instants);
    const timed = instants.filter(({ label }) => label !== 'start');
    const own = recurrent
      ? gates.filter(([gate, { instants: all }]) => gate !== key && sameLabels(all, timed))
      : [];
    return {
      id: `variable ${key}`,
      name: time === 1 ? name : `${name} (${time})`,
      source: 'variable' as const,
      instants,
      recurrent,
      gates: own.map(([, gate]) => ({
        name: gate.name,
        tensors: instants.map(
          ({ label }) => gate.instants.find((instant) => instant.label === label)?.tensor,
        ),
      })),
    };
  });
}

const sameLabels = (a: readonly Instant[], b: readonly Instant[]): boolean =>
  a.length === b.length && a.every(({ label }, i) => label === b[i].label);

function variablesOf(view: StepView): Map<string, Variable> {
  const { trace } = view;
  const { events, sites, frames } = trace;
  const groups = new Map<string, Variable>();
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
    const label = iteration.length > 0 ? labelOf(iteration, 0) : 'start';
    group.instants.push({ tensor, label, cut: false });
  }
  return groups;
}

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

/** A variable that a sigmoid made each time opens and closes something. */
function isGate(view: StepView, instants: readonly Instant[]): boolean {
  return instants.every(({ tensor }) => {
    const maker = view.graph.makerOf(tensor);
    return maker >= 0 && view.rows[maker].definition.name === 'sigmoid';
  });
}

/** So many rows are searched between one instant and the next. */
const mostSearched = 400;

/** Whether the second instant is made from the first, by the forward graph. */
function looksBack(view: StepView, instants: readonly Instant[]): boolean {
  const [from, to] = instants.slice(-2);
  const goal = view.graph.makerOf(to.tensor);
  const pending: Tensor[] = [from.tensor];
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
