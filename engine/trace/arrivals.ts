// When gradients arrive, whole and part by part, found once per trace. Knows no cursor.
import type { Row } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { kindOf } from './events';
import type { Trace } from './trace';

/** A gradient that was complete at an event. */
export interface Complete {
  readonly event: number;
  readonly gradient: Tensor;
}

/** One of the parts that a gradient is the sum of. */
export interface Contribution {
  /** Counted from 1. */
  readonly number: number;
  readonly event: number;
  /** The row that makes it, or adds it; −1 when the gradient of something else is passed on as it is. */
  readonly row: number;
  /** The forward row that it comes through; −1 for one of an earlier step. */
  readonly through: number;
  readonly value: Tensor;
}

export class Arrivals {
  private readonly whole = new Map<Tensor, Complete[]>();
  private readonly cleared = new Map<Tensor, Complete[]>();
  /** One list for each backward pass that reaches a tensor. */
  private readonly parts = new Map<Tensor, Contribution[][]>();
  private readonly byRow = new Map<
    number,
    { tensor: Tensor; part: Contribution; all: Contribution[] }
  >();
  /** Rows that add to what an earlier backward, or an earlier step, has left. */
  private readonly carried = new Set<number>();

  constructor(private readonly trace: Trace) {
    const { events } = trace;
    let lastRow = -1;
    for (let at = 0; at < events.count; at++) {
      const kind = events.kind[at];
      if (kind === kindOf.row) this.accumulation((lastRow = events.index(at)), at);
      else if (kind === kindOf.contribution) this.first(at, lastRow);
      else if (kind === kindOf.gradient) {
        const { tensor, gradient } = trace.arrivalAt(at);
        append(this.whole, tensor, { event: at, gradient });
      } else if (kind === kindOf.cleared) {
        const { tensor, gradient } = trace.arrivalAt(at);
        append(this.cleared, tensor, { event: at, gradient });
      }
    }
  }

  /** All that arrived whole, in order; one for each backward pass. */
  of(tensor: Tensor): readonly Complete[] {
    return this.whole.get(tensor) ?? [];
  }

  /** When a tensor's gradient was forgotten, each with what it was until then. */
  forgottenOf(tensor: Tensor): readonly Complete[] {
    return this.cleared.get(tensor) ?? [];
  }

  /** The parts of a gradient, in the order in which they came, of the last backward pass that began before an event. */
  partsOf(tensor: Tensor, before = Infinity): readonly Contribution[] {
    return this.parts.get(tensor)?.findLast(([{ event }]) => event < before) ?? [];
  }

  /** Which part of which gradient a row makes or adds, where there are several. */
  partAt(row: number): { tensor: Tensor; number: number; of: number } | undefined {
    const found = this.byRow.get(row);
    if (found === undefined || found.all.length === 1) return undefined;
    return { tensor: found.tensor, number: found.part.number, of: found.all.length };
  }

  /** Whether a row adds a new gradient to an older one, as happens without zeroGrad. */
  isCarried(row: number): boolean {
    return this.carried.has(row);
  }

  private first(at: number, lastRow: number): void {
    const { tensor, gradient: value } = this.trace.arrivalAt(at);
    const of = this.servedAt(at);
    const through = this.trace.numberOf(of);
    const row = this.makerBefore(lastRow, of, value);
    const list: Contribution[] = [];
    append(this.parts, tensor, list);
    this.add(tensor, list, { number: 1, event: at, row, through, value });
  }

  private accumulation(row: number, at: number): void {
    const { accumulates: tensor, of, inputs } = this.trace.rows[row];
    if (tensor === undefined) return;
    const list = this.parts.get(tensor)?.at(-1);
    if (of === undefined || list === undefined) {
      this.carried.add(row);
      return;
    }
    const through = this.trace.numberOf(of);
    this.add(tensor, list, { number: list.length + 1, event: at, row, through, value: inputs[1] });
  }

  private add(tensor: Tensor, all: Contribution[], part: Contribution): void {
    all.push(part);
    if (part.row >= 0) this.byRow.set(part.row, { tensor, part, all });
  }

  /** The forward row that is being served at an event. */
  private servedAt(event: number): Row | undefined {
    const { events } = this.trace;
    for (let at = event; at >= 0; at--)
      if (events.kind[at] === kindOf.phase) return this.trace.phaseAt(at).of;
    return undefined;
  }

  /** The row that made a value while the same forward row was served; −1 when it was made for another. */
  private makerBefore(last: number, of: Row | undefined, value: Tensor): number {
    const { rows } = this.trace;
    for (let row = last; row >= 0 && rows[row].of === of && of !== undefined; row--)
      if (rows[row].outputs.includes(value)) return row;
    return -1;
  }
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}
