// What is kept of a run: how it stands and its curves. Knows no editor and no engine.
import type {
  BranchPlace,
  Curve,
  Curves,
  LogPoint,
  Progress,
  RunCurves,
  RunRecord,
} from '../engine/protocol';

/** A curve with more points is thinned to half: no screen shows more, and a snapshot stays small. */
const mostPoints = 4000;
/** So many points of a run are kept for the next window. */
const storedPoints = 300;

const noCurves = (): RunCurves => ({ curves: {}, gradients: {}, ratios: {} });

export function newRecord(id: number, label: string): RunRecord {
  return {
    id,
    label,
    seed: 0,
    hyper: [],
    state: 'loading',
    step: 0,
    stepsPerSecond: 0,
    branch: 0,
    branches: [],
    ...noCurves(),
    pictures: {},
  };
}

/** How a run stands, without what views know of it already. */
export const withoutData = (record: RunRecord): RunRecord => ({
  ...record,
  ...noCurves(),
  branches: [],
  pictures: {},
});

/** The branch that a step belongs to, as seen from the one that runs: what comes before it is its parent's. */
export function branchAt(
  { branch, branches }: Pick<RunRecord, 'branch' | 'branches'>,
  step: number,
): number {
  const own = branches.find((each) => each.branch === branch);
  if (own === undefined || step >= own.begins) return branch;
  return branchAt({ branch: own.parent, branches }, step);
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

/** Takes a report in. Returns the change for views, and whether older points had to be thinned. */
export function addProgress(
  record: RunRecord,
  progress: Progress,
): { change: RunRecord; thinned: boolean } {
  record.step = progress.step;
  record.stepsPerSecond = progress.stepsPerSecond;
  if (progress.totalSteps !== undefined) record.totalSteps = progress.totalSteps;
  record.pictures = { ...record.pictures, ...progress.pictures };
  const { place } = progress;
  record.branch = place.branch;
  const change = { ...withoutData(record), pictures: progress.pictures };
  const [line, added] = [lineOf(record, place), lineOf(change, place)];
  let thinned = false;
  for (const [kind, points] of [
    ['curves', progress.points],
    ['gradients', progress.gradients],
    ['ratios', progress.ratios],
  ] as const) {
    added[kind] = spaced(toCurves(points), line[kind]);
    const { all, tooLong } = joinAll(line[kind], added[kind]);
    line[kind] = all;
    thinned ||= tooLong;
  }
  return { change, thinned };
}

/** Where the points of a branch are kept; those of the trunk are the record's own. */
function lineOf(record: RunRecord, place: BranchPlace): RunCurves {
  if (place.branch === 0) return record;
  const known = record.branches.findIndex(({ branch }) => branch === place.branch);
  const before = record.branches[known];
  // A branch that could not begin has left its number to this one.
  if (before?.begins === place.begins && before.parent === place.parent) return before;
  if (known >= 0) record.branches.splice(known, 1);
  const line = { ...place, ...noCurves() };
  record.branches.push(line);
  return line;
}

/** What is new of curves, no closer together than a curve of that length can show; the last points stay. */
function spaced(added: Curves, before: Curves): Curves {
  const kept = Object.create(null) as Curves;
  for (const [name, curve] of Object.entries(added)) {
    const old = before[name]?.steps ?? new Float64Array();
    let last = old.at(-1) ?? -Infinity;
    const gap = old.length > 1 ? (last - old[0]!) / mostPoints : 0;
    kept[name] = chosen(curve, (at) => {
      const step = curve.steps[at]!;
      if (step - last < gap && at < curve.steps.length - 1) return false;
      last = step;
      return true;
    });
  }
  return kept;
}

function chosen({ steps, values }: Curve, keeps: (at: number) => boolean): Curve {
  const kept = [...steps.keys()].filter(keeps);
  return {
    steps: Float64Array.from(kept, (at) => steps[at]!),
    values: Float64Array.from(kept, (at) => values[at]!),
  };
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

/**
 * At most `most` points, as far as possible at equal distances in steps: thinned again and again, the past
 * keeps its share. The first and the last stay.
 */
export function thin(curve: Curve, most: number): Curve {
  const { steps } = curve;
  if (steps.length <= most) return curve;
  const first = steps[0]!;
  const gap = (steps.at(-1)! - first) / (most - 1);
  let wanted = first;
  return chosen(curve, (at) => {
    const step = steps[at]!;
    // Of points at one step the first is kept; a curve of a single step is nothing but these.
    if (step < wanted && at < steps.length - 1) return false;
    wanted = first + (Math.floor((step - first) / (gap || 1)) + 1) * (gap || 1);
    return true;
  });
}

type StoredCurves = Record<string, { steps: number[]; values: (number | null)[] }>;

type StoredRecord = Omit<RunRecord, keyof RunCurves | 'pictures' | 'branches'> & {
  curves: StoredCurves;
  branches: (BranchPlace & { curves: StoredCurves })[];
};

/** A record as plain JSON, small enough to be remembered: of all data the curves. */
export function toStored({
  gradients: _,
  ratios: __,
  pictures: ___,
  branches,
  ...record
}: RunRecord): StoredRecord {
  return {
    ...record,
    curves: storedCurves(record.curves),
    branches: branches.map(({ branch, parent, begins, curves }) => ({
      ...{ branch, parent, begins },
      curves: storedCurves(curves),
    })),
  };
}

/** The other way. What an earlier version has stored knows no branches. */
export function fromStored({
  branch = 0,
  branches = [],
  ...stored
}: Omit<StoredRecord, 'branch' | 'branches'> & Partial<StoredRecord>): RunRecord {
  return {
    ...stored,
    ...noCurves(),
    curves: curvesFrom(stored.curves),
    branch,
    branches: branches.map((each) => ({
      ...each,
      ...noCurves(),
      curves: curvesFrom(each.curves),
    })),
    pictures: {},
  };
}

function storedCurves(curves: Curves): StoredCurves {
  const stored: StoredCurves = {};
  for (const [name, curve] of Object.entries(curves)) {
    const { steps, values } = thin(curve, storedPoints);
    stored[name] = { steps: [...steps], values: [...values] };
  }
  return stored;
}

/** JSON has no NaN, so a missing number is one. */
function curvesFrom(stored: StoredCurves): Curves {
  const curves = Object.create(null) as Curves;
  for (const [name, { steps, values }] of Object.entries(stored)) {
    curves[name] = {
      steps: Float64Array.from(steps),
      values: Float64Array.from(values, (value) => value ?? NaN),
    };
  }
  return curves;
}
