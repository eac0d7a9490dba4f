// Walks through a held step at random and back again. Knows no port.
import { Random } from '../../data/random';
import type { WalkCheck } from '../../protocol';
import { into, inverse, next, out, step, type Grain, type Move } from '../../trace/cursor';
import type { Moment } from '../../trace/moments';
import { describeFrames } from './place';
import type { HeldStep } from './step';

/** The request by which `retrograd verify` walks. */
export const checkRequests = (held: HeldStep) => ({
  checkWalk: ({ seed, moves }: WalkCheck): boolean => walkAndReturn(held, seed, moves),
});

/** Makes moves of all kinds, then undoes each: whether one sees again what one saw, all the way back. */
function walkAndReturn(held: HeldStep, seed: number, count: number): boolean {
  const { moments } = held;
  const random = new Random(seed, 'walk');
  const path: { position: number; back: Move; seen: string }[] = [];
  for (let i = 0; i < count; i++) {
    const { position } = held;
    const move = randomMove(moments, position, random);
    const target = step(moments, position, move);
    path.push({ position, back: inverse(moments, position, move), seen: view(held) });
    held.moveTo(target);
  }
  for (const { position, back, seen } of path.reverse()) {
    held.moveTo(step(moments, held.position, back));
    if (held.position !== position || view(held) !== seen) return false;
  }
  return true;
}

function randomMove(moments: readonly Moment[], position: number, random: Random): Move {
  const grain: Grain = random.choose(['statement', 'row']);
  const direction = random.choose([1, -1] as const);
  switch (random.whole(0, 3)) {
    case 0:
      return next(moments, position, grain, direction);
    case 1:
      return out(moments, position, grain, direction);
    default:
      return into(grain, direction);
  }
}

/** What somebody who stands there sees. */
function view(held: HeldStep): string {
  return JSON.stringify([held.cursor(), describeFrames(held)]);
}
