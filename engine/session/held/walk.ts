// Requests that move the cursor or tell where it is. Knows no port and no debugger.
import type { HeldRequests, LoggedLine, MoveRequest, MoveResult } from '../../protocol';
import type { Handlers } from '../../rpc';
import { stride } from '../../trace/descend';
import type { Moment } from '../../trace/moments';
import { Stops } from './conditions';
import type { HeldStep } from './step';
import { frameAt } from './variables';

export const walkRequests = (
  held: HeldStep,
): Pick<Handlers<HeldRequests>, 'held' | 'cursor' | 'move' | 'goTo' | 'restartFrame'> => {
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
    restartFrame: ({ frame }) => {
      restartFrame(held, frame);
      return held.cursor();
    },
  };
};

function move(held: HeldStep, request: MoveRequest, stops: Stops): MoveResult {
  const { moments } = held;
  const { kind, direction, grain, from = held.position } = request;
  const end = direction === 1 ? moments.length - 1 : 0;
  const { place } = held;
  const to = kind === 'continue' ? undefined : stride(place, { kind, direction, grain });
  const target = to?.[0].position ?? end;
  const logs: LoggedLine[] = [];
  stops.errors.clear();
  const met = stops.between(from, target, logs);
  const errors = [...stops.errors].map(([id, text]) => ({ id, text }));
  const result = { hits: met?.hits ?? [], logs, errors };
  if (met === undefined && target === end)
    return { ...result, position: held.position, edge: direction === 1 ? 'end' : 'begin' };
  if (met === undefined && to) held.standAt(to);
  else held.moveTo(met?.position ?? target);
  return { ...result, position: held.position };
}

/** To a frame's first statement; of a mirrored frame, to the one that backward comes to first. */
function restartFrame(held: HeldStep, number: number): void {
  const { held: level, frame } = frameAt(held, number);
  const isIn = (at: Moment): boolean =>
    level.outer
      ? at.row >= 0
      : at.grain === 'statement' && at.frame === frame.frame && at.mirrors >= 0 === frame.mirrored;
  const found = level.moments.findIndex(isIn);
  const { trace, moments, position } = level;
  const start = { trace, moments, position: found < 0 ? position : found };
  held.standAt([...placesAround(level), start] as unknown as typeof held.place);
}

/** The places in the steps around an inside, outermost first. */
function placesAround({ outer }: HeldStep): HeldStep['place'][0][] {
  if (outer === undefined) return [];
  const { trace, moments, position } = outer;
  return [...placesAround(outer), { trace, moments, position }];
}
