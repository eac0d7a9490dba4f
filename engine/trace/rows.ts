// The rows of a trace as plain data, for the command line and for ports. Knows no port.
import type { TraceRow } from '../protocol';
import { formatType } from '../tensor/format';
import type { Trace } from './trace';

export function rowsOf(trace: Trace): TraceRow[] {
  const { paths, arrivals } = trace;
  return trace.rows.map((row, number) => {
    const { frame } = trace.placeOf(number);
    const range = trace.rangeOf(number);
    const served = trace.numberOf(row.of);
    const module = paths.module((row.of ?? row).scope?.owner);
    const parameter = row.changes?.[0] && paths.parameter(row.changes[0].tensor);
    const part = arrivals.partAt(number);
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
      ...(part && { contribution: { number: part.number, of: part.of } }),
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
