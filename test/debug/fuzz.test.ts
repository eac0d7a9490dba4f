// Any requests in any order: each is answered exactly once, and the session can still be ended.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { lstm } from './models';
import { DebugSession } from './session';

/** Sequences to try; ten thousand take some minutes. */
const runs = Number(process.env.RETROGRAD_FUZZ ?? 60);

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

/** A session whose model stands: the same one where that is possible, for what it went through may matter. */
async function standing(before?: DebugSession): Promise<DebugSession> {
  if (before?.state === 'stopped') return before;
  if (before?.state === 'running') {
    const stopped = before.next('stopped');
    await before.send('pause');
    await stopped;
    return before;
  }
  await before?.close();
  const session = new DebugSession(lstm.replace('step < 12', 'step < 1e9'));
  await session.launch();
  return session;
}

describe('a debug session that is asked anything', function () {
  this.timeout(Math.max(60_000, runs * 1000));

  it('answers every request exactly once, and ends when it is told to', async () => {
    let session = await standing();
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (requests) => {
          session = await standing(session);
          const before = session.responses.length;
          const sent = requests.map(({ command, given }) =>
            session.send(
              command,
              JSON.parse(JSON.stringify(given ?? null).replaceAll('MODEL', session.file)) as object,
            ),
          );
          await Promise.all(sent);
          const answers = session.responses.slice(before);
          assert.equal(answers.length, requests.length);
          assert.equal(new Set(answers.map((answer) => answer.request_seq)).size, requests.length);
          for (const answer of answers)
            if (!answer.success) assert.ok(answer.message, 'a refusal says why');
        }),
        { numRuns: runs },
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

  it('can be left in every state', async () => {
    const states: ((session: DebugSession) => Promise<unknown>)[] = [
      () => Promise.resolve(),
      (session) => session.ask('initialize'),
      (session) => {
        void session.send('launch', { program: session.file });
        return Promise.resolve();
      },
      (session) => session.launch(),
      async (session) => {
        await session.launch();
        await session.send('continue');
      },
      async (session) => {
        await session.launch({ step: 5 });
        void session.send('stepBack');
        void session.send('reverseContinue');
      },
    ];
    for (const reach of states) {
      const session = new DebugSession(lstm.replace('step < 12', 'step < 1e9'));
      await reach(session);
      const { success } = await session.send('disconnect');
      assert.ok(success);
      assert.equal((await session.send('next')).success, false);
      await session.close();
    }
  });
});
