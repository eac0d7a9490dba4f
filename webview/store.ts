// The runs as the page knows them: all of them at first, then what is new. Knows no DOM.
import type { Curve, Curves, RunRecord } from '../engine/protocol';

/** Beyond this many points the page asks for thinned curves again. */
export const mostPoints = 8000;

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
        curves: append(before.curves, change.curves),
        gradients: append(before.gradients, change.gradients),
        ratios: append(before.ratios, change.ratios),
        pictures: { ...before.pictures, ...change.pictures },
      };
  }
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
  return {
    steps: Float64Array.from([...a.steps, ...b.steps]),
    values: Float64Array.from([...a.values, ...b.values]),
  };
}

/** Every name that some run has logged, those of the latest run first. */
export function curveNames(runs: readonly RunRecord[]): string[] {
  return [...new Set(runs.toReversed().flatMap(({ curves }) => Object.keys(curves)))];
}
