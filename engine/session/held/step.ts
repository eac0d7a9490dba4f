// A sealed step with a place in it: what every question about a held step is asked of. Knows no port and no request.
import type { CursorInfo, HeldInfo, Phase, PhaseRange } from '../../protocol';
import { Graph } from '../../trace/graph';
import { momentsOf, type Moment } from '../../trace/moments';
import type { Nested } from '../../trace/descend';
import { seenAt } from '../../trace/seen';
import type { Variables } from '../../source/hooks';
import type { Trace } from '../../trace/trace';
import { describeCursor } from './place';

/** Something that cannot cross a port, under a number that holds until the cursor moves. */
interface Remembered {
  readonly held: HeldStep;
  readonly thing: object;
}

/** A step, or the inside of one of its rows, which is held like a small step of its own. */
export class HeldStep {
  readonly moments: readonly Moment[];
  /** Message of the error that broke the step off. */
  failed: string | undefined;
  /** The inside of the row at the cursor, while one stands in it. */
  inner: HeldStep | undefined;
  /** All insides that one has stood in, by row. */
  readonly insides = new Map<number, HeldStep>();
  private readonly remembered: Remembered[];
  private at = 0;
  private lazyGraph: Graph | undefined;

  /** `tell` hears of every move of the cursor; `scopeOf` finds the variables of a file's module. */
  constructor(
    readonly run: number,
    /** 0 is the trunk. */
    readonly branch: number,
    readonly trace: Trace,
    readonly scopeOf: (file: string | undefined) => readonly Variables[],
    private readonly tell: (cursor: CursorInfo) => void,
    /** The step in a row of which this is the inside. */
    readonly outer?: HeldStep,
  ) {
    this.moments = momentsOf(trace);
    this.remembered = outer?.remembered ?? [];
  }

  get graph(): Graph {
    return (this.lazyGraph ??= new Graph(this.trace));
  }

  get position(): number {
    return this.at;
  }

  /** The moment at the cursor; at the ends of the step the nearest one within. */
  get moment(): Moment {
    const last = this.moments.length - 1;
    return this.moments[Math.min(Math.max(this.at, Math.min(1, last)), Math.max(last - 1, 0))];
  }

  /** Events before this one have been seen where the cursor stands. */
  get seen(): number {
    return seenAt(this.trace, this.moment);
  }

  /** The step itself, of which this may be an inside. */
  get whole(): HeldStep {
    return this.outer?.whole ?? this;
  }

  /** Where one stands, in this step and in the insides of its rows. */
  get place(): Nested {
    const { trace, moments, position, inner } = this;
    return [{ trace, moments, position }, ...(inner?.place ?? [])];
  }

  /** The number of a thing, counted from 1. */
  remember(thing: object): number {
    return this.remembered.push({ held: this, thing });
  }

  recall(number: number): Remembered | undefined {
    return this.remembered[number - 1];
  }

  /** Goes to a position and tells everybody, unless it happens quietly. */
  moveTo(position: number, quiet = false): void {
    if (!Number.isInteger(position) || position < 0 || position >= this.moments.length)
      throw new Error(
        `position ${position} does not exist: step ${this.trace.step} has ${this.moments.length}, from 0 on`,
      );
    const { trace, moments } = this;
    this.standAt([{ trace, moments, position }], quiet);
  }

  /** Goes to a place, which may lie in the inside of a row. */
  standAt(place: Nested, quiet = false): void {
    this.remembered.length = 0;
    this.put(place);
    if (!quiet) this.tell(this.cursor());
  }

  private put([{ position }, ...rest]: Nested): void {
    this.at = position;
    const [next] = rest;
    this.inner = next && this.insideAt(this.moments[position].row, next.trace);
    this.inner?.put(rest as unknown as Nested);
  }

  private insideAt(row: number, trace: Trace): HeldStep {
    let inside = this.insides.get(row);
    if (inside === undefined) {
      const { run, branch, scopeOf, tell } = this;
      inside = new HeldStep(run, branch, trace, scopeOf, tell, this);
      this.insides.set(row, inside);
    }
    return inside;
  }

  info(): HeldInfo {
    const { run, branch, trace, moments, failed } = this;
    return {
      run,
      branch,
      step: trace.step,
      moments: moments.length,
      rows: trace.rows.length,
      phases: phaseRanges(this),
      ...(failed !== undefined && { failed }),
    };
  }

  cursor(): CursorInfo {
    return describeCursor(this);
  }
}

/** What training does at a moment. */
export function phaseOf({ trace, outer }: HeldStep, { mirrors, row }: Moment): Phase {
  if (outer) return phaseOf(outer, outer.moment);
  if (row >= 0) return trace.rows[row].phase;
  return mirrors >= 0 ? 'backward' : 'forward';
}

function phaseRanges(held: HeldStep): PhaseRange[] {
  const ranges: PhaseRange[] = [];
  held.moments.forEach((moment, position) => {
    const phase = phaseOf(held, moment);
    const last = ranges.at(-1);
    if (last?.phase === phase) last.to = position + 1;
    else ranges.push({ phase, from: position, to: position + 1 });
  });
  return ranges;
}
