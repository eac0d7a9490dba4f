// What goes through time in a step: states of recurrent layers, and variables that a loop renews. Knows no page.
import type { Tensor } from '../tensor/tensor';
import type { StepView } from './held';
import { labelOf, reaches, variablesOf, type Instant } from './variables';

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

/** Variables that get a new tensor in every iteration, found by name in each function of each module. */
function variableSeries(view: StepView): FoundSeries[] {
  const found = variablesOf(view).filter(({ instants }) => instants.length > 1);
  const gates = found.filter(({ instants }) => isGate(view, instants));
  const times = new Map<string, number>();
  return found.map(({ key, name, instants }) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const recurrent = looksBack(view, instants);
    const timed = instants.filter(({ label }) => label !== 'start');
    const own = recurrent
      ? gates.filter((gate) => gate.key !== key && sameLabels(gate.instants, timed))
      : [];
    return {
      id: `variable ${key}`,
      name: time === 1 ? name : `${name} (${time})`,
      source: 'variable' as const,
      instants,
      recurrent,
      gates: own.map((gate) => ({
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

/** A variable that a sigmoid made each time opens and closes something. */
function isGate(view: StepView, instants: readonly Instant[]): boolean {
  return instants.every(({ tensor }) => {
    const maker = view.graph.makerOf(tensor);
    return maker >= 0 && view.rows[maker].definition.name === 'sigmoid';
  });
}

/** Whether the last instant is made from the one before it, by the forward graph. */
function looksBack(view: StepView, instants: readonly Instant[]): boolean {
  const [from, to] = instants.slice(-2);
  return reaches(view, from.tensor, to.tensor);
}
