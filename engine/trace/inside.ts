// The inside of a fused row: the same computation op by op, recorded aside, to be walked like a step. Knows no debugger.
import { noGrad, type Row } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { aside } from './aside';
import { kindOf } from './events';
import { momentsOf, type Moment } from './moments';
import { Known, StepRecorder } from './recorder';
import { Trace } from './trace';
import { valueAt } from './values';

/** A small trace of its own: one frame, named after the op, in which the op's parts are the rows. */
export interface Inside {
  readonly trace: Trace;
  readonly moments: readonly Moment[];
  /** What the parts make of the row's operands; the same as the row itself made, up to rounding. */
  readonly outputs: readonly Tensor[];
}

const known = new WeakMap<Row, Inside>();

/** Whether a row can be stepped into. */
export function hasInside(trace: Trace, row: number): boolean {
  return row >= 0 && trace.rows[row].definition.expand !== undefined;
}

/** The parts of a fused row, with their values; undefined for a row that is one op. */
export function insideOf(trace: Trace, number: number): Inside | undefined {
  if (!hasInside(trace, number)) return undefined;
  const row = trace.rows[number];
  let inside = known.get(row);
  if (inside === undefined) known.set(row, (inside = expanded(trace, number, row)));
  return inside;
}

type Expand = (inputs: readonly Tensor[], attributes: object) => readonly Tensor[];

function expanded(trace: Trace, number: number, { definition, inputs, attributes }: Row): Inside {
  const expand = definition.expand as unknown as Expand;
  const names = definition.inputNames?.(attributes as never) ?? ['x', 'y', 'z'];
  const operands = inputs.map((input) => valueAt(trace, input, trace.eventOfRow[number]));
  const variables = operands.map((operand, i) => new Known(names[i] ?? `input ${i + 1}`, operand));
  const { budget } = trace.store;
  const recorder = new StepRecorder(trace.sites, variables, budget);
  recorder.at(0, trace.sites.inside(trace.placeOf(number).site, definition.name));
  const outputs = aside(() => noGrad(() => expand(operands, attributes)), recorder);
  outputs.forEach((output, i) => {
    const name = definition.outputNames?.[i] ?? 'result';
    recorder.events.add(kindOf.binding, -1, 0, new Known(name, output));
  });
  const inner = new Trace(recorder, trace.sites, trace.step);
  return { trace: inner, moments: momentsOf(inner), outputs };
}
