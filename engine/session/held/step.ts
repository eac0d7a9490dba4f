// A sealed step with a place in it: what every question about a held step is asked of. Knows no port and no request.
import type { CursorInfo, HeldInfo, Phase, PhaseRange } from '../../protocol';
import { Graph } from '../../trace/graph';
import { momentsOf, type Moment } from '../../trace/moments';
import { seenAt } from '../../trace/seen';
import type { Variables } from '../../source/hooks';
import type { Trace } from '../../trace/trace';
import { describeCursor } from './place';

/** Numbers for things that cannot cross a port; they hold until the cursor moves. */
export class Handles {
  private readonly things: object[] = [];

  /** The number of a thing, counted from 1. */
  add(thing: object): number {
    return this.things.push(thing);
  }

  get(number: number): object | undefined {
    return this.things[number - 1];
  }

  clear(): void {
    this.things.length = 0;
  }
}

export class HeldStep {
  readonly moments: readonly Moment[];
  readonly handles = new Handles();
  /** Message of the error that broke the step off. */
  failed: string | undefined;
  private at = 0;
  private lazyGraph: Graph | undefined;

  /** `tell` hears of every move of the cursor; `scopeOf` finds the variables of a file's module. */
  constructor(
    readonly run: number,
    readonly trace: Trace,
    readonly scopeOf: (file: string | undefined) => readonly Variables[],
    private readonly tell: (cursor: CursorInfo) => void,
  ) {
    this.moments = momentsOf(trace);
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

  /** Goes to a position and tells everybody, unless it happens quietly. */
  moveTo(position: number, quiet = false): void {
    if (!Number.isInteger(position) || position < 0 || position >= this.moments.length)
      throw new Error(
        `position ${position} does not exist: step ${this.trace.step} has ${this.moments.length}, from 0 on`,
      );
    this.handles.clear();
    this.at = position;
    if (!quiet) this.tell(this.cursor());
  }

  info(): HeldInfo {
    const { run, trace, moments, failed } = this;
    return {
      run,
      branch: 0,
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
export function phaseOf({ trace }: HeldStep, { mirrors, row }: Moment): Phase {
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
