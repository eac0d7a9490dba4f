// The rows of a trace as plain data, for the command line and for ports. Knows no port.
import type { TraceRow } from '../protocol';
import type { Row } from '../tape/tape';
import { formatType } from '../tensor/format';
import type { Tensor } from '../tensor/tensor';
import { Paths } from './paths';
import type { Trace } from './trace';

export function rowsOf(trace: Trace): TraceRow[] {
  const paths = new Paths(trace.rows);
  const sums = contributions(trace.rows);
  return trace.rows.map((row, number) => {
    const { frame } = trace.placeOf(number);
    const range = trace.rangeOf(number);
    const served = trace.numberOf(row.of);
    const module = paths.module((row.of ?? row).scope?.owner);
    const parameter = row.changes?.[0] && paths.parameter(row.changes[0].tensor);
    const contribution = sums.get(row);
    return {
      row: number,
      phase: row.phase,
      op: row.definition.name,
      inputs: row.inputs.map(formatType),
      outputs: (row.changes?.map(({ tensor }) => tensor) ?? row.outputs).map(formatType),
      ...(module !== undefined && { module }),
      ...(range && { file: range.file, line: range.line, column: range.column }),
      ...(frame >= 0 && { function: trace.sites.get(trace.frames[frame].site).name }),
      iteration: trace.iterationCounts(number),
      ...(served >= 0 && { of: served }),
      ...(parameter !== undefined && { parameter }),
      ...(contribution && { contribution }),
      ...(isCut(trace, number) && { cut: true }),
    };
  });
}

/** Whether the user's own text cuts the graph here; layers, too, detach what they only look at. */
export function isCut(trace: Trace, number: number): boolean {
  const { definition, inputs } = trace.rows[number];
  const { site } = trace.placeOf(number);
  const cuts = definition.name === 'detach' && inputs[0].requiresGrad;
  return cuts && site >= 0 && /\bdetach\b/.test(trace.sites.text(site));
}

/**
 * Which contribution each accumulating row adds, out of how many. The first one is there when the
 * second comes, so counting begins at 2.
 */
export function contributions(rows: readonly Row[]): Map<Row, { number: number; of: number }> {
  const byTensor = new Map<Tensor, Row[]>();
  for (const row of rows) {
    if (row.accumulates === undefined) continue;
    const known = byTensor.get(row.accumulates);
    if (known) known.push(row);
    else byTensor.set(row.accumulates, [row]);
  }
  return new Map(
    [...byTensor.values()].flatMap((sums) =>
      sums.map((row, i): [Row, { number: number; of: number }] => [
        row,
        { number: i + 2, of: sums.length + 1 },
      ]),
    ),
  );
}
