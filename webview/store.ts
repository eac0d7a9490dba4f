// The runs as the page knows them: all of them at first, then what is new. Knows no DOM.
import type { BranchRecord, Curve, Curves, RunCurves, RunRecord } from '../engine/protocol';
import { joined } from './draw/curve';

/** Beyond this many points the page asks for thinned curves again. */
const mostPoints = 8000;

export class RunStore {
  runs: RunRecord[] = [];

  get latest(): RunRecord | undefined {
    return this.runs.at(-1);
  }

  /** The latest run, last, after the earlier ones of the same file. */
  comparable(): RunRecord[] {
    return this.runs.filter(({ label }) => label === this.latest?.label);
  }

  replace(runs: readonly RunRecord[]): void {
    this.runs = [...runs];
  }

  /** Takes a change in; its curves are appended to what is there. */
  add(change: RunRecord): void {
    const index = this.runs.findIndex(({ id }) => id === change.id);
    const before = this.runs[index];
    if (before === undefined) this.runs.push(change);
    else
      this.runs[index] = {
        ...change,
        ...appendAll(before, change),
        branches: mergeBranches(before.branches, change.branches),
        pictures: { ...before.pictures, ...change.pictures },
      };
  }
}

const appendAll = (before: RunCurves, added: RunCurves): RunCurves => ({
  curves: append(before.curves, added.curves),
  gradients: append(before.gradients, added.gradients),
  ratios: append(before.ratios, added.ratios),
});

/** A branch that begins elsewhere than the one of its number is another one, and takes its place. */
function mergeBranches(before: BranchRecord[], added: BranchRecord[]): BranchRecord[] {
  const all = [...before];
  for (const each of added) {
    const at = all.findIndex(({ branch }) => branch === each.branch);
    const known = all[at];
    if (known === undefined) all.push(each);
    else if (known.begins !== each.begins || known.parent !== each.parent) all[at] = each;
    else all[at] = { ...known, ...appendAll(known, each) };
  }
  return all;
}

function append(before: Curves, added: Curves): Curves {
  const all = Object.assign(Object.create(null) as Curves, before);
  for (const [name, curve] of Object.entries(added)) {
    const old = all[name];
    all[name] = old === undefined ? curve : join(old, curve);
  }
  return all;
}

function join(a: Curve, b: Curve): Curve {
  return { steps: joined(a.steps, b.steps), values: joined(a.values, b.values) };
}

/** Whether a curve has more points than the page keeps. */
export const isLong = (run: RunRecord | undefined): boolean =>
  [run, ...(run?.branches ?? [])].some((line) =>
    Object.values(line?.curves ?? {}).some(({ steps }) => steps.length > mostPoints),
  );

/** Every name that some run has logged, those of the latest run first. */
export function curveNames(runs: readonly RunRecord[]): string[] {
  const lines = runs.toReversed().flatMap((run) => [run, ...run.branches]);
  return [...new Set(lines.flatMap(({ curves }) => Object.keys(curves)))];
}
