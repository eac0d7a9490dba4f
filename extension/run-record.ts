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
  };
}

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

/** Takes a report in. Returns what is new, and whether older points had to be thinned. */
export function addProgress(
  record: RunRecord,
  progress: Progress,
): { added: Curves; thinned: boolean } {
  record.step = progress.step;
  record.stepsPerSecond = progress.stepsPerSecond;
  if (progress.totalSteps !== undefined) record.totalSteps = progress.totalSteps;
  const added = toCurves(progress.points);
  const all = Object.assign(Object.create(null) as Curves, record.curves);
  let thinned = false;
  for (const [name, curve] of Object.entries(added)) {
    const before = all[name];
    const joined = before === undefined ? curve : join(before, curve);
    const tooLong = joined.steps.length > mostPoints;
    thinned ||= tooLong;
    all[name] = tooLong ? thin(joined, mostPoints / 2) : joined;
  }
  record.curves = all;
  return { added, thinned };
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

type StoredRecord = Omit<RunRecord, 'curves'> & {
  curves: Record<string, { steps: number[]; values: (number | null)[] }>;
};

/** A record as plain JSON, small enough to be remembered. */
export function toStored(record: RunRecord): StoredRecord {
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
  return { ...stored, curves };
}
