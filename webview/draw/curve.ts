// Curves as a chart wants them: smoothed, joined over runs, gaps where nothing can be drawn. Pure.
import type { Curve } from '../../engine/protocol';

/** Steps, then one column of values for each curve; null where a curve has nothing to draw. */
export type Columns = [number[], ...(number | null)[][]];

/**
 * A running mean that forgets: `smoothing` is the weight of the past, 0 changes nothing. Values that
 * are not finite stay as they are and leave no trace in later ones.
 */
export function smooth(values: Float64Array, smoothing: number): Float64Array {
  if (smoothing === 0) return values;
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = smoothing * mean + (1 - smoothing) * value;
    weight = smoothing * weight + (1 - smoothing);
    return mean / weight;
  });
}

/** Brings curves onto the same steps. On a logarithmic scale only what is above zero can be drawn. */
export function columns(curves: readonly Curve[], logScale: boolean): Columns {
  const steps = stepsOf(curves);
  const filled = curves.map((curve) => {
    const column = new Array<number | null | undefined>(steps.length).fill(undefined);
    let row = 0;
    curve.steps.forEach((step, i) => {
      // Steps ascend, but for what was logged twice.
      if (steps[row]! > step) row = 0;
      while (steps[row]! < step) row++;
      const value = curve.values[i] ?? NaN;
      column[row] = Number.isFinite(value) && (!logScale || value > 0) ? value : null;
    });
    return column as (number | null)[];
  });
  return [steps, ...filled];
}

/** One list behind the other. */
export function joined(...lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** All steps of these curves, each once, in order. */
function stepsOf(curves: readonly Curve[]): number[] {
  const all = joined(...curves.map(({ steps }) => steps)).sort();
  const once: number[] = [];
  for (const step of all) if (step !== once[once.length - 1]) once.push(step);
  return once;
}

/** The steps at which a curve is not finite. */
export function brokenSteps({ steps, values }: Curve): number[] {
  return [...steps].filter((_, i) => !Number.isFinite(values[i]));
}
