// A recorded step as the views look at it: tensors by reference, values and gradients as of a position. Knows no view.
import type { LayerState, SourceRange, Stretch, Summary, TensorRef } from '../protocol';
import type { Phase, Row } from '../tape/tape';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { Graph } from '../trace/graph';
import type { Moment } from '../trace/moments';
import type { Paths } from '../trace/paths';
import { seenAt } from '../trace/seen';
import { statisticsOf, type Statistics } from '../trace/summary';
import type { Trace } from '../trace/trace';
import { valueAt } from '../trace/values';

/** A sealed step with what all views look up again and again, found once. */
export class StepView {
  readonly graph: Graph;
  private readonly makers = new Map<Tensor, number>();
  private readonly known = new WeakMap<Tensor, Statistics>();
  private readonly cache = new Map<string, unknown>();

  constructor(
    readonly trace: Trace,
    readonly moments: readonly Moment[],
  ) {
    this.graph = new Graph(trace);
    trace.rows.forEach(({ outputs }, row) => {
      for (const output of outputs) this.makers.set(output, row);
    });
  }

  get paths(): Paths {
    return this.trace.paths;
  }

  get rows(): readonly Row[] {
    return this.trace.rows;
  }

  /** Computes something of the whole step once. */
  once<T>(key: string, compute: () => T): T {
    if (!this.cache.has(key)) this.cache.set(key, compute());
    return this.cache.get(key) as T;
  }

  /** Everything before this event has happened at a position. */
  eventAt(position: number): number {
    const { moments } = this;
    const last = moments.length - 1;
    const inside = Number.isFinite(position) ? Math.trunc(position) : last;
    return seenAt(this.trace, moments[Math.min(Math.max(inside, 0), last)]);
  }

  /** The first position at which an event has happened. */
  positionAfter(event: number): number {
    const { moments } = this;
    let [low, high] = [0, moments.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (moments[middle].event <= event) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  row(number: number): Row {
    const row = this.rows[number] as Row | undefined;
    if (row === undefined)
      throw new ArgumentError(`row ${number} does not exist: the step has ${this.rows.length}`);
    return row;
  }

  /** The row that made a tensor, in any phase; −1 for one that was there before. */
  makerOf(tensor: Tensor): number {
    return this.makers.get(tensor) ?? -1;
  }

  /** The tensor that a reference names, not its gradient. */
  named({ row, side, index }: TensorRef): Tensor {
    const { inputs, outputs } = this.row(row);
    const tensor = (side === 'in' ? inputs : outputs)[index] as Tensor | undefined;
    if (tensor === undefined)
      throw new ArgumentError(`row ${row} has no ${side}put ${index}: its step may be over`);
    return tensor;
  }

  /** What a reference shows at a position: a gradient that has not arrived is undefined. */
  shown(ref: TensorRef, position: number): Tensor | undefined {
    const tensor = this.named(ref);
    const event = this.eventAt(position);
    if (ref.gradient === true) return this.gradientAt(tensor, event);
    return valueAt(this.trace, tensor, event);
  }

  /** Whether a tensor is recorded, but made no earlier than at an event. */
  isAhead(tensor: Tensor, event: number): boolean {
    const maker = this.makerOf(tensor);
    return maker >= 0 && this.trace.eventOfRow[maker] >= event;
  }

  /** The gradient of a tensor as it stands before an event. */
  gradientAt(tensor: Tensor, event: number): Tensor | undefined {
    return this.trace.arrivals.of(tensor).findLast((arrival) => arrival.event < event)?.gradient;
  }

  gradientState(tensor: Tensor, event: number): LayerState['gradientState'] {
    const first = this.trace.arrivals.of(tensor).at(0);
    if (first === undefined) return 'none';
    return first.event < event ? 'arrived' : 'pending';
  }

  /** When a gradient arrives; undefined when none ever does. */
  arrivalOf(tensor: Tensor): number | undefined {
    return this.trace.arrivals.of(tensor).at(-1)?.event;
  }

  /** Statistics, computed once for what does not change. */
  statistics(tensor: Tensor): Statistics {
    const known = this.known.get(tensor);
    if (known) return known;
    const made = statisticsOf(tensor);
    this.known.set(tensor, made);
    return made;
  }

  summary(tensor: Tensor): Summary {
    const { histogram: _, ...summary } = this.statistics(tensor);
    return summary;
  }

  /** The name of a tensor: a parameter's path, or that of the row that made it. */
  nameOf(tensor: Tensor): string {
    const parameter = this.paths.parameter(tensor);
    if (parameter !== undefined) return parameter;
    const maker = this.makerOf(tensor);
    if (maker < 0) return 'input';
    const { definition, outputs, inputs } = this.rows[maker];
    if (definition.name === 'permute' || definition.name === 'transpose') {
      const of = this.paths.parameter(inputs[0]);
      if (of !== undefined) return `${of}ᵀ`;
    }
    const site = this.trace.placeOf(maker).site;
    const name = site < 0 ? '' : this.trace.sites.get(site).name;
    const output = definition.outputNames?.[outputs.indexOf(tensor)];
    const own = this.rows[maker].phase === 'forward' ? name : '';
    return own !== ''
      ? own
      : output === undefined
        ? definition.name
        : `${definition.name}.${output}`;
  }

  /** The module in which a row runs, or which it serves. */
  moduleOf(number: number): string {
    const row = this.rows[number];
    return this.paths.module((row.of ?? row).scope?.owner) ?? '';
  }

  rangeOf(number: number): SourceRange | undefined {
    return number < 0 ? undefined : this.trace.rangeOf(number);
  }

  /** A reference to a tensor, by the row that made it or the first that reads it. */
  refOf(tensor: Tensor, reader: number): TensorRef {
    const row = this.makerOf(tensor);
    if (row >= 0) return { row, side: 'out', index: this.rows[row].outputs.indexOf(tensor) };
    return { row: reader, side: 'in', index: this.rows[reader].inputs.indexOf(tensor) };
  }

  /** The phase of a position; a statement belongs to the phase of what runs next. */
  phaseOf(position: number): Phase {
    return this.once('phases', () => {
      let next: Phase | undefined;
      const found = this.moments.toReversed().map(({ row, mirrors }) => {
        if (mirrors >= 0) next = 'backward';
        else if (row >= 0) next = this.rows[row].phase;
        return next;
      });
      let before: Phase = 'forward';
      return found.reverse().map((phase) => (before = phase ?? before));
    })[position];
  }
}

/** Neighbouring positions with the same label become one stretch. */
export function stretches<Label>(
  labels: readonly Label[],
): (Stretch & { label: NonNullable<Label> })[] {
  const found: (Stretch & { label: NonNullable<Label> })[] = [];
  let open: (Stretch & { label: NonNullable<Label> }) | undefined;
  labels.forEach((label, position) => {
    if (open?.label === label) open.to = position;
    else {
      open = label == null ? undefined : { from: position, to: position, label };
      if (open) found.push(open);
    }
  });
  return found;
}
