// Requests that move the cursor. Knows no message and no tape.
import type { Direction, Grain, MoveKind } from '../../engine/protocol';
import type { Adapter } from './adapter';
import { Refusal, type Source } from './dap';
import type { Handler } from './dialogue';

interface Granular {
  granularity?: string;
}

export function moves(adapter: Adapter): Record<string, Handler> {
  const { walker, target } = adapter;
  const walk =
    (kind: MoveKind, direction: Direction, title: string) =>
    ({ granularity }: Granular): object | undefined => {
      const grain: Grain = granularity === 'instruction' ? 'row' : 'statement';
      adapter.move(() => walker.walk(kind, direction, grain), title);
      return kind === 'continue' ? { allThreadsContinued: true } : undefined;
    };
  const jump = (go: () => Promise<unknown>, title: string): void => {
    adapter.move(async () => {
      await go();
      return { reason: 'goto', hits: [] };
    }, title);
  };
  return {
    continue: walk('continue', 1, 'Continuing'),
    next: walk('next', 1, 'Stepping over'),
    stepIn: walk('into', 1, 'Stepping in'),
    stepOut: walk('out', 1, 'Stepping out'),
    reverseContinue: walk('continue', -1, 'Going back'),
    stepBack: walk('next', -1, 'Stepping back'),
    stepInBack: walk('into', -1, 'Stepping back into'),
    stepOutBack: walk('out', -1, 'Stepping back out'),
    pause: () => {
      if (adapter.state === 'running') walker.interrupt();
      else if (adapter.state !== 'loading') throw new Refusal('the model is not running');
    },
    gotoTargets: async (given: { source: Source; line: number }) => {
      adapter.needStop();
      const { path: file = '' } = given.source ?? {};
      const places = await target.ask.positionsOfLine({ file, line: given.line });
      const here = walker.cursor?.position ?? 0;
      // The nearest in each direction of the program; more would be a riddle.
      const nearest = (mirrored: boolean) =>
        places
          .filter((place) => place.mirrored === mirrored)
          .sort((a, b) => Math.abs(a.position - here) - Math.abs(b.position - here))
          .slice(0, 1);
      const inBackward = walker.cursor?.phase === 'backward';
      return {
        targets: [...nearest(inBackward), ...nearest(!inBackward)].map(
          ({ position, mirrored }) => ({
            id: position,
            label: `${mirrored ? 'in backward' : 'in forward'}, ${position < here ? 'before' : 'after'} here`,
            line: given.line,
          }),
        ),
      };
    },
    goto: ({ targetId: position }: { targetId: number }) =>
      jump(() => target.ask.goTo({ position }), 'Jumping'),
    restartFrame: ({ frameId }: { frameId: number }) => {
      adapter.needStop();
      const frame = adapter.registry.frameIndex(frameId);
      jump(() => target.ask.restartFrame({ frame }), 'Restarting the frame');
    },
  };
}
