// What is kept of a run: how it stands and its curves. Knows no editor and no engine.
import type { Curve, Curves, LogPoint, Progress, RunRecord } from '../engine/protocol';

/** A curve with more points is thinned to half: no screen shows more, and a snapshot stays small. */
const mostPoints = 4000;
/** So many points of a run are kept for the next window. */
const storedPoints = 300;

export function newRecord(id: number, label: string): RunRecord {
  return {
    id,
    label,
    seed: 0,
    hyper: [],
    state: 'loading',
    step: 0,
    stepsPerSecond: 0,
    curves: {},
    gradients: {},
    ratios: {},
    pictures: {},
  };
}

/** How a run stands, without what views know of it already. */
export const withoutData = (record: RunRecord): RunRecord => ({
  ...record,
  curves: {},
  gradients: {},
  ratios: {},
  pictures: {},
});

/** Log points sorted by name. Names come from the user, hence no inherited ones. */
export function toCurves(points: readonly LogPoint[]): Curves {
  const lists = new Map<string, { steps: number[]; values: number[] }>();
  for (const { step, values } of points) {
    for (const [name, value] of Object.entries(values)) {
      const list = lists.get(name) ?? { steps: [], values: [] };
      lists.set(name, list);
      list.steps.push(step);
      list.values.push(value);
    }
  }
  const curves = Object.create(null) as Curves;
  for (const [name, { steps, values }] of lists) {
    curves[name] = { steps: Float64Array.from(steps), values: Float64Array.from(values) };
  }
  return curves;
}

/** Takes a report in. Returns the change for views, and whether older points had to be thinned. */
export function addProgress(
  record: RunRecord,
  progress: Progress,
): { change: RunRecord; thinned: boolean } {
  record.step = progress.step;
  record.stepsPerSecond = progress.stepsPerSecond;
  if (progress.totalSteps !== undefined) record.totalSteps = progress.totalSteps;
  record.pictures = { ...record.pictures, ...progress.pictures };
  const change = { ...withoutData(record), pictures: progress.pictures };
  let thinned = false;
  for (const [kind, points] of [
    ['curves', progress.points],
    ['gradients', progress.gradients],
    ['ratios', progress.ratios],
  ] as const) {
    change[kind] = toCurves(points);
    const { all, tooLong } = joinAll(record[kind], change[kind]);
    record[kind] = all;
    thinned ||= tooLong;
  }
  return { change, thinned };
}

/** Curves with what is new; those that are too long are thinned. */
function joinAll(before: Curves, added: Curves): { all: Curves; tooLong: boolean } {
  const all = Object.assign(Object.create(null) as Curves, before);
  let tooLong = false;
  for (const [name, curve] of Object.entries(added)) {
    const old = all[name];
    const joined = old === undefined ? curve : join(old, curve);
    const long = joined.steps.length > mostPoints;
    tooLong ||= long;
    all[name] = long ? thin(joined, mostPoints / 2) : joined;
  }
  return { all, tooLong };
}

function join(a: Curve, b: Curve): Curve {
  const steps = new Float64Array(a.steps.length + b.steps.length);
  const values = new Float64Array(steps.length);
  steps.set(a.steps);
  steps.set(b.steps, a.steps.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return { steps, values };
}

/** At most `most` points, evenly chosen; the first and the last stay. */
export function thin({ steps, values }: Curve, most: number): Curve {
  const count = Math.min(most, steps.length);
  const pick = (source: Float64Array): Float64Array =>
    Float64Array.from(
      { length: count },
      (_, i) => source[Math.round((i * (source.length - 1)) / Math.max(1, count - 1))] ?? NaN,
    );
  return { steps: pick(steps), values: pick(values) };
}

type StoredRecord = Omit<RunRecord, 'curves' | 'gradients' | 'ratios' | 'pictures'> & {
  curves: Record<string, { steps: number[]; values: (number | null)[] }>;
};

/** A record as plain JSON, small enough to be remembered: of all data the curves. */
export function toStored({
  gradients: _,
  ratios: __,
  pictures: ___,
  ...record
}: RunRecord): StoredRecord {
  const curves: StoredRecord['curves'] = {};
  for (const [name, curve] of Object.entries(record.curves)) {
    const { steps, values } = thin(curve, storedPoints);
    curves[name] = { steps: [...steps], values: [...values] };
  }
  return { ...record, curves };
}

/** The other way; JSON has no NaN, so a missing number is one. */
export function fromStored(stored: StoredRecord): RunRecord {
  const curves = Object.create(null) as Curves;
  for (const [name, { steps, values }] of Object.entries(stored.curves)) {
    curves[name] = {
      steps: Float64Array.from(steps),
      values: Float64Array.from(values, (value) => value ?? NaN),
    };
  }
  return { ...stored, curves, gradients: {}, ratios: {}, pictures: {} };
}
