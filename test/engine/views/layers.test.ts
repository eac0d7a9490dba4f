// What the Layers view and the Timeline are told: the model as a graph, loops rolled and unrolled, and the line of moments.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ask, askGolden } from './view';

const names = (nodes: { name: string; kind: string; calls: number }[]): string[] =>
  nodes.map(({ name, kind, calls }) => `${kind} ${name}${calls > 1 ? ` ×${calls}` : ''}`);

const loop = (steps: number): string => `
import { nn, optim, zeros, ones } from 'retrograd';
class Cell extends nn.Module {
  input = new nn.Linear(2, 2);
  state = new nn.Linear(2, 2);
  forward(x, h) { return this.input.forward(x).add(this.state.forward(h)).tanh(); }
}
class Net extends nn.Module {
  cell = new Cell();
  forward(x) { let h = zeros([1, 2]); for (let t = 0; t < ${steps}; t++) h = this.cell.forward(x, h); return h; }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) { net.forward(ones([1, 2])).sum().backward(); opt.step(); }
}`;

describe('The Layers view is told', () => {
  it('a loop rolled into one node, and unrolled', async () => {
    const { layers } = await ask(loop(4));
    const rolled = layers({ unrolled: false });
    assert.deepEqual(names(rolled.nodes), [
      'op full',
      'module Net',
      'op full',
      'module cell ×4',
      'module cell.input ×4',
      'module cell.state ×4',
      'op add ×4',
      'op tanh ×4',
      'op sum',
    ]);
    const unrolled = layers({ unrolled: true });
    const cells = unrolled.nodes.filter(({ name }) => name === 'cell');
    assert.deepEqual(
      cells.map(({ iteration }) => iteration),
      [[0], [1], [2], [3]],
    );
    assert.equal(rolled.nodes.find(({ name }) => name === 'cell.input')!.parameters, 6);
  });

  it('of a loop that backward walks, the call at which the cursor stands', async () => {
    const { view, layers, layerStates } = await ask(loop(3));
    const { id } = layers({ unrolled: false }).nodes.find(({ name }) => name === 'cell')!;
    const { events, sites } = view.trace;
    const stands = view.moments.flatMap(({ mirrors, grain, statement }, position) =>
      mirrors >= 0 && grain === 'statement' && /tanh/.test(sites.text(events.site[statement]))
        ? [position]
        : [],
    );
    const calls = stands.map(
      (position) => layerStates({ unrolled: false, position, nodes: [id] })[0].iteration,
    );
    assert.deepEqual(calls, [[2], [1], [0]]);
  });

  it('who reads what', async () => {
    const { layers } = await ask(loop(2));
    const { nodes, edges } = layers({ unrolled: false });
    const texts = edges.map(([from, to]) => `${nodes[from].name} → ${nodes[to].name}`);
    for (const edge of ['cell.input → add', 'cell.state → add', 'add → tanh', 'tanh → cell.state'])
      assert.ok(texts.includes(edge), `${edge} in ${texts.join(', ')}`);
  });

  it('pictures as of the position, of the call that the step is at, and gradients in backward', async () => {
    const { view, last, layers, layerStates } = await ask(loop(3));
    const { nodes } = layers({ unrolled: false });
    const cell = nodes.find(({ name }) => name === 'cell')!;
    const at = (position: number) =>
      layerStates({ unrolled: false, position, nodes: [cell.id] })[0];
    assert.equal(at(0).output, null);
    assert.deepEqual(
      [...new Set(view.moments.map((_, position) => at(position).call))],
      [-1, 0, 1, 2],
    );
    const calls = view.moments.map((_, position) => at(position).call);
    // Forward counts up, backward counts down again.
    assert.ok(calls.indexOf(2) < calls.lastIndexOf(1));
    assert.equal(at(last).gradientState, 'arrived');
    assert.equal(at(last).call, 0);
    assert.ok(at(last).gradient!.summary.norm > 0);
  });

  it('a loop of a thousand steps, as far as it can be drawn', async () => {
    const { layers, timeline, last, layerStates } = await ask(loop(1000));
    const { nodes, left } = layers({ unrolled: true });
    assert.ok(nodes.length <= 600 && left > 800, `${nodes.length} and ${left}`);
    assert.equal(layers({ unrolled: false }).nodes.length, 9);
    const all = nodes.map(({ id }) => id);
    assert.ok(layerStates({ unrolled: true, position: last, nodes: all }).length <= 40);
    assert.ok(timeline().bands.length <= 3000);
  });

  it('the gallery’s LeNet as the lecture draws it', async () => {
    const text = readFileSync('extension/gallery/lenet.ts', 'utf8');
    const short = text.replace('count: 10000, epochs: 4', 'count: 64, epochs: 1');
    const { layers } = await ask(short.replaceAll('1000', '100'));
    const { nodes } = layers({ unrolled: false });
    const conv = nodes.find(({ type }) => type === 'Conv2d')!;
    assert.equal(conv.kind, 'module');
    // One layer, used twice.
    assert.equal(nodes.find(({ name }) => name === 'pool')!.calls, 2);
    assert.ok(nodes.some(({ view }) => view));
  });
});

describe('The Timeline is told', () => {
  it('forward, backward and update, one behind the other', async () => {
    const { timeline } = await askGolden('r1');
    const { phases, positions, ops, opNames } = timeline();
    assert.deepEqual(
      phases.map(({ phase }) => phase),
      ['forward', 'backward', 'update'],
    );
    phases.slice(1).forEach(({ from }, i) => assert.equal(from, phases[i].to + 1));
    assert.equal(phases[0].from, 1);
    assert.equal(phases.at(-1)!.to, positions - 2);
    assert.equal(ops.length, positions);
    assert.ok(opNames.includes('tanh'));
  });

  it('modules and iterations as bands, nested', async () => {
    const { timeline } = await ask(loop(3));
    const { bands } = timeline();
    const forward = bands.filter(({ from }) => from <= timeline().phases[0].to);
    assert.deepEqual(
      [...new Set(forward.filter(({ kind }) => kind === 'iteration').map(({ label }) => label))],
      ['t = 0', 't = 1', 't = 2'],
    );
    for (const band of bands.filter(({ level }) => level > 0))
      assert.ok(
        bands.some(
          ({ level, from, to }) => level === band.level - 1 && from <= band.from && to >= band.to,
        ),
        `${band.label} lies in nothing`,
      );
  });
});

describe('The Training view is told', () => {
  it('how far the optimizer moved each parameter', async () => {
    const { parameterUpdates } = await ask(loop(2));
    const updates = parameterUpdates();
    assert.equal(updates.length, 4);
    for (const { updateNorm, gradientNorm, ratio, weightNorm } of updates) {
      assert.ok(Math.abs(updateNorm - 0.1 * gradientNorm) <= 1e-6 * gradientNorm);
      assert.ok(Math.abs(ratio - updateNorm / weightNorm) < 1e-9);
    }
  });
});
