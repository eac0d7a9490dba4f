// Writes down one training step as it happens: what the source hooks tell, and the tape's rows. Knows no loop.
import type { Recorder } from '../source/hooks';
import type { SiteTable } from '../source/sites';
import type { Phase, Row, TapeRecorder } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { Events, kindOf } from './events';
import { snapshot } from './snapshot';
import { ValueStore } from './store';

/** One call of a function. */
export interface Frame {
  /** The frame that called it, or −1. */
  readonly parent: number;
  /** The frame in whose text the function stands, or −1 when that is not recorded. */
  readonly lexicalParent: number;
  /** The function's site. */
  readonly site: number;
  readonly self: unknown;
  /** The event of its entry; −1 when it was entered before the recording. */
  readonly entered: number;
}

/** What a phase event carries: the phase, and the row that is served. */
export interface PhaseChange {
  readonly phase: Phase;
  readonly of: Row | undefined;
}

/** A gradient that is complete, or its first part. */
export interface Arrival {
  readonly tensor: Tensor;
  readonly gradient: Tensor;
}

/** One line of the user's console. */
export interface Printed {
  readonly level: string;
  readonly text: string;
}

/** A variable that had its value before the recording began. */
export class Known {
  constructor(
    readonly name: string,
    readonly value: unknown,
  ) {}
}

export class StepRecorder implements Recorder, TapeRecorder {
  readonly events: Events;
  readonly frames: Frame[] = [];
  readonly rows: Row[] = [];
  readonly store: ValueStore;
  /** Numbers of the frames that were entered since the recording began, and of those from before. */
  private readonly numbers: number[] = [];
  private readonly before = new Map<number, number>();
  private first = Infinity;
  private current = -1;

  /**
   * `known`: the variables around the loop whose iteration is about to begin; `budget`: bytes for values;
   * `expected`: about how many events there will be.
   */
  constructor(
    private readonly sites: SiteTable,
    private known: readonly Known[] = [],
    budget?: number,
    expected?: number,
  ) {
    this.events = new Events(expected);
    this.store = new ValueStore(this.rows, budget);
  }

  enter(frame: number, parent: number, site: number, self: unknown): void {
    if (this.first === Infinity) this.first = frame;
    const lexicalParent = this.numberOf(parent) ?? -1;
    const entered = this.events.add(kindOf.enter, site, this.frames.length, undefined);
    this.open(frame, { parent: this.current, lexicalParent, site, self, entered });
  }

  at(frame: number, site: number): void {
    this.add(kindOf.statement, frame, site, undefined);
  }

  iterate(frame: number, site: number): void {
    this.add(kindOf.iteration, frame, site, undefined);
  }

  value(frame: number, site: number, value: unknown): void {
    this.add(kindOf.value, frame, site, snapshot(value));
  }

  bind(frame: number, site: number, value: unknown): void {
    this.add(kindOf.binding, frame, site, snapshot(value));
  }

  leave(frame: number, site: number, value: unknown): void {
    this.add(kindOf.leave, frame, site, snapshot(value));
    this.current = this.frames[this.current]?.parent ?? -1;
  }

  row(row: Row): void {
    this.events.add(kindOf.row, -1, this.current, this.rows.push(row) - 1);
    this.store.added(row);
  }

  returned(_: object, result: unknown): void {
    this.store.returned(result);
  }

  phase(phase: Phase, of: Row | undefined): void {
    this.events.addPair(kindOf.phase, this.current, phase, of);
  }

  contribution(tensor: Tensor, gradient: Tensor): void {
    this.events.addPair(kindOf.contribution, this.current, tensor, gradient);
  }

  gradient(tensor: Tensor, gradient: Tensor): void {
    this.events.addPair(kindOf.gradient, this.current, tensor, gradient);
  }

  cleared(tensor: Tensor, gradient: Tensor): void {
    this.events.addPair(kindOf.cleared, this.current, tensor, gradient);
  }

  print(level: string, text: string): void {
    this.events.add(kindOf.log, -1, this.current, { level, text } satisfies Printed);
  }

  private add(kind: number, frame: number, site: number, value: unknown): void {
    if (frame >= 0) this.current = this.numberOf(frame) ?? this.earlier(frame, site);
    this.events.add(kind, site, this.current, value);
  }

  /** A frame that was entered before the recording; whoever runs now has called it, or resumed it. */
  private earlier(frame: number, site: number): number {
    const { owner } = this.sites.get(site);
    const { known, current: parent } = this;
    this.known = [];
    const self = known.find(({ name }) => name === 'this')?.value;
    const entry = { parent, lexicalParent: -1, site: owner, self, entered: -1 };
    const number = this.open(frame, entry);
    for (const variable of known) this.events.add(kindOf.binding, -1, number, variable);
    return number;
  }

  private numberOf(frame: number): number | undefined {
    return frame >= this.first ? this.numbers[frame - this.first] : this.before.get(frame);
  }

  private open(frame: number, entry: Frame): number {
    const number = this.frames.push(entry) - 1;
    if (frame >= this.first) this.numbers[frame - this.first] = number;
    else this.before.set(frame, number);
    this.current = number;
    return number;
  }
}
