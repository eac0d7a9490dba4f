// Asking the model as it stands: right answers, and nothing of the run is touched.
import assert from 'node:assert/strict';
import type { ProbeAnswer, ProbeInfo } from '../../../engine/protocol';
import { Lab, model, step } from './runs';

const loop = (count: number): string =>
  model(`for (let i = 0; i < ${count}; i++) {\n    ${step}\n  }`);

describe('probing a model', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(async () => lab.close());

  const train = async (text: string, meanwhile?: () => Promise<void>) =>
    lab.train(text, {}, meanwhile);

  it('tells what it takes, and answers in evaluation mode', async () => {
    await train(loop(5));
    const info = (await lab.supervisor.ask('probeInfo', undefined)) as ProbeInfo;
    assert.deepEqual([info.model, info.shape, info.output], ['Net', [2], [16, 1]]);
    assert.equal(info.points.length, 32);
    const values = [0.5, -1, 2, 3];
    const ask = () => lab.supervisor.ask('probe', { values, count: 2 }) as Promise<ProbeAnswer>;
    const [first, second] = [await ask(), await ask()];
    assert.deepEqual(first.shape, [2, 1]);
    // Dropout is off: the same question has the same answer.
    assert.deepEqual(first.values, second.values);
    assert.notEqual(first.values[0], first.values[1]);
  });

  it('leaves the run as it was, bit for bit', async () => {
    const plain = await train(loop(150));
    const asked = await train(loop(150), async () => {
      for (let i = 0; i < 5; i++) {
        const values = [i, 1];
        await lab.supervisor.ask('probe', { values, count: 1 }).catch(() => undefined);
      }
    });
    assert.equal(asked.ended.hash, plain.ended.hash);
  });

  it('refuses what does not fit, in words', async () => {
    await train(loop(2));
    await assert.rejects(
      lab.supervisor.ask('probe', { values: [1], count: 1 }),
      /1 numbers do not fill \[1, 2\]/,
    );
  });
});

describe('probing what goes on inside', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(async () => lab.close());
  const answer = (argument: object) =>
    lab.supervisor.ask('probe', argument) as Promise<ProbeAnswer>;

  const reader = `
import { nn, optim, data, F, log } from 'retrograd';
const lists = data.copy({ length: 5, letters: 'abcd', count: 16 });
class Reader extends nn.Module {
  embed = new nn.Embedding(4, 8);
  attention = new nn.MultiheadAttention(8, 2, { batchFirst: true });
  head = new nn.Linear(8, 4);
  forward(x) {
    const tokens = this.embed.forward(x);
    return this.head.forward(this.attention.forward(tokens, tokens, tokens)[0]);
  }
}
export function train() {
  const model = new Reader();
  const opt = new optim.Adam(model.parameters());
  for (let i = 0; i < 2; i++) {
    const x = lists.all().x.sub(data.end + 1);
    const loss = F.crossEntropy(model.forward(x).flatten(0, 1), x.flatten());
    opt.zeroGrad();
    loss.backward();
    opt.step();
    log({ loss });
  }
}`;

  it('tells what each layer put out and where each head looked, for a text of any length', async () => {
    await lab.train(reader);
    const info = (await lab.supervisor.ask('probeInfo', undefined)) as ProbeInfo;
    assert.deepEqual(info.symbols, ['a', 'b', 'c', 'd']);
    const { shape, layers, attentions } = await answer({
      values: [0, 1, 2],
      count: 1,
      inside: true,
    });
    assert.deepEqual(shape, [1, 3, 4]);
    assert.deepEqual(
      layers.map(({ path }) => path),
      ['', 'embed', 'attention', 'attention.outProj', 'head'],
    );
    assert.deepEqual(layers[1].summary.shape, [1, 3, 8]);
    assert.deepEqual(
      attentions.map(({ name, heads }) => [name, heads.length, heads[0].height, heads[0].width]),
      [['attention', 2, 3, 3]],
    );
    for (const { values } of attentions[0].heads)
      assert.ok(Math.abs(values[0] + values[1] + values[2] - 1) < 1e-5);
    // Not asked, not told; and the same question has the same answer.
    const again = await answer({ values: [0, 1, 2], count: 1 });
    assert.deepEqual([again.layers, again.attentions], [[], []]);
  });

  it('knows of points in the plane what they should be', async () => {
    await lab.train(`
import { nn, optim, data, F, log } from 'retrograd';
export function train() {
  const model = new nn.Sequential(new nn.Linear(2, 4), new nn.Linear(4, 2));
  const opt = new optim.Adam(model.parameters());
  const { x, y } = data.spiral({ count: 30 }).all();
  for (let i = 0; i < 2; i++) {
    const loss = F.crossEntropy(model.forward(x), y);
    opt.zeroGrad();
    loss.backward();
    opt.step();
    log({ loss });
    model.forward(x.mul(2));
  }
}`);
    const { points, labels } = (await lab.supervisor.ask('probeInfo', undefined)) as ProbeInfo;
    assert.deepEqual([points.length, labels.length], [60, 30]);
    assert.deepEqual([...new Set(labels)].sort(), [0, 1]);
    assert.ok(
      points.every((value) => Math.abs(value) <= 1.5),
      'those that were learned from',
    );
  });

  it('asks a model of two inputs with the second as it was', async () => {
    await lab.train(`
import { nn, optim, randn, F, log } from 'retrograd';
class Two extends nn.Module {
  a = new nn.Linear(3, 1);
  forward(x, y) { return this.a.forward(x).add(y); }
}
export function train() {
  const model = new Two();
  const opt = new optim.Adam(model.parameters());
  const y = randn([8, 1]);
  for (let i = 0; i < 2; i++) {
    const loss = model.forward(randn([8, 3]), y).mean();
    opt.zeroGrad();
    loss.backward();
    opt.step();
    log({ loss });
  }
}`);
    const info = (await lab.supervisor.ask('probeInfo', undefined)) as ProbeInfo;
    assert.deepEqual([info.shape, info.others], [[3], 1]);
    const { shape } = await answer({ values: [1, 2, 3], count: 1 });
    assert.deepEqual(shape, [1, 1]);
    await assert.rejects(answer({ values: [1, 2, 3, 4, 5, 6], count: 2 }), /more than 1 samples/);
  });
});
