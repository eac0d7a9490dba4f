// Moving through a step, in both directions: pure functions over its moments. Knows no debugger and no value.
import type { Moment } from './moments';

/** Where we stand; the same for debugger, views and hovers. `position` counts the step's moments. */
export interface Cursor {
  readonly run: number;
  readonly branch: number;
  readonly step: number;
  readonly position: number;
}

export type Grain = 'statement' | 'row';

/**
 * A move goes to the nearest moment in its direction that is no deeper than `depth`, and of those, where
 * `wanted` is given, to the first that is wanted. Where there is none it goes to the end of the step.
 */
export interface Move {
  readonly direction: 1 | -1;
  readonly grain: Grain;
  readonly depth: number;
  readonly wanted?: (position: number) => boolean;
}

type Moments = readonly Moment[];

/** Over calls, and out of a function that has ended. */
export function next(moments: Moments, position: number, grain: Grain, direction: 1 | -1): Move {
  return { direction, grain, depth: depthAt(moments, position) };
}

/** From before or after everything one moves among the outermost statements. */
function depthAt(moments: Moments, position: number): number {
  const { depth } = moments[position];
  if (depth >= 0) return depth;
  return columnsOf(moments).depth.reduce(
    (least, own) => (own < 0 ? least : Math.min(least, own)),
    Infinity,
  );
}

/** To the very next moment, into calls; backwards, into their ends. */
export function into(grain: Grain, direction: 1 | -1): Move {
  return { direction, grain, depth: Infinity };
}

/** Out of the function: behind its call, or backwards to its call. */
export function out(moments: Moments, position: number, grain: Grain, direction: 1 | -1): Move {
  return { direction, grain, depth: Math.max(moments[position].depth - 1, -1) };
}

/** To the next breakpoint. */
export function continueTo(
  breakpoint: (moment: Moment) => boolean,
  moments: Moments,
  direction: 1 | -1,
): Move {
  const wanted = (position: number): boolean => breakpoint(moments[position]);
  return { direction, grain: 'statement', depth: Infinity, wanted };
}

/** Depths and grains of moments side by side: a long way over deeper calls is run through in no time. */
interface Columns {
  readonly depth: Int32Array;
  /** Whether one stops there at the grain of statements, 1, and at that of rows, 2. */
  readonly grain: Uint8Array;
}

const columns = new WeakMap<Moments, Columns>();

function columnsOf(moments: Moments): Columns {
  let found = columns.get(moments);
  if (found === undefined) {
    found = {
      depth: Int32Array.from(moments, ({ depth }) => depth),
      grain: Uint8Array.from(moments, ({ grain }) =>
        grain === 'both' ? 3 : grain === 'row' ? 2 : 1,
      ),
    };
    columns.set(moments, found);
  }
  return found;
}

/** Where a move leads. */
export function step(moments: Moments, position: number, move: Move): number {
  const { direction, grain, depth, wanted } = move;
  const { depth: depths, grain: grains } = columnsOf(moments);
  const bit = grain === 'row' ? 2 : 1;
  const last = moments.length - 1;
  for (let at = position + direction; at > 0 && at < last; at += direction) {
    if ((grains[at] & bit) === 0 || depths[at] > depth) continue;
    if (wanted === undefined || wanted(at)) return at;
  }
  return direction === 1 ? last : 0;
}

/** The move that undoes a move made at `position`: it leads back from wherever that one led. */
export function inverse(moments: Moments, position: number, move: Move): Move {
  // At an end of the step nothing moves, nor does it on the way back.
  if (step(moments, position, move) === position) return move;
  const back = move.direction === 1 ? -1 : 1;
  const { grain, depth } = moments[position];
  const own = grain === 'both' || grain === move.grain;
  // Between the two there is nothing as shallow as the move allowed, so the same bound leads back.
  if (own && move.wanted === undefined && depth <= move.depth)
    return { direction: back, grain: move.grain, depth: move.depth };
  // Otherwise moments lie between that only the place itself tells apart.
  const home = grain === 'both' ? move.grain : grain;
  return { direction: back, grain: home, depth: Infinity, wanted: (at) => at === position };
}
