// Every place of a step at which one can stand, in order: statements and rows, forward and mirrored. Knows no cursor.
import { kindOf } from './events';
import type { Trace } from './trace';

export interface Moment {
  /** Everything before this event has happened. */
  readonly event: number;
  /** `statement`: about to run it, or to mirror it. `row`: about to run a row alone. */
  readonly grain: 'statement' | 'row' | 'both';
  readonly frame: number;
  /** The event of the statement, or −1. */
  readonly statement: number;
  /** How many calls surround it. */
  readonly depth: number;
  /** Whether backward walks the statement in reverse; the frame that called backward, or −1. */
  readonly mirrors: number;
  /** The row that comes next, at the grain of rows. */
  readonly row: number;
}

/** All moments of a step. The first and the last surround it: before and after everything. */
export function momentsOf(trace: Trace): Moment[] {
  const edge = {
    grain: 'both',
    frame: -1,
    statement: -1,
    depth: -1,
    mirrors: -1,
    row: -1,
  } as const;
  const builder = new Builder(trace);
  return [{ ...edge, event: 0 }, ...builder.build(), { ...edge, event: trace.events.count }];
}

class Builder {
  private readonly moments: Moment[] = [];
  /** The call of backward under way: who called it, and which frame and statement it mirrors now. */
  private caller = -1;
  private path: readonly number[] = [];
  private mirrored = -1;

  constructor(private readonly trace: Trace) {}

  build(): Moment[] {
    const { events } = this.trace;
    for (let at = 0; at < events.count; at++) {
      const kind = events.kind[at];
      if (kind === kindOf.statement) this.statement(at);
      else if (kind === kindOf.phase) this.phase(at);
      else if (kind === kindOf.row) this.row(at, events.index(at));
    }
    return this.moments;
  }

  private statement(at: number): void {
    const frame = this.trace.events.frame[at];
    const depth = this.trace.depthOf(frame);
    this.add({ event: at, grain: 'statement', frame, statement: at, depth, mirrors: -1, row: -1 });
  }

  private phase(at: number): void {
    const { phase, of } = this.trace.phaseAt(at);
    if (phase !== 'backward') {
      this.path = [];
      this.mirrored = -1;
      return;
    }
    const served = this.trace.numberOf(of);
    if (served < 0) return;
    this.caller = this.trace.events.frame[at];
    const { frame, statement } = this.trace.placeOf(served);
    if (frame < 0) return;
    if (this.path.at(-1) !== frame) this.descend(at, frame);
    if (this.mirrored === statement) return;
    this.mirror(at, frame, statement);
  }

  /** Frames that backward enters from behind are first seen at the line of their call. */
  private descend(at: number, frame: number): void {
    const path = pathTo(this.trace, frame);
    const common = path.findIndex((entered, i) => this.path[i] !== entered);
    this.path = path;
    if (common < 0) return;
    for (let i = Math.max(common, 1); i < path.length; i++) {
      const called = this.callOf(path[i]);
      if (called >= 0 && this.mirrored !== called) this.mirror(at, path[i - 1], called);
    }
  }

  /** The statement that called a frame. */
  private callOf(frame: number): number {
    const { entered, parent } = this.trace.frames[frame];
    return entered < 0 ? -1 : this.trace.statementBefore(parent, entered);
  }

  private mirror(at: number, frame: number, statement: number): void {
    this.mirrored = statement;
    this.add({
      event: at,
      grain: 'statement',
      frame,
      statement,
      depth: this.mirroredDepth(frame),
      mirrors: this.caller,
      row: -1,
    });
  }

  private mirroredDepth(frame: number): number {
    return this.trace.depthOf(this.caller) + 1 + this.trace.depthOf(frame);
  }

  private row(at: number, row: number): void {
    const { trace } = this;
    const { phase, changes } = trace.rows[row];
    const served = trace.servedBy(row);
    const mirrored = phase === 'backward' && served !== row;
    const event = trace.eventOfRow[served];
    const frame = trace.events.frame[event];
    const statement = frame < 0 ? -1 : trace.statementOf[event];
    const own = trace.depthOf(frame);
    this.add({
      event: at,
      // Each parameter's update is a stop of its own.
      grain: phase === 'update' && changes !== undefined ? 'both' : 'row',
      frame,
      statement,
      depth: mirrored ? this.mirroredDepth(frame) : own + (phase === 'forward' ? 0 : 1),
      mirrors: mirrored ? this.caller : -1,
      row,
    });
  }

  private add(moment: Moment): void {
    this.moments.push(moment);
  }
}

/** The frames from the outermost to this one. */
export function pathTo(trace: Trace, frame: number): number[] {
  const parent = trace.frames[frame]?.parent ?? -1;
  return frame < 0 ? [] : [...(parent < 0 ? [] : pathTo(trace, parent)), frame];
}
