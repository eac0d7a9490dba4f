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
  const steps = [...new Set(curves.flatMap((curve) => [...curve.steps]))].sort((a, b) => a - b);
  const rows = new Map(steps.map((step, row) => [step, row]));
  const filled = curves.map((curve) => {
    const column = Array.from<number | null | undefined>({ length: steps.length });
    curve.steps.forEach((step, i) => {
      const value = curve.values[i] ?? NaN;
      const drawable = Number.isFinite(value) && (!logScale || value > 0);
      column[rows.get(step) ?? 0] = drawable ? value : null;
    });
    return column as (number | null)[];
  });
  return [steps, ...filled];
}

/** The steps at which a curve is not finite. */
export function brokenSteps({ steps, values }: Curve): number[] {
  return [...steps].filter((_, i) => !Number.isFinite(values[i]));
}
