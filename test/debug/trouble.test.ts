// What goes wrong around a debug session: edits, memory, long walks, endings. Clear messages, nothing hangs, nothing leaks.
import assert from 'node:assert/strict';
import { Lab } from '../engine/session/runs';
import { lineOf, logOfZero, lstm } from './models';
import { DebugSession, targetOf } from './session';

const endless = lstm.replace('step < 12', 'step < 1e9');

describe('a debug session in trouble', () => {
  let session: DebugSession;
  afterEach(async () => session.close());

  const outputs = (category: string): string[] =>
    session.events
      .filter(({ event, body }) => event === 'output' && body.category === category)
      .map(({ body }) => String(body.output));

  it('says once that its file was edited, and goes on with the text that it began with', async () => {
    session = new DebugSession(lstm);
    session.edit('/nowhere.ts');
    await session.launch({}, { lines: [{ line: lineOf(lstm, 'optimizer.step') }] });
    session.edit('/nowhere.ts');
    assert.deepEqual(outputs('important'), []);
    session.lab.write('model.ts', `// a line more\n${lstm}`);
    session.edit(session.file);
    session.edit(session.file);
    assert.deepEqual(outputs('important'), [
      'model.ts was edited. The session goes on with the text that it began with; restart it to debug the new one.\n',
    ]);
    await session.walk('continue');
    assert.equal((await session.frames())[0].line, lineOf(lstm, 'optimizer.step'));
    await session.walk('continue');
    await session.walk('reverseContinue');
    assert.equal(await session.evaluate('$step'), '1');
    assert.equal(outputs('important').length, 1);
  });

  it('shows the same numbers in a step that is larger than its budget, or says what it needs', async () => {
    const lines = [{ line: lineOf(lstm, 'const out'), condition: '$iter === 5' }];
    const seen: unknown[] = [];
    for (const budget of [undefined, 0.02]) {
      session = new DebugSession(lstm);
      await session.launch({ stopOnEntry: false, ...(budget && { budget }) }, { lines });
      const forward = await session.scope('Locals');
      await session.setLines([{ ...lines[0], mode: 'backward' }]);
      await session.walk('continue');
      const values = [...forward, ...(await session.scope('Gradients'))];
      seen.push(values.map(({ name, value }) => `${name} ${value}`));
      if (budget === undefined) await session.close();
    }
    assert.deepEqual(seen[0], seen[1]);
    await session.close();
    session = new DebugSession(lstm);
    const stop = await session.launch({ stopOnEntry: false, budget: 0.001 });
    assert.equal(stop.body.reason, 'exception');
    assert.match(stop.body.text, /^recording this step needs more than its budget of 1\.0 KB: /);
  });

  it('stands at the call that asks for more memory than there is', async () => {
    const text = lstm.replace('const gates =', 'zeros([1 << 20, 1 << 20]);\n    const gates =');
    session = new DebugSession(text);
    const stop = await session.launch({ stopOnEntry: false });
    assert.equal(stop.body.reason, 'exception');
    assert.match(stop.body.text, /zeros|\[1048576, 1048576\]|GB|memory/);
    assert.match((await session.frames())[0].name, /^cell · t=0/);
    assert.equal((await session.frames())[0].line, lineOf(text, 'zeros([1 << 20'));
  });

  it('tells how far a long walk has come, and ends it when it is cancelled', async () => {
    session = new DebugSession(endless);
    const lines = [{ line: lineOf(endless, 'const out'), condition: 'h.shape.length > 5' }];
    await session.launch({}, { lines });
    const started = session.next('progressStart');
    const stopped = session.next('stopped');
    await session.ask('continue');
    const { body } = await started;
    assert.equal(body.title, 'Continuing');
    assert.equal(body.cancellable, true);
    const update = await session.next('progressUpdate');
    assert.match(String(update.body.message), /^step \d+$/);
    await session.ask('cancel', { progressId: body.progressId });
    assert.equal((await stopped).body.reason, 'pause');
    const told = (name: string): unknown[] =>
      session.events.filter(({ event }) => event === name).map((event) => event.body.progressId);
    assert.deepEqual(told('progressEnd'), told('progressStart'));
    assert.match((await session.frames())[0].name, /^train/);
  });

  it('keeps the step that a walk has come to when it is cancelled at that moment', async () => {
    session = new DebugSession(endless);
    await session.launch();
    const { length } = session.events;
    await targetOf(session.lab).ask.record({ quiet: true });
    assert.match((await session.frames())[0].name, /^train/);
    assert.equal(await session.evaluate('$step'), '1');
    assert.equal(session.events.length, length, 'nobody is told anything');
  });

  it('leaves a run of somebody else alone, and refuses what it cannot be asked', async () => {
    session = new DebugSession(lstm);
    await session.launch();
    const other = new DebugSession(lstm, session.lab);
    const { success, message } = await other.send('next');
    assert.deepEqual([success, message], [false, 'no model is running']);
    await other.send('disconnect');
    assert.equal(await session.evaluate('$step'), '1', 'the run of the first session goes on');
  });

  const states: Record<string, (session: DebugSession) => Promise<unknown>> = {
    'before anything': () => Promise.resolve(),
    'after initialize': (each) => each.ask('initialize'),
    'while it loads': (each) => {
      void each.send('launch', { program: each.file });
      return Promise.resolve();
    },
    'before configurationDone': async (each) => {
      const initialized = each.next('initialized');
      await each.ask('launch', { program: each.file });
      await initialized;
    },
    'at its entry': (each) => each.launch(),
    'while it runs': async (each) => {
      await each.launch();
      await each.ask('continue');
    },
    'while it goes back': async (each) => {
      await each.launch({ step: 5 });
      void each.send('reverseContinue');
    },
    'in the inside of an op': async (each) => {
      await each.launch({}, { lines: [{ line: lineOf(lstm, 'const out'), mode: 'backward' }] });
      await each.walk('continue');
      await each.walk('stepIn');
    },
    'on the way to a step': (each) => {
      void each.launch({ step: 100_000 });
      return each.next('initialized');
    },
  };
  for (const [name, reach] of Object.entries(states)) {
    it(`can be left ${name}, and leaves nothing behind`, async () => {
      session = new DebugSession(endless);
      await reach(session);
      assert.equal((await session.send('disconnect')).success, true);
      assert.equal(session.events.filter(({ event }) => event === 'terminated').length, 1);
      const { success, message } = await session.send('next');
      assert.deepEqual([success, message], [false, 'no model is running']);
      assert.equal(session.lab.listeners, 0, 'nobody listens to the run any more');
      await assert.rejects(async () => targetOf(session.lab).ask.cursor());
    });
  }

  it('can be left where it has failed', async () => {
    session = new DebugSession(logOfZero, new Lab());
    await session.launch({ stopOnEntry: false });
    assert.equal(session.state, 'stopped');
    assert.equal((await session.send('terminate')).success, true);
    assert.equal(session.lab.listeners, 0);
  });
});
