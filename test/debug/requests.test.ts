// What a debug session answers beside its walks: breakpoints of all kinds, memory, the tape, places, and refusals.
import assert from 'node:assert/strict';
import { attention, lenet, lineOf, lstm } from './models';
import { DebugSession } from './session';

describe('a debug session answers', () => {
  let session: DebugSession;
  afterEach(async () => session.close());

  const top = async (): Promise<string> => {
    const [{ name, line }] = await session.frames();
    return `${name}:${line}`;
  };
  const refused = async (command: string, given: object = {}): Promise<string> => {
    const { success, message } = await session.send(command, given);
    assert.equal(success, false, `${command} must be refused`);
    return message!;
  };

  it('with the statement below a line without one, and says what is wrong with others', async () => {
    session = new DebugSession(lstm);
    await session.launch();
    const line = lineOf(lstm, 'class Net');
    const { breakpoints } = await session.setLines([
      { line: 2 },
      { line },
      { line: 999 },
      { line, hitCondition: 'often' },
    ]);
    assert.deepEqual(
      breakpoints.map(({ verified }) => verified),
      [true, true, false, false],
    );
    assert.equal(breakpoints[0].line, lineOf(lstm, 'super()'));
    assert.match(breakpoints[2].message!, /No statement begins/);
    assert.match(breakpoints[3].message!, /no hit count/);
    const other = await session.ask('setBreakpoints', {
      source: { path: '/nowhere.ts' },
      breakpoints: [{ line: 1 }],
    });
    assert.match(other.breakpoints[0].message!, /not part of the model/);
  });

  it('pages of a tensor, its bytes, and the line that made it', async () => {
    session = new DebugSession(lenet);
    await session.launch(
      { stopOnEntry: false },
      { lines: [{ line: lineOf(lenet, 'this.fc1.forward') }] },
    );
    const x = (await session.scope('Locals')).find(({ name }) => name === 'x')!;
    assert.match(x.value, /^f32 \[4, 16, 5, 5\] mean /);
    const all = (await session.ask('variables', { variablesReference: x.variablesReference }))
      .variables;
    assert.ok(
      ['mean', 'std', 'min', 'max', 'norm', 'zeros'].every((name) =>
        all.some((each) => each.name === name),
      ),
    );
    const [second] = (
      await session.ask('variables', {
        variablesReference: x.variablesReference,
        filter: 'indexed',
        start: 1,
        count: 1,
      })
    ).variables;
    assert.deepEqual([second.name, second.value.slice(0, 15)], ['1', 'f32 [16, 5, 5] ']);
    const memory = (await session.ask('readMemory', {
      memoryReference: x.memoryReference,
      offset: 4,
      count: 8,
    })) as unknown as { data: string };
    const bytes = Buffer.from(memory.data, 'base64');
    assert.equal(bytes.length, 8);
    assert.equal(
      Math.fround(Number(await session.evaluate('x.flatten()[1]').catch(() => NaN))) ||
        bytes.readFloatLE(0),
      bytes.readFloatLE(0),
    );
    const made = (await session.ask('locations', {
      locationReference: x.valueLocationReference,
    })) as unknown as { line: number };
    assert.equal(made.line, lineOf(lenet, 'this.conv2'));
  });

  it('the tape, op by op', async () => {
    session = new DebugSession(lenet);
    await session.launch(
      { stopOnEntry: false },
      { lines: [{ line: lineOf(lenet, 'this.conv2') }] },
    );
    const [{ instructionPointerReference }] = await session.frames();
    const { instructions } = await session.ask('disassemble', {
      memoryReference: instructionPointerReference,
      instructionOffset: -20,
      instructionCount: 40,
    });
    assert.equal(instructions.length, 40);
    assert.match(
      instructions[20].instruction,
      /^ +\d+ {2}conv2d f32 \[4, 6, 14, 14\], .* → f32 \[4, 16, 10, 10\] ‖/,
    );
    assert.equal(instructions[0].presentationHint, 'invalid');
    assert.equal(instructions[20].line, lineOf(lenet, 'this.conv2'));
    const at = { granularity: 'instruction' };
    await session.walk('next', at);
    assert.equal(await top(), `LeNet · conv2d:${lineOf(lenet, 'this.conv2')}`);
    const before = (await session.frames())[0].instructionPointerReference!;
    await session.walk('next', at);
    assert.equal(await top(), `LeNet · relu:${lineOf(lenet, 'this.conv2')}`);
    await session.walk('stepBack', at);
    assert.equal((await session.frames())[0].instructionPointerReference, before);
  });

  it('the inside of a fused op: its parts as frames, variables and lines of the tape', async () => {
    session = new DebugSession(attention);
    const line = lineOf(attention, 'const weights');
    await session.launch({ stopOnEntry: false }, { lines: [{ line }] });
    await session.walk('stepIn');
    const [inner, outer] = await session.frames();
    assert.deepEqual(
      [inner.name, inner.line, outer.name, outer.line],
      ['softmax · amax', line, 'Attention', line],
    );
    assert.match(
      session.events.at(-1)!.body.description,
      /^step 1 · forward · softmax · amax · op 1 of \d · \d+ of \d+$/,
    );
    const operand = (await session.scope('Locals')).find(({ name }) => name === 'x')!;
    assert.match(operand.value, /^f32 \[2, 2, 5, 5\] mean /);
    await session.walk('next');
    await session.walk('next');
    const made = (await session.scope('Operations')).map(({ name, value }) => `${name} ${value}`);
    assert.match(made[0], /^2 sub f32 \[2, 2, 5, 5\] mean .* \[-.*, 0\]$/);
    assert.match(made[1], /^1 amax f32 \[2, 2, 5, 1\] /);
    assert.match(
      await session.evaluate('x.sub(x.amax({ dim: -1, keepdim: true })).exp().sum()'),
      /^f32 \[\] /,
    );
    const { instructionPointerReference: memoryReference } = (await session.frames())[0];
    const { instructions } = await session.ask('disassemble', {
      memoryReference,
      instructionOffset: -3,
      instructionCount: 7,
    });
    const texts = instructions.map(({ instruction }) => instruction.replace(/ f32.*/, '').trim());
    const parts = ['amax', 'sub', 'exp', 'sum', 'div'].map((op, i) => `·  ${i}  ${op}`);
    assert.deepEqual(texts.slice(1, 6), parts);
    assert.match(texts[0], /^\d+ {2}softmax$/);
    assert.match(texts[6], /^\d+ {2}\w+$/);
    const addresses = instructions.map(({ address }) => Number(address));
    assert.deepEqual(
      addresses,
      addresses.toSorted((a, b) => a - b),
    );
    const exponential = await session.evaluate('x.norm()');
    await session.walk('stepOut');
    assert.equal(await top(), `Attention:${lineOf(attention, 'return weights')}`);
    await session.walk('stepInBack');
    assert.equal((await session.frames())[0].name, 'softmax · div');
    assert.equal(await session.evaluate('x.norm()'), exponential);
    const [{ id }] = await session.frames();
    await session.walk('restartFrame', { frameId: id });
    assert.equal((await session.frames())[0].name, 'softmax · amax');
    await session.walk('stepOutBack');
    assert.equal(await top(), `Attention:${line}`);
    await session.setLines([{ line, mode: 'backward' }]);
    await session.walk('continue');
    await session.walk('stepIn');
    assert.match((await session.frames()).map(({ name }) => name).join(' < '), /^∂ Attention < /);
  });

  it('the inside of a gradient rule, in backward', async () => {
    session = new DebugSession(lstm);
    const line = lineOf(lstm, 'const out');
    const lines = [{ line, condition: '$iter === 7', mode: 'backward' }];
    await session.launch({ stopOnEntry: false }, { lines });
    await session.walk('stepIn');
    const names = (await session.frames()).map(({ name }) => name);
    assert.deepEqual(names.slice(0, 2), ['∂ tanhGrad · mul', '∂ cell · t=7']);
    await session.walk('stepOut');
    assert.equal(await top(), `∂ cell · t=7:${lineOf(lstm, 'const next')}`);
  });

  it('jumps to a line, and starts a frame again', async () => {
    session = new DebugSession(lstm);
    const line = lineOf(lstm, 'const next');
    await session.launch({ stopOnEntry: false }, { lines: [{ line, condition: '$iter === 2' }] });
    const { targets } = await session.ask('gotoTargets', {
      source: { path: session.file },
      line: lineOf(lstm, 'return this.head'),
    });
    assert.deepEqual(
      targets.map(({ label }) => label),
      ['in forward, after here', 'in backward, after here'],
    );
    const [{ id }] = await session.frames();
    await session.walk('restartFrame', { frameId: id });
    assert.equal(await top(), `cell · t=2:${lineOf(lstm, 'const gates')}`);
    await session.walk('goto', { targetId: targets[1].id });
    assert.equal(await top(), `∂ Net:${lineOf(lstm, 'return this.head')}`);
  });

  it('expressions that only look', async () => {
    session = new DebugSession(lstm);
    await session.launch(
      { stopOnEntry: false },
      { lines: [{ line: lineOf(lstm, 'log({ loss })') }] },
    );
    const bias = await session.evaluate('model.head.bias.item()');
    assert.match(
      await refused('evaluate', { expression: 'optimizer.step()' }),
      /cannot step an optimizer/,
    );
    assert.match(
      await refused('evaluate', { expression: 'loss.backward()' }),
      /cannot run backward|already used/,
    );
    assert.match(
      await refused('evaluate', { expression: 'while (1) {}' }),
      /Unexpected|expression/,
    );
    assert.match(
      await refused('evaluate', { expression: '(() => { for (;;) ; })()' }),
      /longer than 1 s/,
    );
    assert.match(await refused('evaluate', { expression: '' }), /empty/);
    for (const [expression, said] of [
      ['model.name = 5', 'cannot change model.name'],
      ['$step++', 'cannot change $step'],
      ['delete model.head', 'cannot delete model.head'],
    ])
      assert.equal(
        await refused('evaluate', { expression }),
        `an expression only looks: it ${said}`,
      );
    const shown = await session.evaluate('Object.keys(model).length');
    const writes = "Object.assign(model, { head: 1, extra: [2] }) && model.cell['_set'.length - 4]";
    await session.send('evaluate', { expression: writes });
    assert.equal(await session.evaluate('Object.keys(model).length'), shown);
    assert.match(await session.evaluate('model.head'), /Linear/);
    assert.equal(await session.evaluate('model.head.bias.item()'), bias);
    assert.equal(await session.evaluate('(loss as any).rank + $step'), '1');
    assert.match(await session.evaluate('randn([2]).shape'), /\(1\) \[2\]/);
    const first = await session.evaluate('randn([1]).item()');
    assert.equal(
      await session.evaluate('randn([1]).item()'),
      first,
      'random numbers are not used up',
    );
  });

  it('what can be typed: names in sight, and what lies below them', async () => {
    session = new DebugSession(lstm);
    await session.launch(
      { stopOnEntry: false },
      { lines: [{ line: lineOf(lstm, 'log({ loss })') }] },
    );
    const offered = async (text: string): Promise<string[]> => {
      const { targets } = await session.ask('completions', { text, column: text.length + 1 });
      return targets.map(({ label }) => label);
    };
    assert.deepEqual(await offered('model.cell.inputs.weight.norm() + lo'), ['loss']);
    assert.deepEqual(await offered('mo'), ['model']);
    assert.ok((await offered('')).includes('optimizer'));
    assert.deepEqual(await offered('model.cell.inp'), ['inputs']);
    assert.deepEqual(await offered('loss.gr'), ['grad']);
    assert.deepEqual(await offered('$p'), ['$phase']);
    assert.deepEqual(await offered('nothing.'), []);
  });

  it('what a gradient was: of the step before, forgotten, not there yet, and whole', async () => {
    session = new DebugSession(lstm);
    await session.launch(
      { step: 2, stopOnEntry: false },
      { lines: [{ line: lineOf(lstm, 'const xs') }] },
    );
    const gradient = (): Promise<string> => session.evaluate('model.head.bias.grad');
    const older = await gradient();
    assert.match(older, /^f32 \[1\] /);
    await session.walk('next');
    await session.walk('next');
    assert.equal(await gradient(), older, 'zeroGrad has not run');
    await session.walk('next');
    assert.equal(await gradient(), 'null');
    await session.walk('next');
    const whole = await gradient();
    assert.match(whole, /^f32 \[1\] /);
    assert.notEqual(whole, older);
    await session.walk('stepBack');
    assert.equal(await gradient(), 'null');
  });

  it('a pause while training runs freely, and goes on to the end', async () => {
    session = new DebugSession(lstm.replace('step < 12', 'step < 150'));
    await session.launch();
    const stopped = session.next('stopped');
    await session.ask('continue');
    await session.ask('pause');
    assert.equal((await stopped).body.reason, 'pause');
    assert.match(await top(), /^train/);
    assert.equal((await session.walk('continue')).event, 'terminated');
    assert.match(await refused('next'), /no model is running/);
  });

  it('launches that cannot be with what is missing', async () => {
    session = new DebugSession(lstm);
    await session.ask('initialize');
    assert.match(await refused('launch', {}), /needs 'program'/);
    assert.match(await refused('launch', { program: session.file, step: 0 }), /counted from 1/);
    assert.match(await refused('attach', {}), /cannot attach/);
    assert.match(await refused('dance'), /unknown request 'dance'/);
    const end = await session.launch({ step: 99 });
    assert.equal(end.event, 'terminated');
    assert.ok(
      session.events.some(({ body }) => /step 99 does not exist/.test(String(body?.output))),
    );
  });

  it('questions about the whole run, and stands again where it stood', async () => {
    session = new DebugSession(lenet);
    await session.launch({ step: 3 });
    const console_ = async (expression: string): Promise<string> => {
      const [{ id }] = await session.frames();
      const { result } = (await session.ask('evaluate', {
        expression,
        frameId: id,
        context: 'repl',
      })) as unknown as { result: string };
      return result;
    };
    const before = await top();
    assert.match(
      await console_('$lastChange(model.head.bias)'),
      /^step 2, row \d+: \w+Update changed head\.bias by [\d.e-]+ \(norm, [\d.]+ % of its own\); element \d/,
    );
    assert.equal(await top(), before);
    assert.match(
      await console_("$firstOver('head.weight.grad', 0)"),
      /^step 1, row \d+: the norm of the gradient of head\.weight is [\d.e-]+, for the first time more than 0$/,
    );
    assert.match(
      await refused('evaluate', { expression: '$firstOver(x)', context: 'repl' }),
      /\$firstOver\(this\.weight\.grad, 10\)/,
    );
    assert.match(
      await refused('evaluate', { expression: '$lastChange(model.head.bias)', context: 'watch' }),
      /asked in the Debug Console/,
    );
    const { targets } = await session.ask('completions', { text: '$l', column: 3 });
    assert.deepEqual(
      targets.map(({ label }) => label),
      ['$lastChange'],
    );
    // A branch, and back to the trunk.
    const threads = async (): Promise<string> => {
      const {
        threads: [{ name }],
      } = (await session.ask('threads')) as unknown as {
        threads: { name: string }[];
      };
      return name;
    };
    const go = async (expression: string): Promise<string> => {
      const stopped = session.next('stopped');
      await console_(expression);
      await stopped;
      return threads();
    };
    assert.equal(await go('$branch()'), 'branch 1 · step 3 · forward');
    assert.equal(await go('$goTo(2, 0)'), 'step 2 · forward');
    assert.equal(await go('$goTo(4, 1)'), 'branch 1 · step 4 · forward');
    assert.match(await console_('$firstDifference(0)'), /^the same losses in steps 3 to 4/);
  });

  it('that a branch cannot begin, and stays in the trunk', async () => {
    const text = lenet
      .replace('new nn.Linear(', 'new nn.Linear(hp.zero + ')
      .replace(/^(import[^\n]*)log/, '$1hyper, log');
    session = new DebugSession(text.replace('class ', 'const hp = hyper({ zero: 0 });\nclass '));
    await session.launch({ step: 2 });
    const stopped = session.next('stopped');
    const [{ id: frameId }] = await session.frames();
    await session.ask('evaluate', { expression: '$branch(zero=1)', frameId, context: 'repl' });
    await stopped;
    const output = session.events
      .filter(({ event }) => event === 'output')
      .map(({ body }) => body.output);
    assert.match(output.join(''), /a branch cannot continue: parameter/);
    const {
      threads: [{ name }],
    } = (await session.ask('threads')) as unknown as { threads: { name: string }[] };
    assert.equal(name, 'step 2 · forward');
  });
});
