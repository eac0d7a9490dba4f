// A run from its start to its end: steps, logs, seeds, hashes, hyperparameters, pause and stop.
import assert from 'node:assert/strict';
import type { EngineEvents } from '../../../engine/protocol';
import { Lab, model, step } from './runs';

const counted = model(`for (let i = 0; i < 50; i++) {\n    ${step}\n  }`);

describe('a run', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(async () => lab.close());

  it('counts the steps of the training loop and reports each logged one', async () => {
    const { ended, points, problems } = await lab.train(counted);
    assert.deepEqual(problems, []);
    assert.equal(ended.reason, 'done');
    assert.equal(ended.steps, 50);
    assert.equal(ended.parameters, 2 * 8 + 8 + 8 + 1);
    assert.deepEqual(
      points.map(({ step: number }) => number),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    assert.ok(points.at(-1)!.values.loss < points[0].values.loss / 5, 'the loss falls');
  });

  it('gives the same hash for the same seed, and another for another', async () => {
    const first = (await lab.train(counted)).ended.hash;
    const second = (await lab.train(counted)).ended.hash;
    const other = (await lab.train(counted, { seed: 1 })).ended.hash;
    assert.match(first, /^[0-9a-f]{16}$/);
    assert.equal(first, second);
    assert.notEqual(first, other);
  });

  it('does not depend on how the loop is written', async () => {
    const loops = {
      while: `let i = 0; while (i < 20) { i++; ${step} }`,
      do: `let i = 0; do { i++; ${step} } while (i < 20);`,
      'for of': `for (const i of Array.from({ length: 20 }, (_, k) => k)) { ${step} }`,
      'for without a condition': `let i = 0; for (;;) { if (++i > 20) break; ${step} }`,
      'nested epochs': `for (let epoch = 0; epoch < 4; epoch++) for (let i = 0; i < 5; i++) { ${step} }`,
      labelled: `outer: for (let epoch = 0; ; epoch++) { for (let i = 0; i < 5; i++) { if (epoch === 4) break outer; ${step} } }`,
      'for await': `async function* batches() { for (let i = 0; i < 20; i++) yield i; }\n for await (const i of batches()) { ${step} }`,
      'a function of its own': `const one = (): void => { ${step} };\n for (let i = 0; i < 20; i++) one();`,
    };
    const hashes = new Map<string, string>();
    for (const [name, loop] of Object.entries(loops)) {
      const { ended, problems } = await lab.train(model(loop));
      assert.deepEqual(problems, [], name);
      hashes.set(name, ended.hash);
      assert.equal(ended.steps, 20, name);
    }
    assert.equal(new Set(hashes.values()).size, 1, JSON.stringify([...hashes]));
  });

  it('ends the loop after the given number of steps, and runs what follows it', async () => {
    const { ended, lines, points } = await lab.train(
      model(
        `for (let epoch = 0; epoch < 3; epoch++) { for (let i = 0; i < 50; i++) { ${step} } }\n  console.log('after');`,
      ),
      { steps: 7 },
    );
    assert.equal(ended.reason, 'done');
    assert.equal(ended.steps, 7);
    assert.equal(points.length, 7);
    assert.deepEqual(lines, ['after']);
  });

  it('replaces hyperparameters, and tells of those that the model does not have', async () => {
    const { started } = await lab.train(counted, { hyper: { hidden: 4 } });
    assert.deepEqual(
      started?.hyper.find(({ name }) => name === 'hidden'),
      {
        name: 'hidden',
        value: 4,
        default: 8,
      },
    );
    const { problems } = await lab.train(counted, { hyper: { hiden: 4 } });
    assert.match(
      problems[0].message,
      /no hyperparameter 'hiden' \(it has lr, hidden, name, bias\)/,
    );
    const wrong = await lab.train(counted, { hyper: { hidden: 'many' } });
    assert.match(wrong.problems[0].message, /'hidden' must be a number such as 8, but got 'many'/);
  });

  it('pauses between steps, answers while paused, and goes on with the same result', async () => {
    const longer = model(`for (let i = 0; i < 600; i++) {\n    ${step}\n  }`);
    const whole = (await lab.train(longer)).ended.hash;
    const { ended, states } = await lab.train(longer, {}, async () => {
      const { pause, resume, activations } = lab.supervisor.handlers();
      await pause();
      let state = await lab.next('state');
      while (state.state !== 'paused') state = await lab.next('state');
      const { step: at } = state;
      const { layers, step: seen } = await activations();
      assert.equal(seen, at);
      if (at > 0)
        assert.deepEqual(
          layers.map(({ path }) => path),
          ['', 'hidden', 'out', 'drop'],
        );
      await resume();
    });
    assert.ok(states.includes('paused'));
    assert.equal(ended.hash, whole);
  });

  it('stops within 250 ms, also in an infinite loop without any op', async () => {
    const endless = [
      model(`for (;;) {\n ${step}\n }`),
      'export function train() { for (;;) {} }',
      'export function train() { for (;;) { try { for (;;) {} } catch {} } }',
      'export async function train() { for (;;) await null; }',
      'export async function train() { await new Promise((done) => setTimeout(done, 1e6)); }',
    ];
    for (const text of endless) {
      let began = 0;
      const { ended } = await lab.train(text, {}, async () => {
        began = performance.now();
        await lab.supervisor.stop();
      });
      assert.equal(ended.reason, 'stopped');
      assert.ok(performance.now() - began < 250, `${performance.now() - began} ms for ${text}`);
    }
    assert.equal((await lab.train(counted)).ended.reason, 'done', 'the next run works');
  });

  it('leaves no question open when another run begins', async () => {
    const endless = lab.write('endless.ts', model(`for (;;) {\n ${step}\n }`));
    const { train, activations } = lab.supervisor.handlers();
    for (let i = 0; i < 5; i++) {
      const started = lab.next('started');
      await train({ file: endless, seed: 0, hyper: {} });
      await started;
      const asked = Promise.allSettled(Array.from({ length: 20 }, async () => activations()));
      await train({ file: endless, seed: 0, hyper: {} });
      const states = (await asked).map(({ status }) => status);
      assert.equal(states.length, 20);
    }
  });

  it('reads data files beside the model file', async () => {
    lab.write('points.csv', 'a,b\n1,2\n3,4\n');
    const { lines, problems } = await lab.train(
      "import { data } from 'retrograd';\nexport function train() { console.log(data.csv('points.csv').columns.join(), [...data.loader(data.linear({ count: 4 }), { batchSize: 2 })].length); for (const { x } of data.loader(data.linear({ count: 4 }), { batchSize: 2 })) console.log(x.size(0)); }",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(lines, ['a,b 2', '2', '2']);
  });

  it('keeps the memory of a long loop small, and all that the program still holds', async () => {
    // Without giving memory back the loop would need several times this budget.
    const small = new Lab(300 * 2 ** 20);
    const { ended, problems, lines } = await small.train(
      `import { ones, optim, nn, type Tensor } from 'retrograd';
      class Holder { #kept: Tensor | undefined; set(t: Tensor) { this.#kept ??= t; } get() { return this.#kept!; } }
      const history: Tensor[] = [];
      function remember() { let first: Tensor | undefined; return (t: Tensor) => (first ??= t); }
      function* endless() { const own = ones([1000]); for (let i = 0; i < 400; i++) { if (own.sum().item() !== 1000) throw new Error('lost'); yield i; } }
      export function train() {
        const layer = new nn.Linear(1000, 1); const opt = new optim.SGD(layer.parameters(), { lr: 1e-9 });
        const holder = new Holder(); const keep = remember(); const map = new Map<string, Tensor>();
        let carried = ones([1, 1000]);
        for (const i of endless()) {
          const x = ones([500, 1000]).mul(i).add(carried); carried = x.select(0, 0).unsqueeze(0).detach().mul(0.5);
          opt.zeroGrad(); const loss = layer.forward(x).sum(); loss.backward(); opt.step();
          if (i % 100 === 0) history.push(x); holder.set(x); keep(x); map.set('latest', x);
        }
        console.log(history.length, holder.get().sum().item() === history[0]!.sum().item(), keep(carried) === history[0], map.get('latest')!.shape.join());
      }`,
    );
    await small.close();
    assert.deepEqual(problems, []);
    assert.equal(ended.steps, 400);
    assert.deepEqual(lines, ['4 true true 500,1000']);
  });

  it('gives back what a step made although loops within it sweep for themselves', async () => {
    // Each step makes some 60 MB, more than is worth a sweep, in a loop over layers.
    const small = new Lab(300 * 2 ** 20);
    const { ended, problems } = await small.train(
      `import { ones, optim, nn, type Tensor } from 'retrograd';
      class Scale extends nn.Module { w = new nn.Parameter(ones([1000])); forward(x: Tensor): Tensor { return x.mul(this.w); } }
      class Deep extends nn.Module {
        layers = Array.from({ length: 30 }, () => new Scale());
        forward(x: Tensor): Tensor { for (const layer of this.layers) x = layer.forward(x); return x; }
      }
      export function train() {
        const model = new Deep(); const opt = new optim.SGD(model.parameters(), { lr: 1e-9 });
        for (let step = 0; step < 12; step++) {
          opt.zeroGrad(); model.forward(ones([500, 1000])).sum().backward(); opt.step();
        }
      }`,
    );
    await small.close();
    assert.deepEqual(problems, []);
    assert.equal(ended.steps, 12);
  });

  it('tells how each layer fares, and draws what is logged as a matrix or as pictures', async () => {
    const reports: EngineEvents['progress'][] = [];
    const lab = new Lab();
    lab.on('progress', (progress) => reports.push(progress));
    const told = await lab.train(
      model(`for (let i = 0; i < 3; i++) {
    ${step}
    log({ loss: 1, confusion: tensor([[1, 2], [3, 4]]), samples: randn([5, 3, 8, 8]) });
  }`),
    );
    await lab.close();
    assert.equal(told.ended.reason, 'done', told.problems.map(({ message }) => message).join());
    const [gradients] = reports.flatMap((report) => report.gradients);
    const [ratios] = reports.flatMap((report) => report.ratios);
    assert.deepEqual([gradients.step, Object.keys(gradients.values)], [1, ['hidden', 'out']]);
    assert.ok(Object.values(gradients.values).every((norm) => norm > 0));
    // Adam's first step moves each weight by lr = 0.1.
    assert.ok(Object.values(ratios.values).every((ratio) => ratio > 0.05 && ratio < 1));
    const pictures = Object.assign({}, ...reports.map((report) => report.pictures)) as Record<
      string,
      EngineEvents['progress']['pictures'][string]
    >;
    assert.deepEqual([...pictures.confusion.heatMap.values], [1, 2, 3, 4]);
    assert.deepEqual([pictures.confusion.step, pictures.samples.shape], [3, [5, 3, 8, 8]]);
    // Five pictures in a grid of three by two.
    assert.deepEqual([pictures.samples.heatMap.width, pictures.samples.heatMap.height], [24, 16]);
    assert.deepEqual(Object.keys(told.points[0].values), ['loss']);
  });

  it('refuses to log what is neither a number nor a picture', async () => {
    const lab = new Lab();
    const told = await lab.train(model('log({ list: randn([3]) });'));
    await lab.close();
    assert.match(told.problems[0].message, /'list' must be a number, .* but it is \[3\]/);
  });
});
