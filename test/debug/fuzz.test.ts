// Any requests in any order: each is answered exactly once, and the session can still be ended.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { lstm } from './models';
import { DebugSession } from './session';

/** Sequences to try; ten thousand take some minutes. */
const runs = Number(process.env.RETROGRAD_FUZZ ?? 60);
/** The slice that every test run tries is always the same; more are new ones. */
const seeded = process.env.RETROGRAD_FUZZ === undefined ? { seed: 6 } : {};

const small = fc.integer({ min: -3, max: 40 });
const names = fc.constantFrom(
  'h',
  'loss',
  'this',
  'model.cell',
  'x.grad',
  '(',
  'while(true){}',
  '$step',
  '',
);
const odd = fc.constantFrom(undefined, null, -1, 1e9, 'x', {}, []);

/** A command with an argument that is right, nearly right, or nonsense. */
const request = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      command: fc.constantFrom(
        'next',
        'stepIn',
        'stepOut',
        'stepBack',
        'stepInBack',
        'stepOutBack',
      ),
      given: fc.record({
        threadId: small,
        granularity: fc.constantFrom('statement', 'instruction', 'line', undefined),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constantFrom(
        'continue',
        'reverseContinue',
        'pause',
        'threads',
        'stackTrace',
        'exceptionInfo',
        'initialize',
        'configurationDone',
        'disconnect',
        'terminate',
      ),
      given: fc.constant({ threadId: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constantFrom('scopes', 'restartFrame'),
      given: fc.record({ frameId: fc.oneof(small, odd) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      command: fc.constant('variables'),
      given: fc.record({
        variablesReference: fc.oneof(small, odd),
        filter: fc.constantFrom('named', 'indexed', undefined),
        start: small,
        count: small,
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      command: fc.constant('evaluate'),
      given: fc.record({
        expression: fc.oneof(names, odd),
        context: fc.constantFrom('hover', 'repl', 'watch'),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constantFrom('setBreakpoints', 'gotoTargets', 'breakpointLocations'),
      given: fc.record({
        source: fc.constantFrom({ path: 'MODEL' }, { path: '/nowhere.ts' }, {}, undefined),
        line: small,
        breakpoints: fc.array(
          fc.record({
            line: small,
            condition: names,
            hitCondition: fc.constantFrom('3', '% 2', 'often', undefined),
            logMessage: fc.constantFrom('{h}', '{', undefined),
          }),
          { maxLength: 3 },
        ),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constantFrom(
        'setFunctionBreakpoints',
        'setDataBreakpoints',
        'setExceptionBreakpoints',
      ),
      given: fc.record({
        breakpoints: fc.array(fc.record({ name: names, dataId: names, condition: names }), {
          maxLength: 2,
        }),
        filterOptions: fc.array(
          fc.record({
            filterId: fc.constantFrom('nonFinite', 'gradientExceeds', 'gradientVanishes', 'dance'),
            condition: fc.constantFrom('', '1', 'much'),
          }),
          { maxLength: 2 },
        ),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constantFrom(
        'goto',
        'disassemble',
        'readMemory',
        'locations',
        'dataBreakpointInfo',
        'cancel',
      ),
      given: fc.record({
        targetId: fc.oneof(small, odd),
        memoryReference: fc.constantFrom('0x10000', 'tensor:1', 'tensor:x', 'abc'),
        offset: small,
        instructionOffset: small,
        instructionCount: small,
        count: small,
        locationReference: small,
        variablesReference: small,
        name: names,
        progressId: fc.constant('walk 1'),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      command: fc.string({ maxLength: 12 }),
      given: fc.oneof(odd, fc.object()),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      command: fc.constantFrom('launch', 'attach', '__proto__', 'constructor', 'toString'),
      given: fc.record({ program: fc.constantFrom('', 'MODEL', '/nowhere.ts') }),
    }),
  },
);

const endless = lstm.replace('step < 12', 'step < 1e9');

/** A session that has just begun, in one of the states before its model stands. */
async function beginning(how: 'new' | 'initialized' | 'loading'): Promise<DebugSession> {
  const session = new DebugSession(endless);
  if (how !== 'new') await session.ask('initialize');
  if (how === 'loading') void session.send('launch', { program: session.file });
  return session;
}

/** A session whose model stands: the same one where that is possible, for what it went through may matter. */
async function standing(before?: DebugSession): Promise<DebugSession> {
  if (before?.state === 'stopped') return before;
  if (before?.state === 'running') {
    const stopped = before.next('stopped');
    const ended = before.next('terminated');
    await before.send('pause');
    await within(
      Promise.race([stopped, ended]),
      () => `no stop in ${JSON.stringify(before.events.slice(-5))}`,
    );
    return standing(before);
  }
  await before?.close();
  const session = new DebugSession(endless);
  await session.launch();
  return session;
}

/** A hang is told after so many milliseconds, and is one on the busiest machine. */
const patience = 30_000;

async function within<T>(promise: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(what())), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends all at once; each must be answered once, and a refusal must say why. */
async function sendAll(
  session: DebugSession,
  requests: readonly { command: string; given: unknown }[],
): Promise<void> {
  const before = session.responses.length;
  const first = session.sent;
  const sent = requests.map(({ command, given }) =>
    session.send(
      command,
      JSON.parse(JSON.stringify(given ?? null).replaceAll('MODEL', session.file)) as object,
    ),
  );
  await within(Promise.all(sent), () => {
    const open = session.unanswered.map((seq) => requests[seq - 1 - first]?.command);
    return `no answer to ${open.join(', ')} of ${JSON.stringify(requests)}`;
  });
  const answers = session.responses.slice(before).filter(({ request_seq: seq }) => seq > 0);
  assert.ok(answers.length >= requests.length);
  const numbers = answers.map((answer) => answer.request_seq);
  assert.equal(new Set(numbers).size, numbers.length, 'no request is answered twice');
  for (const answer of answers)
    if (!answer.success) assert.ok(answer.message, 'a refusal says why');
}

describe('a debug session that is asked anything', function () {
  this.timeout(Math.max(60_000, runs * 1000));

  it('answers every request exactly once, and ends when it is told to', async () => {
    let session = await standing();
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (requests) => {
          session = await standing(session);
          await sendAll(session, requests);
        }),
        { numRuns: runs, endOnFailure: true, ...seeded },
      );
      session.raw(null);
      session.raw({ type: 'event' });
      session.raw('nonsense');
      const ended = session.events.some(({ event }) => event === 'terminated')
        ? undefined
        : session.next('terminated');
      await session.send('disconnect');
      await ended;
      assert.equal(session.events.filter(({ event }) => event === 'terminated').length, 1);
    } finally {
      await session.close();
    }
  });

  it('answers as much before its model stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('new', 'initialized', 'loading'),
        fc.array(request, { minLength: 1, maxLength: 15 }),
        async (how, requests) => {
          const session = await beginning(how);
          try {
            await sendAll(session, requests);
          } finally {
            await session.close();
          }
          assert.ok(session.events.filter(({ event }) => event === 'terminated').length <= 1);
        },
      ),
      { numRuns: Math.ceil(runs / 6), endOnFailure: true, ...seeded },
    );
  });
});
