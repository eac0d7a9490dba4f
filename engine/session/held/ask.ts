// Requests about frames and expressions at the cursor. Knows no port and no debugger.
import type { HeldRequests, VariableInfo } from '../../protocol';
import type { Handlers } from '../../rpc';
import { compile, evaluate } from './evaluate';
import { describeFrames, namesAt } from './place';
import type { HeldStep } from './step';
import { frameAt, tellVariable } from './variables';

export const askRequests = (
  held: HeldStep,
): Pick<Handlers<HeldRequests>, 'frames' | 'evaluate'> => ({
  frames: () => describeFrames(held),
  evaluate: ({ expression, frame = 0 }) => answer(held, expression, frame),
});

function answer(held: HeldStep, expression: string, number: number): VariableInfo {
  const at = frameAt(held, number);
  const site = { frame: at.frame, event: at.held.seen, extra: namesAt(held, held.moment) };
  const value = evaluate(at.held, compile(expression), site, (result) => result);
  return tellVariable(at.held, { name: expression, value, expression });
}
