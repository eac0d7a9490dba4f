// Debug sessions over real models: forwards, backwards, across phases and steps, with the numbers on the way.
import assert from 'node:assert/strict';
import { lineOf, logOfZero, lstm } from './models';
import { DebugSession } from './session';

describe('a debug session', () => {
  let session: DebugSession;
  afterEach(async () => session.close());

  const place = async (): Promise<string> => {
    const [{ name, line }] = await session.frames();
    return `${name} @${line}`;
  };

  it('stops at its entry, and steps into calls, out of them, and back', async () => {
    session = new DebugSession(lstm);
    const { body } = await session.launch();
    assert.equal(body.reason, 'entry');
    assert.match(body.description, /^Ready · step 1 · forward · train · 1 of \d+$/);
    const first = lineOf(lstm, 'const xs');
    assert.equal(await place(), `train @${first}`);
    await session.walk('next');
    await session.walk('stepIn');
    assert.equal(await place(), `Net @${lineOf(lstm, 'let h =')}`);
    await session.walk('stepOut');
    assert.equal(await place(), `train @${lineOf(lstm, 'zeroGrad')}`);
    await session.walk('stepBack');
    assert.equal(await place(), `train @${first + 1}`);
    await session.walk('stepInBack');
    assert.equal(await place(), `train @${first}`);
  });

  it('names functions without a name by the call that they are given to', async () => {
    const text = `import { nn, optim, randn, type Tensor } from 'retrograd';
class Net extends nn.Module {
  layers = [new nn.Linear(3, 3), new nn.Linear(3, 1)];
  forward(x: Tensor): Tensor {
    return this.layers.reduce((h, layer) => layer.forward(h).tanh(), x);
  }
}
export function train() {
  const net = new Net();
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 2; step++) {
    const [loss] = [1].map(() => {
      return net.forward(randn([2, 3])).mean();
    });
    optimizer.zeroGrad();
    loss!.backward();
    optimizer.step();
  }
}
`;
    session = new DebugSession(text);
    await session.launch({}, { lines: [{ line: lineOf(text, 'this.layers.reduce') }] });
    await session.walk('continue');
    const names = async () => (await session.frames()).map(({ name }) => name);
    assert.deepEqual(await names(), ['Net', 'map() callback', 'train']);
    await session.walk('stepIn');
    assert.match((await names())[0], /^Net · reduce\(\) callback/);
  });

  it('has nothing to tell of a frame that was left, and refuses one that never was', async () => {
    session = new DebugSession(lstm);
    await session.launch();
    const [{ id }] = await session.frames();
    await session.walk('next');
    assert.deepEqual((await session.ask('scopes', { frameId: id })).scopes, []);
    const [now] = await session.frames();
    assert.ok((await session.ask('scopes', { frameId: now.id })).scopes.length > 0);
    await assert.rejects(
      async () => session.ask('scopes', { frameId: 99_999_999 }),
      /cursor has left/,
    );
  });

  it('breaks at t = 5 in forward, steps back to t = 4, and sees the gradient at the same line in backward', async () => {
    session = new DebugSession(lstm);
    const line = lineOf(lstm, 'const out');
    const stop = await session.launch(
      { stopOnEntry: false },
      { lines: [{ line, condition: '$iter === 5' }] },
    );
    assert.equal(stop.body.reason, 'breakpoint');
    assert.equal(await place(), `cell · t=5 @${line}`);
    const names = (await session.scope('Locals')).map(({ name }) => name);
    assert.ok(
      ['x', 'h', 'c', 'gates', 'next'].every((name) => names.includes(name)),
      String(names),
    );
    assert.ok(!names.includes('out'), 'out is not made yet');
    const norm = await session.evaluate('h.norm()');
    assert.match(norm, /^f32 \[\] 0\.\d+/);
    await session.setLines([{ line, condition: '$iter === 4' }]);
    await session.walk('reverseContinue');
    assert.equal(await place(), `cell · t=4 @${line}`);
    assert.notEqual(await session.evaluate('h.norm()'), norm);
    await session.setLines([{ line, condition: '$iter === 5', mode: 'backward' }]);
    await session.walk('continue');
    assert.equal(await place(), `∂ cell · t=5 @${line}`);
    const gradients = await session.scope('Gradients');
    const out = gradients.find(({ name }) => name === '∂out')!;
    assert.match(out.value, /^f32 \[2, 4\] mean /);
    assert.match(gradients.find(({ name }) => name === '∂gates')!.value, /not yet/);
    assert.equal(
      await session.evaluate('out.grad.norm()'),
      await session.evaluate('out.grad.pow(2).sum().sqrt()'),
    );
    const frames = await session.frames();
    assert.ok(frames.some(({ name }) => name === 'backward, called by'));
    assert.equal(frames.at(-1)!.line, lineOf(lstm, 'loss.backward'));
    // Across the border, back into forward.
    await session.setLines([{ line, condition: '$iter === 7', mode: 'forward' }]);
    await session.walk('reverseContinue');
    assert.equal(await place(), `cell · t=7 @${line}`);
    assert.equal(
      (await session.scope('Locals')).find(({ name }) => name === 't'),
      undefined,
    );
  });

  it('sees the old weights in front of the optimizer, and new ones behind it', async () => {
    session = new DebugSession(lstm);
    const line = lineOf(lstm, 'log({ loss })');
    await session.launch({ stopOnEntry: false }, { lines: [{ line }] });
    const weight = 'model.head.weight.norm()';
    const after = await session.evaluate(weight);
    const bias = await session.evaluate('model.head.bias.item()');
    await session.walk('stepBack');
    assert.equal(await place(), `train @${lineOf(lstm, 'optimizer.step')}`);
    const before = await session.evaluate(weight);
    assert.notEqual(before, after);
    assert.notEqual(await session.evaluate('model.head.bias.item()'), bias);
    assert.match(await session.evaluate('model.head.weight.grad'), /^f32 \[1, 4\] /);
    await session.walk('stepIn');
    const [{ name }] = await session.frames();
    assert.match(name, /cell\.inputs\.weight|cell\.inputs|weight/);
    await session.walk('stepOut');
    assert.equal(await session.evaluate(weight), after);
  });

  it('goes back three training steps and forward again, with equal numbers', async () => {
    session = new DebugSession(lstm);
    const line = lineOf(lstm, 'optimizer.zeroGrad');
    await session.launch({ stopOnEntry: false, step: 4 }, { lines: [{ line }] });
    const numbers = async (): Promise<string[]> =>
      Promise.all(
        ['$step', 'loss.item()', 'model.cell.hidden.weight.norm().item()'].map((e) =>
          session.evaluate(e),
        ),
      );
    const seen = new Map<string, string[]>();
    for (let i = 0; i < 3; i++) {
      const now = await numbers();
      seen.set(now[0], now);
      await session.walk('reverseContinue');
    }
    const first = await numbers();
    assert.equal(first[0], '1');
    for (const step of ['2', '3', '4']) {
      await session.walk('continue');
      assert.deepEqual(await numbers(), seen.get(step));
    }
  });

  it('lands on the log that made the NaN, without having recorded anything before', async () => {
    session = new DebugSession(logOfZero);
    const { body } = await session.launch();
    assert.equal(body.reason, 'entry');
    const stop = await session.walk('continue');
    assert.equal(stop.body.reason, 'exception');
    assert.match(stop.body.text, /^log makes NaN at element 0: log\(-3\.\d+\)$/);
    assert.match(stop.body.description, /^Exception · step 4 · forward · Net/);
    assert.equal(await place(), `Net · log @${lineOf(logOfZero, 'shifted.log()')}`);
    const { exceptionId } = (await session.ask('exceptionInfo')) as unknown as {
      exceptionId: string;
    };
    assert.equal(exceptionId, 'NaN or infinity');
    const shifted = (await session.scope('Locals')).find(({ name }) => name === 'shifted')!;
    assert.match(shifted.value, /^f32 \[2\] -3\.\d+, 2\.\d+/);
    const end = await session.walk('continue');
    assert.equal(end.body.reason, 'exception', 'the step was broken off at the loss');
    assert.match(end.body.text, /the loss is NaN at step 4/);
  });

  it('follows a NaN among the weights into the earlier step that made it', async () => {
    const text = logOfZero
      .replace(
        'const logs = shifted.log();',
        'const logs = late ? shifted.mul(0) : shifted.sub(shifted.detach()).sqrt().mul(0);',
      )
      .replace('forward(x: Tensor)', 'forward(x: Tensor, late: boolean)')
      .replace('[0, 0] : [5, 0])', '[0, 0] : [5, 0]), step !== 2');
    session = new DebugSession(text);
    const stop = await session.launch({ step: 4, stopOnEntry: false });
    assert.equal(stop.body.reason, 'exception');
    assert.match(stop.body.description, /^Exception · step 3 · backward · ∂ Net/);
    assert.match(stop.body.text, /makes NaN at element 0/);
    assert.match((await session.walk('continue')).body.text, /the loss is NaN at step 4/);
  });
});
