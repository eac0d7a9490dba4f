// Listens to a shape run: what each place of the program was, which ops each call ran, what failed. Knows no text.
import { Module } from '../nn/module';
import { Optimizer } from '../optim/optimizer';
import type { Recorder } from '../source/hooks';
import type { Row, TapeRecorder } from '../tape/tape';
import { tape } from '../tape/tape';
import { Tensor } from '../tensor/tensor';
import { describe, isDescribed, type Described } from './describe';
import { Halt, type Watch } from './loops';
import { isPoison, makePoison, poison } from './poison';

/** One thing that a place was, and when. */
export interface Seen {
  readonly described: Described;
  calls: number;
  /** The first call at which it was this, from 0. */
  readonly first: number;
  /** The ops that this call ran itself, not in functions of the user's. */
  readonly rows: readonly Row[];
  readonly needsGrad: boolean;
  /** Where the value was made, when it is a tensor or module. */
  readonly madeAt: number;
  /** The value, when it is a module. */
  readonly module: Module | undefined;
  /** The module whose result it is, when it is what a call of that module gave. */
  readonly by: Module | undefined;
}

export interface Observation {
  calls: number;
  /** Of those, calls in the second step of a training loop. */
  repeated: number;
  /** Every different thing that it was, in order; no more than can be shown. */
  readonly seen: Map<Described, Seen>;
  /** What it was last: mostly it is that again. */
  last: Seen | undefined;
  /** Its last value's description, also when there were too many to keep. */
  latest: Described | undefined;
  /** The frame in which it was first seen. */
  readonly frame: number;
}

export interface FrameInfo {
  /** The function's site. */
  readonly site: number;
  readonly self: unknown;
  /** The call that entered it. */
  readonly caller: Pick<Call, 'site' | 'frame'> | undefined;
}

/** A call under way. */
export interface Call {
  readonly site: number;
  readonly frame: number;
  /** The ops that it ran itself, if any. */
  rows: Row[] | undefined;
  /** Tensors and modules among what stands inside the call's own text. */
  operands: (Tensor | Module)[] | undefined;
}

/** A call that failed. */
export interface Failure {
  readonly error: unknown;
  readonly call: Call;
  /** Calls around it, innermost first. */
  readonly callers: readonly { site: number; frame: number }[];
  /** The module of which the forward failed. */
  readonly owner: object | undefined;
}

/** What is written down of a tensor; one of an earlier run has notes of that run. */
interface Notes {
  readonly run: Observer;
  /** Where it was first seen, or −1. */
  site: number;
  /** The op that made it. */
  readonly row: Row | undefined;
}

/** A place is told of no more different things. */
export const mostSeen = 128;
const mostFailures = 50;
const none: readonly Row[] = [];
/** V8's words for a stack that is full. */
const overflow = 'Maximum call stack size exceeded';

export class Observer implements Recorder, TapeRecorder {
  readonly observations = new Map<number, Observation>();
  /** Statements that ran. */
  readonly reached = new Set<number>();
  readonly frames = new Map<number, FrameInfo>();
  readonly failures: Failure[] = [];
  /** Where each module and optimizer was first seen: the expression that made it. */
  private readonly made = new Map<object, number>();
  /** Modules that were seen, in order. */
  readonly modules = new Set<Module>();
  /** What each module gave, and what it was given. */
  readonly outputs = new Map<object, { described: Described; count: number }>();
  private readonly calls: Call[] = [];
  private running = -1;
  private overflow: { readonly error: unknown; readonly depth: number } | undefined;
  /** The module that has returned last, and its result. */
  private last: { readonly owner: object; readonly result: unknown } | undefined;

  /**
   * `handled`: places inside a `try` of the user's, who wants to see what fails there. Without a listener
   * only types are noted: enough for a run that tries other sizes.
   */
  constructor(
    private readonly watch: Watch,
    private readonly handled: ReadonlySet<number>,
    private readonly listener: Listener | undefined,
  ) {}

  /** Where a tensor, module or optimizer was made. */
  placeOf(value: object): number | undefined {
    if (!(value instanceof Tensor)) return this.made.get(value);
    const site = this.notesOf(value)?.site ?? -1;
    return site < 0 ? undefined : site;
  }

  /** The op that made a tensor. */
  makerOf(tensor: Tensor): Row | undefined {
    return this.notesOf(tensor)?.row;
  }

  private notesOf({ notes }: Tensor): Notes | undefined {
    return notes !== undefined && (notes as Notes).run === this ? (notes as Notes) : undefined;
  }

  /** The innermost call under way. */
  get call(): Call | undefined {
    return this.calls[this.calls.length - 1];
  }

  enter(frame: number, _: number, site: number, self: unknown): void {
    this.watch.tick();
    this.reached.add(site);
    this.running = frame;
    this.frames.set(frame, { site, self, caller: this.call });
  }

  at(frame: number, site: number): void {
    this.watch.tick();
    this.running = frame;
    this.reached.add(site);
  }

  iterate(): void {
    this.watch.tick();
  }

  value(frame: number, site: number, value: unknown): void {
    this.note(frame < 0 ? this.running : frame, site, value, none);
  }

  bind(frame: number, site: number, value: unknown): void {
    this.note(frame, site, value, none);
  }

  leave(frame: number, site: number, value: unknown): void {
    // At its own site a function has come to its end without a value.
    if (this.frames.get(frame)?.site !== site) this.note(frame, site, value, none);
    this.running = this.call?.frame ?? -1;
  }

  guard(given: number, site: number, run: () => unknown): unknown {
    this.watch.tick();
    const frame = given < 0 ? this.running : given;
    const call: Call = { site, frame, rows: undefined, operands: undefined };
    const touched = poison.touched;
    poison.touched = false;
    this.calls.push(call);
    let value: unknown;
    try {
      value = run();
    } catch (error) {
      if (this.rises(error)) throw error;
      if (error instanceof Halt || this.calls.some((around) => this.handled.has(around.site)))
        throw error;
      this.fail(error, call);
      value = makePoison();
    } finally {
      this.calls.pop();
      poison.touched ||= touched;
      this.running = frame;
    }
    const { last } = this;
    const by = typeof value === 'object' && last?.result === value ? last?.owner : undefined;
    this.note(frame, site, value, call.rows ?? none, by instanceof Module ? by : undefined);
    return value;
  }

  /** Functions that call each other without end leave no room to look at the error where it was raised. */
  private rises(error: unknown): boolean {
    if (!(error instanceof RangeError) || error.message !== overflow) return false;
    if (this.overflow?.error !== error) this.overflow = { error, depth: this.calls.length >> 1 };
    return this.calls.length > this.overflow.depth;
  }

  row(given: Row): void {
    if (given.phase === 'backward') return;
    // With data, backward empties rows that it has used.
    const row = tape.mode === 'plain' ? { ...given } : given;
    for (const output of row.outputs) output.notes = { run: this, site: -1, row } satisfies Notes;
    this.listener?.row?.(row);
    if (row.phase !== 'forward') return;
    const { call } = this;
    if (call) (call.rows ??= []).push(row);
  }

  phase(): void {
    this.watch.tick();
  }

  contribution(): void {
    // Sums of gradients have no shape of their own.
  }

  gradient(tensor: Tensor): void {
    if (tensor.isLeaf) this.listener?.gradient?.(tensor);
  }

  returned(owner: object, result: unknown): void {
    this.last = { owner, result };
    const described = describe(result);
    if (!described) return;
    const known = this.outputs.get(owner);
    if (known) known.count++;
    else this.outputs.set(owner, { described, count: 1 });
  }

  private fail(error: unknown, call: Call): void {
    if (poison.touched || this.failures.length >= mostFailures) return;
    const follows = this.failures.length > 0 && error instanceof Error && /NaN/.test(error.message);
    if (follows) return;
    const callers = this.calls.slice(0, -1).reverse();
    const owner = tape.failure?.error === error ? tape.failure?.scope.owner : undefined;
    this.failures.push({ error, call, callers, owner });
  }

  private note(
    frame: number,
    site: number,
    value: unknown,
    rows: readonly Row[],
    by?: Module,
  ): void {
    if (isPoison(value)) return;
    const known = this.observations.get(site);
    const last = known?.last;
    if (last !== undefined && value instanceof Tensor && isDescribed(last.described, value)) {
      if (this.listener) this.hold(frame, site, value);
      known!.calls++;
      last.calls++;
      known!.latest = last.described;
      if (this.watch.repeating) known!.repeated++;
      return;
    }
    const described = describe(value);
    if (described === undefined) {
      if (value instanceof Optimizer && !this.made.has(value)) this.made.set(value, site);
      return;
    }
    if (this.listener && typeof value === 'object') this.hold(frame, site, value!);
    const found = known ?? this.observe(site, frame);
    found.latest = described;
    const seen = found.seen.get(described);
    if (seen) (found.last = seen).calls++;
    else if (found.seen.size < mostSeen) {
      const needsGrad = value instanceof Tensor && value.requiresGrad;
      const module = value instanceof Module ? value : undefined;
      const madeAt = this.placeOf(value as object) ?? -1;
      const first = found.calls;
      const one = { described, calls: 1, first, rows, needsGrad, madeAt, module, by };
      found.seen.set(described, one);
      found.last = one;
    } else found.last = undefined;
    found.calls++;
    if (this.watch.repeating) found.repeated++;
  }

  private observe(site: number, frame: number): Observation {
    const made = {
      calls: 0,
      repeated: 0,
      seen: new Map(),
      last: undefined,
      latest: undefined,
      frame,
    };
    this.observations.set(site, made);
    return made;
  }

  /** Writes down where a tensor or module was made, and that the call under way is given it. */
  private hold(frame: number, site: number, value: object): void {
    if (value instanceof Tensor) {
      const notes = this.notesOf(value);
      if (!notes) value.notes = { run: this, site, row: undefined } satisfies Notes;
      else if (notes.site < 0) notes.site = site;
    } else if (value instanceof Module) {
      if (!this.made.has(value)) this.made.set(value, site);
      this.modules.add(value);
    } else return;
    const around = this.call;
    if (around?.frame === frame) (around.operands ??= []).push(value);
  }
}

/** Looks at ops as they run, and at gradients as they arrive. */
export interface Listener {
  row?(row: Row): void;
  /** The gradient of a leaf is complete. */
  gradient?(leaf: Tensor): void;
}
