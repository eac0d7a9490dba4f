// The step's rows as a graph: who used a tensor, what reached it. Knows no question.
import { elements, forEachElement, type Tensor } from '../tensor/tensor';
import { kindOf } from './events';
import type { Trace } from './trace';
import { valueAt } from './values';

/** Forward uses, gradients and starting points of backward, found once per trace. */
export class Graph {
  private foundUses: Map<Tensor, number[]> | undefined;
  private foundMakers: Map<Tensor, number> | undefined;
  private foundRoots: Set<Tensor> | undefined;

  constructor(readonly trace: Trace) {}

  /** The tensors from which backward started. */
  get roots(): ReadonlySet<Tensor> {
    return (this.foundRoots ??= this.findRoots());
  }

  /** The forward rows that read a tensor, in order. */
  usesOf(tensor: Tensor): readonly number[] {
    return (this.foundUses ??= this.findUses()).get(tensor) ?? [];
  }

  /** The forward row that made a tensor; −1 for one that was there before. */
  makerOf(tensor: Tensor): number {
    const row = this.makerOfAny(tensor);
    return row < 0 || this.trace.rows[row].phase === 'forward' ? row : -1;
  }

  /** The row of any phase that made a tensor; −1 for one that was there before. */
  makerOfAny(tensor: Tensor): number {
    return (this.foundMakers ??= this.findMakers()).get(tensor) ?? -1;
  }

  gradientOf(tensor: Tensor): Tensor | undefined {
    return this.trace.arrivals.of(tensor).at(-1)?.gradient;
  }

  /** An operand's elements as the row saw them. */
  seen(row: number, tensor: Tensor): number[] {
    return numbers(valueAt(this.trace, tensor, this.trace.eventOfRow[row]));
  }

  /** A result as the row left it. */
  made(row: number, tensor: Tensor): Tensor {
    return valueAt(this.trace, tensor, this.trace.eventOfRow[row] + 1);
  }

  /** Whether all elements of a result are finite; of a value that was given up, its statistics know. */
  isFinite(row: number, tensor: Tensor): boolean {
    if (tensor.storage?.evicted !== true) return allFinite(this.made(row, tensor));
    const { nan, infinite } = this.trace.store.statisticsOf(tensor);
    return nan + infinite === 0;
  }

  private findUses(): Map<Tensor, number[]> {
    const uses = new Map<Tensor, number[]>();
    this.trace.rows.forEach(({ inputs, phase }, row) => {
      if (phase !== 'forward') return;
      for (const input of inputs) {
        const known = uses.get(input);
        if (known === undefined) uses.set(input, [row]);
        // An operand that is given twice is used once.
        else if (known.at(-1) !== row) known.push(row);
      }
    });
    return uses;
  }

  private findMakers(): Map<Tensor, number> {
    const makers = new Map<Tensor, number>();
    this.trace.rows.forEach(({ outputs }, row) => {
      for (const output of outputs) makers.set(output, row);
    });
    return makers;
  }

  private findRoots(): Set<Tensor> {
    const roots = new Set<Tensor>();
    const { events } = this.trace;
    let starting = false;
    for (let at = 0; at < events.count; at++) {
      if (events.kind[at] === kindOf.phase) {
        const { phase, of } = this.trace.phaseAt(at);
        starting = phase === 'backward' && (of !== undefined ? starting : !this.started(at));
      }
      if (events.kind[at] !== kindOf.gradient) continue;
      const { tensor } = this.trace.arrivalAt(at);
      if (starting) roots.add(tensor);
      starting = false;
    }
    return roots;
  }

  /** Whether this phase event only ends the part that served a row, within the same backward. */
  private started(at: number): boolean {
    const { events } = this.trace;
    for (let before = at - 1; before >= 0; before--)
      if (events.kind[before] === kindOf.phase)
        return this.trace.phaseAt(before).phase === 'backward';
    return false;
  }
}

/** All elements, row by row. */
export function numbers(tensor: Tensor): number[] {
  const all = elements(tensor);
  const found: number[] = [];
  forEachElement(tensor, (at) => found.push(all[at]));
  return found;
}

/** Whether all elements are numbers that are not infinite; fast, for it is asked of every result. */
export function allFinite(tensor: Tensor): boolean {
  const all = elements(tensor);
  if (!tensor.isContiguous) return numbers(tensor).every(Number.isFinite);
  // A number taken from itself is 0; of an infinity, as of NaN, NaN is left.
  for (let at = tensor.start, end = at + tensor.count; at < end; at++)
    if (all[at] - all[at] !== 0) return false;
  return true;
}

/** The Euclidean norm, of however many elements. */
export function normOf(tensor: Tensor): number {
  const all = elements(tensor);
  let squares = 0;
  forEachElement(tensor, (at) => (squares += all[at] * all[at]));
  return Math.sqrt(squares);
}

/** Root of the mean square: what a typical element is like. */
export function typical(tensor: Tensor): number {
  const values = numbers(tensor);
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / Math.max(values.length, 1));
}
