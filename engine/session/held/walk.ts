// Requests that move the cursor or tell where it is. Knows no port and no debugger.
import type { HeldRequests, MoveRequest, MoveResult } from '../../protocol';
import type { Handlers } from '../../rpc';
import { into, next, out, step, type Move } from '../../trace/cursor';
import type { Moment } from '../../trace/moments';
import type { HeldStep } from './step';

export const walkRequests = (
  held: HeldStep,
): Pick<Handlers<HeldRequests>, 'held' | 'cursor' | 'move' | 'goTo'> => ({
  held: () => held.info(),
  cursor: () => held.cursor(),
  goTo: ({ position }) => {
    held.moveTo(position);
    return held.cursor();
  },
  move: (request) => move(held, request),
});

function move(held: HeldStep, request: MoveRequest): MoveResult {
  const { moments, position } = held;
  const target = step(moments, position, moveOf(moments, position, request));
  const edge = target === 0 ? 'begin' : target === moments.length - 1 ? 'end' : undefined;
  if (edge) return { position, edge, hits: [], logs: [], errors: [] };
  held.moveTo(target);
  return { position: target, hits: [], logs: [], errors: [] };
}

function moveOf(moments: readonly Moment[], position: number, request: MoveRequest): Move {
  const { kind, direction, grain } = request;
  switch (kind) {
    case 'next':
      return next(moments, position, grain, direction);
    case 'into':
      return into(grain, direction);
    case 'out':
      return out(moments, position, grain, direction);
    case 'continue':
      return { direction, grain, depth: -2 };
  }
}
