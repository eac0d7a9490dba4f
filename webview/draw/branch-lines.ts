// The curves of a run's trunk and branches: each as its own line from where it forks, and each as it was lived. Pure.
import type { BranchRecord, Curve, Curves, RunCurves, RunRecord } from '../../engine/protocol';
import { joined } from './curve';

const none = new Float64Array();

/** The trunk, and behind it the branches. */
export const linesOf = ({ curves, gradients, ratios, branches }: RunRecord): BranchRecord[] => [
  { branch: 0, parent: 0, begins: 1, curves, gradients, ratios },
  ...branches,
];

/** Everything from the first step to the last of a branch: its parent's up to where it begins, then its own. */
export function livedCurve(
  run: RunRecord,
  name: string,
  branch = run.branch,
  kind: keyof RunCurves = 'curves',
): Curve | undefined {
  const line = run.branches.find((each) => each.branch === branch);
  if (line === undefined) return run[kind][name];
  const own = line[kind][name];
  const before = livedCurve(run, name, line.parent, kind);
  if (before === undefined) return own;
  const count = pointsBefore(before, line.begins);
  return {
    steps: joined(before.steps.subarray(0, count), own?.steps ?? none),
    values: joined(before.values.subarray(0, count), own?.values ?? none),
  };
}

/** All curves of one kind, as the branch that runs has lived them. */
export function livedCurves(run: RunRecord, kind: keyof RunCurves): Curves {
  const names = new Set(linesOf(run).flatMap((line) => Object.keys(line[kind])));
  const all = Object.create(null) as Curves;
  for (const name of names) {
    const curve = livedCurve(run, name, run.branch, kind);
    if (curve) all[name] = curve;
  }
  return all;
}

/** The part of a lived curve that is a branch's own, with the point of its parent from which it goes on. */
export function fromFork({ steps, values }: Curve, begins: number): Curve {
  const start = Math.max(0, pointsBefore({ steps, values }, begins) - 1);
  return { steps: steps.subarray(start), values: values.subarray(start) };
}

function pointsBefore({ steps }: Curve, step: number): number {
  const count = steps.findIndex((each) => each >= step);
  return count < 0 ? steps.length : count;
}
