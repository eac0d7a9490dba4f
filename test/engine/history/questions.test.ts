// Questions about a whole run: which step, which row, which number, and the run stands where it stood.
import assert from 'node:assert/strict';
import type { CursorInfo, RunAnswer, RunQuestion } from '../../../engine/protocol';
import { Lab } from '../session/runs';

/** |w| doubles with each step: it is 2ᵏ behind step k, its gradient there 2ᵏ, the loss 4ᵏ⁻¹. */
const doubling = `import { nn, optim, hyper, ones } from 'retrograd';
const hp = hyper({ lr: 1.5, until: 6 });
class Net extends nn.Module {
  w = new nn.Parameter(ones([1]));
  slow = new nn.Parameter(ones([2]));
  fixed = new nn.Parameter(ones([1]).mul(2));
  forward(i: number) {
    const h = this.w.mul(3).mul(this.fixed.detach());
    return h.div(6).pow(2).sum().add(this.slow.sum().mul(i < 0 ? 2 : 0));
  }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD([net.w], { lr: hp.lr });
  const second = new optim.SGD([net.slow], { lr: 1, weightDecay: 0.5 });
  for (let i = 0; i < 12; i++) {
    opt.zeroGrad();
    second.zeroGrad();
    const loss = net.forward(i);
    loss.backward();
    opt.step();
    if (i < hp.until) second.step();
  }
}
`;
const lineOf = (text: string): number =>
  doubling.split('\n').findIndex((line) => line.includes(text)) + 1;

describe('A question about a run', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(() => lab.close());

  async function hold(step: number): Promise<string> {
    const file = lab.write('model.ts', doubling);
    const held = lab.next('held');
    const options = { file, seed: 0, hyper: {}, workspace: lab.folder };
    await lab.supervisor.handlers().train({ ...options, hold: true, record: step });
    await held;
    return file;
  }

  const cursor = (): Promise<CursorInfo> =>
    lab.supervisor.ask('cursor', undefined) as Promise<CursorInfo>;
  const goTo = (position: number) => lab.supervisor.ask('goTo', { position });

  /** Asks, and checks that nobody has heard of the way, and that the cursor stands where it stood. */
  async function ask(question: RunQuestion): Promise<RunAnswer> {
    const before = await cursor();
    const heard: string[] = [];
    const stop = (['held', 'released', 'state', 'sought', 'ended'] as const).map((name) =>
      lab.on(name, () => heard.push(name)),
    );
    const answer = await lab.supervisor.handlers().question(question);
    for (const each of stop) each();
    assert.deepEqual(heard, []);
    assert.deepEqual(await cursor(), before);
    return answer;
  }

  it('finds who last changed a weight: in this step, in an earlier one, or nobody', async () => {
    await hold(9);
    await goTo(1);
    const before = await ask({ kind: 'lastChange', name: 'w' });
    assert.deepEqual(
      [before.step, before.op, before.place?.line],
      [8, 'sgdUpdate', lineOf('opt.step')],
    );
    // From 2⁷ to −2⁸, by 3 · 2⁷.
    assert.deepEqual([before.value, before.other], [384, 128]);
    assert.match(
      before.text,
      /^step 8, row \d+: sgdUpdate changed w by 384 \(norm, 300 % of its own\); element 0 most, from -128 to 256$/,
    );
    await goTo((await cursor()).moments - 1);
    assert.deepEqual([(await ask({ kind: 'lastChange', name: 'w' })).step], [9]);
    // As an expression, where the cursor stands.
    const slow = await ask({ kind: 'lastChange', name: 'net.slow', frame: 0 });
    assert.deepEqual([slow.step, slow.place?.line], [6, lineOf('second.step')]);
    assert.equal(slow.name, 'slow');
    const fixed = await ask({ kind: 'lastChange', name: 'fixed' });
    assert.equal(fixed.text, 'no optimizer holds fixed, so nothing changes it');
    assert.equal(fixed.place?.line, lineOf('fixed ='));
    await assert.rejects(ask({ kind: 'lastChange', name: 'i' }), /'i' is no parameter of a model/);
  });

  it('finds the step in which a size first passed a limit', async () => {
    await hold(10);
    const over = async (name: string, limit = 100): Promise<[number?, number?, number?]> => {
      const { step, value, place } = await ask({ kind: 'firstOver', name, limit });
      return [step, value, place?.line];
    };
    assert.deepEqual(await over('w'), [7, 128, lineOf('opt.step')]);
    assert.deepEqual(await over('*'), [7, 128, lineOf('opt.step')]);
    assert.deepEqual(await over('w.grad'), [7, 128, lineOf('const h =')]);
    assert.deepEqual(await over('loss'), [5, 256, lineOf('h.div(6)')]);
    assert.deepEqual(await over('h', 200), [7, 384, lineOf('const h =')]);
    const never = await ask({ kind: 'firstOver', name: 'slow', limit: 3 });
    assert.deepEqual(never, { name: 'slow', text: 'the norm of slow has never been more than 3' });
    await assert.rejects(
      ask({ kind: 'firstOver', name: 'net.nothing', limit: 1 }),
      /'net\.nothing' is no parameter, no gradient of one, and no variable; parameters are called as in w/,
    );
  });

  it('finds where a branch and its trunk part: a number of the rule, a row, an element', async () => {
    const file = await hold(12);
    const { record, branch } = lab.supervisor.handlers();
    const begin = async (request: Parameters<typeof branch>[0], step: number): Promise<void> => {
      const branched = lab.next('branched');
      await branch(request);
      await branched;
      const held = lab.next('held');
      await record({ step });
      await held;
    };
    await begin({ step: 4, hyper: { until: 8 } }, 9);
    const later = await ask({ kind: 'firstDifference', branch: 0 });
    assert.deepEqual([later.step, later.branch], [7, 1]);
    assert.equal(later.place?.line, lineOf('second.step'));
    assert.match(later.text, /^step 7, row \d+: update \w+ .* runs here, and nothing more there$/);
    await begin({ step: 6, hyper: { lr: 0.5 } }, 8);
    const rate = await ask({ kind: 'firstDifference', branch: 1 });
    assert.deepEqual([rate.step, rate.place?.line], [6, lineOf('opt.step')]);
    assert.match(rate.text, /sgdUpdate: lr is 0\.5 here, 1\.5 there/);
    const back = lab.next('held');
    await record({ step: 9, branch: 1 });
    assert.equal((await back).branch, 1);
    const text = doubling.replace('this.w.mul(3)', 'this.w.mul(i === 9 ? 4 : 3)');
    await begin({ step: 9, sources: { [file]: text } }, 12);
    const edited = await ask({ kind: 'firstDifference', branch: 1 });
    const { step, op, name, element, value, other } = edited;
    assert.deepEqual([step, op, element, value, other], [10, 'mul', 0, 4, 3], edited.text);
    assert.equal(name, 'operand 2');
    // Branches of branches part where the first of them begins.
    assert.equal((await ask({ kind: 'firstDifference', branch: 2 })).step, 6);
    await assert.rejects(ask({ kind: 'firstDifference', branch: 7 }), /there is no branch 7/);
  });
});
