// Walking rows and the insides of fused rows, both ways: pure functions over nested places. Knows no debugger.
import { into, next, out, step, type Grain } from './cursor';
import { hasInside, insideOf } from './inside';
import type { Moment } from './moments';
import type { Trace } from './trace';

/** A place in a step, or in the inside of a row. */
export interface Level {
  readonly trace: Trace;
  readonly moments: readonly Moment[];
  readonly position: number;
}

/** Where one stands: the step, then the inside of the row at which it stands, and so on. */
export type Nested = readonly [Level, ...Level[]];

export type Direction = 1 | -1;

export interface Stride {
  readonly kind: 'next' | 'into' | 'out';
  readonly grain: Grain;
  readonly direction: Direction;
}

/**
 * Where a stride leads. *Into* enters the inside of a fused row, from in front at its first row and from
 * behind at its last; at the ends of an inside one is back in the level around it. At the grain of
 * statements a call of the library is like one of the user's: *into* walks the rows that the call has
 * made, *next* goes on among them, *out* leaves them. The rows of an inside are its statements.
 */
export function stride(place: Nested, { kind, grain, direction }: Stride): Nested {
  const { moments, position } = place.at(-1)!;
  if (kind === 'into') return descend(place, grain, direction);
  if (place.length > 1) {
    if (kind === 'out') return leave(place, kind, grain, direction);
    const to = step(moments, position, next(moments, position, 'row', direction));
    return isEnd(moments, to) ? leave(place, kind, grain, direction) : moved(place, to);
  }
  if (isWithinCall(moments, position, grain)) return besides(place, kind, direction);
  const move = (kind === 'next' ? next : out)(moments, position, grain, direction);
  return moved(place, step(moments, position, move));
}

/** To the next place of all: into insides and, at the grain of statements, among the rows of calls. */
function descend(place: Nested, grain: Grain, direction: Direction): Nested {
  const { position } = place.at(-1)!;
  // In front of a row its inside comes next; from behind one comes to it with its neighbours.
  return scan(place, direction === 1 ? Math.max(position, 1) : position - 1, grain, direction);
}

/** The first place from `from` on at which *into* stops. */
function scan(place: Nested, from: number, grain: Grain, direction: Direction): Nested {
  const { trace, moments, position } = place.at(-1)!;
  const last = moments.length - 1;
  const byRows = isByRows(place, grain);
  for (let at = from; at > 0 && at < last; at += direction) {
    const moment = moments[at];
    const isRow = moment.grain !== 'statement';
    if (isRow && hasInside(trace, moment.row)) {
      const isHere = at === position && direction === 1;
      const first = byRows || neighbours(trace, moments, at) > 0;
      // A row is seen from in front before its inside is, where rows are places.
      if (isHere || direction === -1 || !first) {
        const entered = enter(place, at, direction);
        if (entered) return entered;
      }
    }
    if (at === position) continue;
    if (byRows ? isRow : moment.grain !== 'row') return moved(place, at);
    if (!byRows && neighbours(trace, moments, at) > 0) return moved(place, at);
  }
  if (place.length > 1) return leave(place, 'into', grain, direction);
  return moved(place, direction === 1 ? last : 0);
}

/** At the grain of statements one stands at a single row only after a step into a call. */
function isWithinCall(moments: readonly Moment[], position: number, grain: Grain): boolean {
  return grain === 'statement' && moments[position].grain === 'row';
}

/** From a row of a call to the next of the same call, or out of the call. */
function besides(place: Nested, kind: 'next' | 'out', direction: Direction): Nested {
  const { trace, moments, position } = place.at(-1)!;
  const beside = position + direction;
  if (kind === 'next' && isSameCall(trace, moments[position], moments[beside]))
    return moved(place, beside);
  const around = next(moments, position, 'statement', direction);
  return moved(place, step(moments, position, around));
}

/** How many of the rows beside a row were made by the same call. */
function neighbours(trace: Trace, moments: readonly Moment[], position: number): number {
  const here = moments[position];
  return [position - 1, position + 1].filter((at) => isSameCall(trace, here, moments[at])).length;
}

/** Whether two rows are of one call. Gradients and updates are made by lines, and stay with them. */
function isSameCall(trace: Trace, one: Moment, other: Moment | undefined): boolean {
  if (one.grain !== 'row' || other?.grain !== 'row' || one.statement !== other.statement)
    return false;
  const [row, beside] = [trace.rows[one.row], trace.rows[other.row]];
  if (row.phase !== 'forward' || beside.phase !== 'forward') return false;
  return trace.placeOf(one.row).site === trace.placeOf(other.row).site;
}

/** The inside of the row at a position, from its first row or from its last; the outer place stays at the row. */
function enter(place: Nested, position: number, direction: Direction): Nested | undefined {
  const { trace, moments } = place.at(-1)!;
  const inside = insideOf(trace, moments[position].row);
  if (inside === undefined) return undefined;
  const from = direction === 1 ? 0 : inside.moments.length - 1;
  const to = step(inside.moments, from, into('row', direction));
  if (inside.moments[to].row < 0) return undefined;
  const inner: Nested = [...moved(place, position), { ...inside, position: to }];
  if (direction === 1 || !hasInside(inside.trace, inside.moments[to].row)) return inner;
  return enter(inner, to, direction) ?? inner;
}

/** Out of an inside, whose row is then over, or backwards is still to come. */
function leave(place: Nested, kind: Stride['kind'], grain: Grain, direction: Direction): Nested {
  const outer = place.slice(0, -1) as unknown as Nested;
  const { trace, moments, position } = outer.at(-1)!;
  const byRows = isByRows(outer, grain);
  // In front of its row one stands where rows are places, and else goes on at once.
  if (direction === -1 && (byRows || neighbours(trace, moments, position) > 0)) return outer;
  if (!byRows && kind !== 'into') return besides(outer, 'next', direction);
  return scan(outer, position + direction, grain, direction);
}

/** Whether every row is a place: the rows of an inside are its statements. */
function isByRows(place: Nested, grain: Grain): boolean {
  return grain === 'row' || place.length > 1;
}

function isEnd(moments: readonly Moment[], position: number): boolean {
  return position === 0 || position === moments.length - 1;
}

function moved(place: Nested, position: number): Nested {
  return [...place.slice(0, -1), { ...place.at(-1)!, position }] as unknown as Nested;
}
