// A recorded step as views see it, and its numbers in a form that tests compare. Knows no test.
import type { HeatMap, StepViewRequests, TensorRef } from '../../../engine/protocol';
import { viewRequests } from '../../../engine/views/handlers';
import { StepView } from '../../../engine/views/held';
import { record, recordGolden } from '../trace/record';

/** Everything that a view may ask, of one step. */
export async function ask(text: string, step = 1) {
  const { trace, moments, error } = await record(text, step);
  if (error !== undefined) throw error as Error;
  return asked(new StepView(trace, moments));
}

export async function askGolden(name: string) {
  const { trace, moments } = await recordGolden(name);
  return asked(new StepView(trace, moments));
}

/** The same as functions that can be taken apart. */
type Questions = {
  [K in keyof StepViewRequests]: (
    ...argument: Parameters<StepViewRequests[K]>
  ) => ReturnType<StepViewRequests[K]>;
};

function asked(view: StepView): Questions & { view: StepView; last: number } {
  return { view, last: view.moments.length - 1, ...viewRequests(view) };
}

/** Rows of numbers, rounded to so many digits. */
export function rowsOf({ width, height, values }: HeatMap, digits = 4): number[][] {
  return Array.from({ length: height }, (_, y) =>
    [...values.subarray(y * width, (y + 1) * width)].map((value) => Number(value.toFixed(digits))),
  );
}

/** A reference to the first forward row of an op. */
export function made(view: StepView, op: string, index = 0, nth = 0): TensorRef {
  const rows = view.rows.flatMap(({ definition, phase }, row) =>
    definition.name === op && phase === 'forward' ? [row] : [],
  );
  return { row: rows.at(nth)!, side: 'out', index };
}

/** A whole plane of a tensor. */
export const whole = (tensor: TensorRef, position: number, rows: number, columns: number) => ({
  tensor,
  position,
  rows,
  columns,
  at: [],
  top: 0,
  left: 0,
  height: 1e9,
  width: 1e9,
});
