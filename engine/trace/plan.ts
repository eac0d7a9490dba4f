// In which order rows must run again so that one of them has its values. Knows no tensor.

/** One row to run again. */
export interface Rerun {
  readonly row: number;
  /** Rows of the plan that nothing needs any more once this one has run. */
  readonly over: readonly number[];
}

/** The rows below a target that are missing, first things first; `missing` tells those that a row needs. */
export function planFor(target: number, missing: (row: number) => readonly number[]): Rerun[] {
  const needs = new Map<number, readonly number[]>();
  const pending = [target];
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    if (needs.has(row)) continue;
    const below = missing(row);
    needs.set(row, below);
    pending.push(...below);
  }
  // A row comes after those that it reads, so their numbers are their order.
  const order = [...needs.keys()].sort((a, b) => a - b);
  const lastUse = new Map<number, number>();
  for (const row of order) for (const below of needs.get(row)!) lastUse.set(below, row);
  const over = new Map<number, number[]>();
  for (const [row, last] of lastUse) over.set(last, [...(over.get(last) ?? []), row]);
  return order.map((row) => ({ row, over: over.get(row) ?? [] }));
}
