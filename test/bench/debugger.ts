// How long a step of the debugger takes, and how much of that is the adapter's own work. Knows no editor.
import { Adapter } from '../../extension/debug/adapter';
import type { Message } from '../../extension/debug/dap';
import type { Target } from '../../extension/debug/target';
import { lenet } from '../debug/models';
import { targetOf } from '../debug/session';
import { Lab } from '../engine/session/runs';

const steps = 300;

/** The same target; adds up the time that the engine takes to answer. */
function timed(target: Target): { target: Target; waited: () => number } {
  let waited = 0;
  const ask = new Proxy(target.ask, {
    get: (asked, name: keyof Target['ask']) => async (argument: never) => {
      const begin = performance.now();
      try {
        return await (asked[name] as (given: never) => Promise<unknown>)(argument);
      } finally {
        waited += performance.now() - begin;
      }
    },
  });
  return { target: { ...target, ask }, waited: () => waited };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1];

const lab = new Lab();
const { target, waited } = timed(targetOf(lab));
const heard: ((message: Message) => void)[] = [];
const adapter = new Adapter(target, (message) => {
  for (const receive of heard) receive(message);
});
const until = (wanted: (message: Message) => boolean): Promise<Message> =>
  new Promise((resolve) => {
    const receive = (message: Message): void => {
      if (!wanted(message)) return;
      heard.splice(heard.indexOf(receive), 1);
      resolve(message);
    };
    heard.push(receive);
  });
let seq = 0;
const ask = (command: string, given: object = {}): Promise<Message> => {
  const request = ++seq;
  const answer = until((message) => message.type === 'response' && message.request_seq === request);
  adapter.editor.receive({ seq: request, type: 'request', command, arguments: given });
  return answer;
};
const event = (name: string): Promise<Message> =>
  until((message) => message.type === 'event' && message.event === name);

const file = lab.write('model.ts', lenet);
const [initialized, entered] = [event('initialized'), event('stopped')];
await ask('initialize');
await ask('launch', { program: file });
await initialized;
await ask('configurationDone');
await entered;
const totals: number[] = [];
const shares: number[] = [];
for (let i = 0; i < steps; i++) {
  const before = waited();
  const begin = performance.now();
  const stopped = event('stopped');
  void ask(i % 40 < 20 ? 'stepIn' : 'stepBack');
  await stopped;
  // What the editor asks before it moves the yellow line.
  await ask('stackTrace', { threadId: 1 });
  const total = performance.now() - begin;
  totals.push(total);
  shares.push(total - (waited() - before));
}
const round = (value: number): number => Number(value.toFixed(2));
console.log(
  JSON.stringify({
    steps,
    stepAndStack: { medianMilliseconds: round(median(totals)) },
    adapterShare: { medianMilliseconds: round(median(shares)), goal: 5 },
  }),
);
await ask('disconnect');
await lab.close();
