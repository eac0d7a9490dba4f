// Requests that move the cursor or tell where it is. Knows no port and no debugger.
import type { HeldRequests, LoggedLine, MoveRequest, MoveResult } from '../../protocol';
import type { Handlers } from '../../rpc';
import { into, next, out, step, type Move } from '../../trace/cursor';
import { framesAt } from '../../trace/scopes';
import type { Moment } from '../../trace/moments';
import { Stops } from './conditions';
import type { HeldStep } from './step';

export const walkRequests = (
  held: HeldStep,
): Pick<Handlers<HeldRequests>, 'held' | 'cursor' | 'move' | 'goTo' | 'frameStart'> => {
  let stops: Stops | undefined;
  return {
    held: () => held.info(),
    cursor: () => held.cursor(),
    goTo: ({ position }) => {
      held.moveTo(position);
      return held.cursor();
    },
    move: (request) => {
      const { stops: list = [] } = request;
      // The same stops again, as while somebody presses continue, are looked for once.
      if (JSON.stringify(stops?.list) !== JSON.stringify(list)) stops = new Stops(held, list);
      return move(held, request, stops!);
    },
    frameStart: ({ frame }) => frameStart(held, frame),
  };
};

function move(held: HeldStep, request: MoveRequest, stops: Stops): MoveResult {
  const { moments } = held;
  const { from: position = held.position } = request;
  const end = request.direction === 1 ? moments.length - 1 : 0;
  const target =
    request.kind === 'continue' ? end : step(moments, position, moveOf(moments, position, request));
  const logs: LoggedLine[] = [];
  stops.errors.clear();
  const met = stops.between(position, target, logs);
  const errors = [...stops.errors].map(([id, text]) => ({ id, text }));
  const result = { hits: met?.hits ?? [], logs, errors };
  if (met === undefined && target === end)
    return { ...result, position: held.position, edge: request.direction === 1 ? 'end' : 'begin' };
  const arrived = met?.position ?? target;
  held.moveTo(arrived);
  return { ...result, position: arrived };
}

function moveOf(moments: readonly Moment[], position: number, request: MoveRequest): Move {
  const { kind, direction, grain } = request;
  if (kind === 'next') return next(moments, position, grain, direction);
  return kind === 'out' ? out(moments, position, grain, direction) : into(grain, direction);
}

/** Where a frame's first statement stands; of a mirrored frame, the one that backward comes to first. */
function frameStart({ trace, moments, moment, position }: HeldStep, number: number): number {
  const frame = framesAt(trace, moment)[number];
  if (frame === undefined) throw new Error(`there is no frame ${number} where the cursor stands`);
  const isIn = (at: Moment): boolean =>
    at.grain === 'statement' && at.frame === frame.frame && at.mirrors >= 0 === frame.mirrored;
  const found = moments.findIndex(isIn);
  return found < 0 ? position : found;
}
