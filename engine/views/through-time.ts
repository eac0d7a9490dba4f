// Gradients of a series, step by step, as far as backward has come; its gates; what each step adds to the weights. Knows no page.
import type { HeatMap, Series, ThroughTime, TimeStep, WeightContribution } from '../protocol';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { whyGradient } from '../trace/why';
import type { StepView } from './held';
import { seriesOf, type FoundSeries } from './series';
import { elementAt } from './slice';
import { iterationsAt } from './variables';

/** Steps beyond these are left out, and it is said. */
export const mostSteps = 400;
const mostUnits = 32;
const mostWeights = 12;
/** Cells of all gates together, and bars of all weights: they share one message. */
const gateCells = 12_000;
const mostBars = 480;
/** Reasons are long, and those of neighbours are alike. */
const mostReasons = 60;

export function seriesList(view: StepView): Series[] {
  return seriesOf(view).map(plain);
}

const plain = ({ id, name, source, instants, recurrent, gates }: FoundSeries): Series => ({
  id,
  name,
  source,
  length: instants.length,
  recurrent,
  gates: gates.map((gate) => gate.name),
});

export function findSeries(view: StepView, id: string): FoundSeries {
  const found = seriesOf(view).find((series) => series.id === id);
  if (found === undefined) throw new ArgumentError('nothing of that name goes through time here');
  return found;
}

export function throughTime(
  view: StepView,
  { id, position }: { id: string; position: number },
): ThroughTime {
  const series = findSeries(view, id);
  const event = view.eventAt(position);
  const instants = series.instants.slice(0, mostSteps);
  return {
    series: plain(series),
    steps: instants.map(({ tensor, label, cut }, t): TimeStep => {
      const gradient = view.gradientAt(tensor, event);
      const maker = view.makerOf(tensor);
      const reader = maker < 0 ? (view.graph.usesOf(tensor)[0] ?? -1) : maker;
      return {
        label,
        tensor: reader < 0 ? { row: -1, side: 'out', index: 0 } : view.refOf(tensor, reader),
        norm: view.summary(tensor).norm,
        ahead: view.isAhead(tensor, event),
        gradientState: view.gradientState(tensor, event),
        gradientNorm: gradient ? view.summary(gradient).norm : NaN,
        why: t < mostReasons ? reason(view, tensor, event) : '',
        cut,
        gates: series.gates.map(({ tensors }) => {
          const gate = tensors[t];
          return gate ? view.summary(gate).mean : NaN;
        }),
      };
    }),
    gates: series.gates.map(({ name, tensors }) => ({
      name,
      units: unitsOverTime(
        tensors.slice(0, mostSteps).filter((tensor) => tensor !== undefined),
        gateCells / series.gates.length,
      ),
    })),
    weights: weightsAt(view, event),
    left: series.instants.length - instants.length,
  };
}

/** What each use of a weight has added by then; of very many uses some, evenly chosen. */
function weightsAt(view: StepView, event: number): ThroughTime['weights'] {
  const all = view.once('contributions', () => contributionsOf(view)).slice(0, mostWeights);
  const most = Math.floor(mostBars / Math.max(1, all.length));
  return all.map(({ name, entries }) => {
    const drawn = Math.min(most, entries.length);
    return {
      name,
      left: entries.length - drawn,
      contributions: Array.from({ length: drawn }, (_, i) => {
        const { arrives, ...entry } = entries[Math.floor((i * entries.length) / drawn)];
        return { ...entry, arrived: arrives < event };
      }),
    };
  });
}

/** Why there is no gradient, or next to none; nothing while it may still come. */
function reason(view: StepView, tensor: Tensor, event: number): string {
  if (view.gradientState(tensor, event) === 'pending') return '';
  const { findings, state } = view.once(`why ${idOf(tensor)}`, () =>
    whyGradient(view.graph, tensor),
  );
  return state === 'present' ? '' : (findings[0]?.text ?? '');
}

const ids = new WeakMap<Tensor, number>();
let lastId = 0;

function idOf(tensor: Tensor): number {
  const known = ids.get(tensor) ?? ++lastId;
  ids.set(tensor, known);
  return known;
}

/** One row for each unit, one column for each step that has the gate: the mean over the batch. */
function unitsOverTime(tensors: readonly Tensor[], cells: number): HeatMap {
  const size = tensors.at(0)?.shape.at(-1) ?? 1;
  const room = Math.max(1, Math.floor(cells / Math.max(1, tensors.length)));
  const height = Math.min(size, mostUnits, room);
  const values = new Float32Array(height * tensors.length);
  tensors.forEach((tensor, t) => {
    const numbers = tensor.toTypedArray();
    const units = tensor.shape.at(-1) ?? 1;
    const batch = numbers.length / units;
    for (let unit = 0; unit < height; unit++) {
      let sum = 0;
      for (let n = 0; n < batch; n++) sum += numbers[n * units + unit];
      values[unit * tensors.length + t] = sum / batch;
    }
  });
  return { width: tensors.length, height, values };
}

interface Contribution extends Omit<WeightContribution, 'arrived'> {
  /** The event behind which it is part of the sum. */
  readonly arrives: number;
}

/** What each use of a weight adds to its gradient, in the order of forward. */
function contributionsOf(view: StepView): { name: string; entries: Contribution[] }[] {
  const { rows, trace } = view;
  const seen = new Set<Tensor>();
  for (const { accumulates } of rows) if (accumulates) seen.add(accumulates);
  return [...seen].flatMap((tensor) => {
    const name = view.nameOf(tensor);
    const parts = trace.arrivals.partsOf(tensor);
    if (parts.length < 2 || (!view.paths.parameter(tensor) && !name.endsWith('ᵀ'))) return [];
    const zeros = tensor.shape.map(() => 0);
    const entries = parts.map(({ value: part, row, through, event }, i): Contribution => {
      const sum = i === 0 ? part : rows[row].outputs[0];
      const iteration = through < 0 ? [] : iterationsAt(view, trace.eventOfRow[through]);
      const scalar = tensor.count === 1;
      return {
        label: iteration.length > 0 ? `t = ${iteration.join('·')}` : `use ${parts.length - i}`,
        norm: view.summary(part).norm,
        runningNorm: view.summary(sum).norm,
        arrives: event,
        ...(scalar && { value: elementAt(part, zeros), runningValue: elementAt(sum, zeros) }),
      };
    });
    return [{ name, entries: entries.reverse() }];
  });
}
