// Walking rows and the insides of fused rows, both ways: pure functions over nested places. Knows no debugger.
import { into, next, out, step, type Grain } from './cursor';
import { insideOf } from './inside';
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

export interface Stride {
  readonly kind: 'next' | 'into' | 'out';
  readonly grain: Grain;
  readonly direction: 1 | -1;
}

/**
 * Where a stride leads. Insides exist at the grain of rows alone: *into* enters them, from in front at
 * their first row and from behind at their last; at their ends one is back in the row's own level.
 * A stride at the grain of statements leaves them.
 */
export function stride(place: Nested, { kind, grain, direction }: Stride): Nested {
  const level = place.at(-1)!;
  if (place.length > 1 && (kind === 'out' || grain === 'statement'))
    return leave(place, grain, direction);
  const { moments, position } = level;
  if (kind === 'into' && grain === 'row' && direction === 1) {
    const entered = enter(place, position, 1);
    if (entered) return entered;
  }
  const move =
    kind === 'next'
      ? next(moments, position, grain, direction)
      : kind === 'into'
        ? into(grain, direction)
        : out(moments, position, grain, direction);
  const to = step(moments, position, move);
  if (place.length > 1 && (to === 0 || to === moments.length - 1))
    return leave(place, grain, direction);
  if (kind === 'into' && grain === 'row' && direction === -1 && to !== position) {
    const entered = enter(place, to, -1);
    if (entered) return entered;
  }
  return moved(place, to);
}

/** The inside of the row at a position, from its first row or from its last; the outer place stays at the row. */
function enter(place: Nested, position: number, direction: 1 | -1): Nested | undefined {
  const { trace, moments } = place.at(-1)!;
  const { grain, row } = moments[position];
  const inside = grain === 'statement' ? undefined : insideOf(trace, row);
  if (inside === undefined) return undefined;
  const from = direction === 1 ? 0 : inside.moments.length - 1;
  const to = step(inside.moments, from, into('row', direction));
  if (inside.moments[to].row < 0) return undefined;
  return [...moved(place, position), { ...inside, position: to }];
}

/** Out of an inside: behind its row, or backwards to it; at the grain of statements out of all of them. */
function leave(place: Nested, grain: Grain, direction: 1 | -1): Nested {
  const outer = place.slice(0, grain === 'statement' ? 1 : -1) as unknown as Nested;
  if (direction === -1 && grain === 'row') return outer;
  const { moments, position } = outer.at(-1)!;
  const to = step(moments, position, into(grain, direction));
  if (outer.length > 1 && to === moments.length - 1) return leave(outer, grain, direction);
  return moved(outer, to);
}

function moved(place: Nested, position: number): Nested {
  return [...place.slice(0, -1), { ...place.at(-1)!, position }] as unknown as Nested;
}
