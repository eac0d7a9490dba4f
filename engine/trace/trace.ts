// The sealed record of one step, with what follows from it by looking once: places, frames, iterations. Knows no cursor.
import type { SourceRange } from '../protocol';
import type { SiteTable } from '../source/sites';
import { birthStack } from '../tape/births';
import type { Change, Phase, Row } from '../tape/tape';
import type { Storage } from '../tensor/storage';
import type { Tensor } from '../tensor/tensor';
import { Arrivals } from './arrivals';
import type { Events } from './events';
import { kindOf } from './events';
import { countBelow, FrameEvents } from './frame-events';
import { counts, IterationCounter, type Iteration } from './iterations';
import { Paths } from './paths';
import type { Arrival, Frame, PhaseChange, StepRecorder } from './recorder';
import type { ValueStore } from './store';

/** Where a row belongs in the user's program. */
export interface Place {
  readonly frame: number;
  /** The event of the statement, or −1 when none had begun. */
  readonly statement: number;
  /** The expression, or else the statement; −1 outside the user's text. */
  readonly site: number;
  readonly iteration: Iteration | undefined;
}

const nowhere: Place = { frame: -1, statement: -1, site: -1, iteration: undefined };

export class Trace {
  readonly events: Events;
  readonly frames: readonly Frame[];
  readonly rows: readonly Row[];
  /** The event of each row. */
  readonly eventOfRow: Int32Array;
  /** The statement under way in an event's frame: that statement's event, or −1. */
  readonly statementOf: Int32Array;
  readonly frameEvents: FrameEvents;
  /** The step's values, as far as memory allows; the others are made again when they are read. */
  readonly store: ValueStore;
  /** What updates did to each storage, in order. */
  readonly changes = new Map<Storage, { event: number; change: Change }[]>();
  private readonly iterations: (Iteration | undefined)[] = [];
  private readonly siteOfRow: Int32Array;
  private readonly depths: Int32Array;
  private readonly births = new Map<Tensor, SourceRange | undefined>();
  private foundArrivals: Arrivals | undefined;
  private foundPaths: Paths | undefined;

  constructor(
    recorder: StepRecorder,
    readonly sites: SiteTable,
    /** The training step that it records. */
    readonly step: number,
  ) {
    this.events = recorder.events;
    this.frames = recorder.frames;
    this.rows = recorder.rows;
    this.store = recorder.store;
    const { count } = this.events;
    this.eventOfRow = new Int32Array(this.rows.length);
    this.siteOfRow = new Int32Array(this.rows.length).fill(-1);
    this.statementOf = new Int32Array(count).fill(-1);
    this.frameEvents = new FrameEvents(this.frames.length, this.events, sites);
    // A frame comes after the one that called it.
    this.depths = new Int32Array(this.frames.length);
    this.frames.forEach(({ parent }, frame) => {
      this.depths[frame] = parent < 0 ? 0 : this.depths[parent] + 1;
    });
    this.lookForwards();
    this.lookBackwards();
    this.rows.forEach((row, i) => {
      if (row.changes === undefined) return;
      for (const change of row.changes) this.noteChange(this.eventOfRow[i], change);
    });
  }

  /** A row's number in this trace; −1 for one of an earlier step. */
  numberOf(row: Row | undefined): number {
    if (row === undefined || this.rows.length === 0) return -1;
    // While a step is recorded every op has a row, so their sequence has no gaps.
    const number = row.sequence - this.rows[0].sequence;
    return this.rows[number] === row ? number : -1;
  }

  iterationAt(event: number): Iteration | undefined {
    return this.iterations[event];
  }

  /** When gradients arrived, and from what they came together. */
  get arrivals(): Arrivals {
    return (this.foundArrivals ??= new Arrivals(this));
  }

  /** What modules and parameters are called. */
  get paths(): Paths {
    return (this.foundPaths ??= new Paths(this.rows));
  }

  /** The user's call that made a parameter; undefined when that is not known. */
  birthOf(tensor: Tensor): SourceRange | undefined {
    if (!this.births.has(tensor))
      this.births.set(tensor, this.sites.locate(birthStack(tensor) ?? '')[0]);
    return this.births.get(tensor);
  }

  /** The forward row that a row serves, or that row itself. */
  servedBy(row: number): number {
    const served = this.numberOf(this.rows[row].of);
    return served < 0 || served === row ? row : this.servedBy(served);
  }

  /** Where a row belongs: a backward row to the place of the forward row that it serves. */
  placeOf(row: number): Place {
    const served = this.servedBy(row);
    const event = this.eventOfRow[served];
    const frame = this.events.frame[event];
    if (frame < 0) return nowhere;
    const statement = this.statementOf[event];
    const fallback = statement < 0 ? -1 : this.events.site[statement];
    const site = this.siteOfRow[served] >= 0 ? this.siteOfRow[served] : fallback;
    return { frame, statement, site, iteration: this.iterations[event] };
  }

  /** The user's text that a row comes from; of a parameter's update, where the parameter was made. */
  rangeOf(row: number): SourceRange | undefined {
    const { phase, changes } = this.rows[row];
    const born = phase === 'update' && changes?.[0] && this.birthOf(changes[0].tensor);
    if (born) return born;
    const { site } = this.placeOf(row);
    return site < 0 ? undefined : this.sites.range(site);
  }

  iterationCounts(row: number): number[] {
    return counts(this.placeOf(row).iteration);
  }

  /** The phase and the served row that a phase event sets. */
  phaseAt(event: number): PhaseChange {
    const { events } = this;
    return { phase: events.value(event) as Phase, of: events.second(event) as Row | undefined };
  }

  /** The events of each frame, in order. */
  get eventsOf(): readonly (readonly number[])[] {
    return this.frameEvents.all;
  }

  /** The gradient that a contribution, gradient or cleared event is about. */
  arrivalAt(event: number): Arrival {
    const { events } = this;
    return { tensor: events.value(event) as Tensor, gradient: events.second(event) as Tensor };
  }

  /** How many events of a frame come before an event. */
  countBefore(frame: number, event: number): number {
    return countBelow(this.frameEvents.all[frame], event);
  }

  /** The last event of a frame before an event, or −1. */
  lastBefore(frame: number, event: number): number {
    return this.frameEvents.all[frame][this.countBefore(frame, event) - 1] ?? -1;
  }

  /** The statement under way in a frame before an event, or −1. */
  statementBefore(frame: number, event: number): number {
    const last = this.lastBefore(frame, event);
    return last < 0 ? -1 : this.statementOf[last];
  }

  /** The event with which the next statement of a frame begins, or the end of the step. */
  statementAfter(frame: number, event: number): number {
    const statements = this.frameEvents.statementsOf(frame);
    return statements[countBelow(statements, event + 1)] ?? this.events.count;
  }

  /** How many frames surround one. */
  depthOf(frame: number): number {
    return frame < 0 ? 0 : this.depths[frame];
  }

  private noteChange(event: number, change: Change): void {
    const { storage } = change.tensor;
    if (storage === null) return;
    const known = this.changes.get(storage);
    if (known) known.push({ event, change });
    else this.changes.set(storage, [{ event, change }]);
  }

  private lookForwards(): void {
    const { events } = this;
    const counter = new IterationCounter(this.sites);
    const statement = new Int32Array(this.frames.length).fill(-1);
    for (let at = 0; at < events.count; at++) {
      const frame = events.frame[at];
      const kind = events.kind[at];
      if (kind === kindOf.row) this.eventOfRow[events.index(at)] = at;
      if (frame < 0) continue;
      if (kind === kindOf.statement) {
        statement[frame] = at;
        counter.statement(frame, events.site[at]);
      } else if (kind === kindOf.iteration) counter.iteration(frame, events.site[at]);
      this.statementOf[at] = statement[frame];
      this.frameEvents.all[frame].push(at);
      this.iterations[at] = counter.at(frame);
    }
  }

  /** The first value that completes after a row, in the same frame and statement, is the row's expression. */
  private lookBackwards(): void {
    const { events } = this;
    const next = new Int32Array(this.frames.length).fill(-1);
    for (let at = events.count - 1; at >= 0; at--) {
      const frame = events.frame[at];
      if (frame < 0) continue;
      const kind = events.kind[at];
      if (kind === kindOf.statement) next[frame] = -1;
      else if (kind === kindOf.value) next[frame] = events.site[at];
      else if (kind === kindOf.leave && this.sites.get(events.site[at]).kind === 'return')
        next[frame] = events.site[at];
      else if (kind === kindOf.row) this.siteOfRow[events.index(at)] = next[frame];
    }
  }
}
