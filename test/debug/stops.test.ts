// Where a debug session stops: conditions, hit counts, log points, modules, values, gradients and errors.
import assert from 'node:assert/strict';
import { lenet, lineOf, lstm } from './models';
import { DebugSession } from './session';

/** Thirty sigmoids in a row: each takes at least three quarters of the gradient away. */
const deep = `import { nn, optim, log, ones, type Tensor } from 'retrograd';

class Deep extends nn.Module {
  first = new nn.Linear(4, 4);
  forward(x: Tensor): Tensor {
    x = this.first.forward(x);
    for (let layer = 0; layer < 30; layer++) {
      x = x.sigmoid();
    }
    return x.sum();
  }
}

export function train() {
  const model = new Deep();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  for (let step = 0; step < 5; step++) {
    const loss = model.forward(ones([2, 4]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
`;

describe('a debug session stops', () => {
  let session: DebugSession;
  afterEach(async () => session.close());

  const top = async (): Promise<string> => {
    const [{ name, line }] = await session.frames();
    return `${name}:${line}`;
  };

  it('hit counts within the step, and log points over all that is passed', async () => {
    session = new DebugSession(lstm);
    const line = lineOf(lstm, 'const out');
    await session.launch({}, { lines: [{ line, hitCondition: '3', mode: 'forward' }] });
    await session.walk('continue');
    assert.equal(await session.evaluate('$iter'), '2');
    await session.setLines([{ line, logMessage: '{$iter}: {next.shape.length}', mode: 'forward' }]);
    await session.walk('next');
    session.events.length = 0;
    await session.setLines([
      { line, logMessage: 't {$iter} has rank {next.rank}', mode: 'forward' },
      { line: lineOf(lstm, 'optimizer.step') },
    ]);
    await session.walk('continue');
    const logs = session.events
      .filter(({ event }) => event === 'output')
      .map(({ body }) => String(body.output));
    assert.deepEqual(
      logs,
      ['3', '4', '5', '6', '7'].map((t) => `t ${t} has rank 2\n`),
    );
  });

  it('a condition that throws with its message, once, and goes on', async () => {
    session = new DebugSession(lstm);
    await session.launch(
      {},
      {
        lines: [
          { line: lineOf(lstm, 'const out'), condition: 'nonsense.here > 1' },
          { line: lineOf(lstm, 'optimizer.step') },
        ],
      },
    );
    session.events.length = 0;
    await session.walk('continue');
    assert.match(await top(), /^train:/);
    const said = session.events
      .filter(({ body }) => body.category === 'stderr')
      .map(({ body }) => String(body.output));
    assert.deepEqual(said, ['breakpoint condition nonsense.here > 1: nonsense is not defined\n']);
  });

  it('breakpoints on modules, the library’s among them, and on values', async () => {
    session = new DebugSession(lenet);
    await session.launch({ stopOnEntry: false }, { functions: ['conv2'] });
    assert.equal(await top(), `LeNet · conv2d:${lineOf(lenet, 'this.conv2')}`);
    const stopped = session.events.findLast(({ event }) => event === 'stopped')!;
    assert.equal(stopped.body.reason, 'function breakpoint');
    await session.ask('setFunctionBreakpoints', { breakpoints: [] });
    const [{ id }] = await session.frames();
    const { scopes } = await session.ask('scopes', { frameId: id });
    const { variablesReference } = scopes.find(({ name }) => name === 'Parameters')!;
    await session.ask('variables', { variablesReference });
    const info = (await session.ask('dataBreakpointInfo', {
      variablesReference,
      name: 'fc1.bias',
    })) as unknown as { dataId: string };
    assert.equal(info.dataId, 'fc1.bias');
    await session.ask('setDataBreakpoints', {
      breakpoints: [{ dataId: 'fc1.bias', condition: 'norm > 0' }],
    });
    const stop = await session.walk('continue');
    assert.equal(stop.body.reason, 'data breakpoint');
    assert.match(stop.body.text, /fc1\.bias is about to be updated/);
    assert.equal((await session.frames())[0].line, lineOf(lenet, 'fc1 = new'));
    await session.ask('setDataBreakpoints', {
      breakpoints: [{ dataId: 'fc1.bias', condition: 'norm > 1e9' }],
    });
    await session.ask('setBreakpoints', {
      source: { path: session.file },
      breakpoints: [{ line: lineOf(lenet, 'log({') }],
    });
    assert.equal((await session.walk('continue')).body.reason, 'breakpoint');
  });

  it('gradients that exceed a limit, at the op that made them', async () => {
    session = new DebugSession(lstm);
    const filters = [{ filterId: 'gradientExceeds', condition: '0.0001' }];
    const { body } = await session.launch({ stopOnEntry: false }, { filters });
    assert.equal(body.reason, 'exception');
    assert.match(body.text, /^the gradient of .* has norm .*, more than 1\.000e-4$/);
    const { breakpoints } = await session.ask('setExceptionBreakpoints', {
      filterOptions: [{ filterId: 'gradientVanishes', condition: 'much' }],
    });
    assert.equal(breakpoints[0].verified, false);
  });

  it('errors at the start and in a step with their place', async () => {
    session = new DebugSession(
      lstm.replace('const model = new Net();', 'throw new Error("at the start");'),
    );
    const end = await session.launch();
    assert.equal(end.event, 'terminated');
    assert.ok(session.events.some(({ body }) => /at the start/.test(String(body?.output))));
    await session.close();
    session = new DebugSession(
      lstm.replace('xs.select(0, t), h, c', 't < 6 ? xs.select(0, t) : h, h, c'),
    );
    const stop = await session.launch({ stopOnEntry: false });
    assert.equal(stop.body.reason, 'exception');
    assert.match(stop.body.text, /^Linear: input \[2, 4\] ends with 4, but inFeatures is 3$/);
    assert.equal(await top(), `cell · t=6:${lineOf(lstm, 'const gates')}`);
    await session.walk('stepBack');
    assert.match(await top(), /^Net · t=6/);
  });

  it('at function breakpoints that there are, and says of others that there are none', async () => {
    session = new DebugSession(lenet);
    await session.launch(
      {},
      { functions: ['conv2', 'convolution', 'LeNet.forward', 'encoder.con'] },
    );
    // What was asked of the engine before this is answered before it.
    await session.evaluate('1');
    const told = (): Promise<string[]> =>
      Promise.resolve(
        session.events
          .filter(({ event }) => event === 'breakpoint')
          .map(({ body }) => body.breakpoint as { verified: boolean; message?: string })
          .map(({ verified, message = '' }) => (verified ? 'verified' : message)),
      );
    assert.deepEqual(await told(), [
      'verified',
      "Step 1 runs no module or function 'convolution'.",
      'verified',
      "Step 1 runs no module or function 'encoder.con'. There is conv1, conv2.",
    ]);
    const { breakpoints } = await session.ask('setFunctionBreakpoints', {
      breakpoints: [{ name: 'head' }, { name: 'tail' }, { name: 'fc1', hitCondition: 'often' }],
    });
    assert.deepEqual(
      breakpoints.map(({ verified }) => verified),
      [true, false, false],
    );
    assert.match(breakpoints[2].message!, /no hit count/);
    await session.walk('continue');
    assert.equal(await top(), `LeNet · permute:${lineOf(lenet, 'this.head.forward')}`);
  });

  it('where a gradient vanishes, at the op that made it so, and says why', async () => {
    session = new DebugSession(deep);
    const filters = [{ filterId: 'gradientVanishes' }];
    const { body } = await session.launch({ stopOnEntry: false }, { filters });
    assert.equal(body.reason, 'exception');
    assert.match(
      body.text,
      /^the gradient of the result of sigmoid vanishes: a typical element is \d\.\d+e-7/,
    );
    assert.match(await top(), /^∂ Deep · layer=\d+ · sigmoidGrad:8$/);
    const line = await session.evaluate('x.grad.abs().max().item() < 1e-5');
    assert.equal(line, 'true');
    const { exceptionId } = (await session.ask('exceptionInfo')) as unknown as {
      exceptionId: string;
    };
    assert.equal(exceptionId, 'gradient vanishes');
  });

  it('at the statement that threw, when uncaught errors stop, and else ends', async () => {
    const text = lstm
      .replace(
        'return [out, next];',
        "if (this.late()) throw new Error('too late');\n    return [out, next];",
      )
      .replace(
        'forward(x: Tensor, h',
        'calls = 0;\n  late(): boolean {\n    return ++this.calls > 21;\n  }\n\n  forward(x: Tensor, h',
      );
    session = new DebugSession(text);
    await session.launch({});
    const stop = await session.walk('continue');
    assert.equal(stop.body.reason, 'exception');
    assert.equal(stop.body.text, 'Error: too late');
    assert.match(stop.body.description, /^Exception · step 3 · forward · cell · t=5 · /);
    assert.equal(await top(), `cell · t=5:${lineOf(text, 'too late')}`);
    await session.ask('setExceptionBreakpoints', { filters: [] });
    assert.equal((await session.walk('continue')).event, 'terminated');
    await session.close();
    session = new DebugSession(text);
    await session.launch({}, { filters: [{ filterId: 'shape' }] });
    assert.equal((await session.walk('continue')).event, 'terminated');
    assert.ok(session.events.some(({ body }) => /too late/.test(String(body?.output))));
  });

  it('where a named value is made, when its norm passes a limit', async () => {
    session = new DebugSession(lstm);
    await session.launch();
    await session.ask('setDataBreakpoints', {
      breakpoints: [{ dataId: 'gates', condition: '$iter === 3' }],
    });
    const stop = await session.walk('continue');
    assert.deepEqual(
      [stop.body.reason, stop.body.text],
      ['data breakpoint', 'gates has a new value'],
    );
    assert.match(stop.body.description, /^Value changes · step 1 · forward · cell · t=3/);
  });
});
