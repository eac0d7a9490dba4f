// An update stands where its parameter was made, and shows what the rule read and what it changes.
import assert from 'node:assert/strict';
import { Tensor } from '../../../engine/tensor/tensor';
import { printMoment } from '../../../engine/trace/print';
import { rowsOf } from '../../../engine/trace/rows';
import { breakpointsAt, framesAt, localsAt, rangeAt } from '../../../engine/trace/scopes';
import { updateAt } from '../../../engine/trace/updates';
import { record, type Recorded } from './record';

const program = (
  optimizer: string,
): string => `import { nn, optim, ones, type Tensor } from 'retrograd';
class Block extends nn.Module {
  inner = new nn.Linear(2, 2);
  forward(x: Tensor) { return this.inner.forward(x).tanh(); }
}
class Net extends nn.Module {
  blocks = [1, 2].map(() => new Block());
  head: nn.Linear;
  constructor() {
    super();
    this.head = new nn.Linear(2, 1, { bias: false });
  }
  forward(x: Tensor) { return this.head.forward(this.blocks.reduce((h, block) => block.forward(h), x)); }
}
export function train() {
  const net = new Net();
  const opt = new optim.${optimizer};
  for (let i = 0; i < 3; i++) {
    opt.zeroGrad();
    net.forward(ones([4, 2])).sum().backward();
    opt.step();
  }
}
`;

const updatesOf = ({ trace, moments }: Recorded) =>
  moments.filter(({ grain, row }) => grain === 'both' && updateAt(trace, row) !== undefined);

const plain = (value: unknown): number[] => [...(value as Tensor).toTypedArray()];

describe('An update', () => {
  it('stands at the line that made its parameter, under its path', async () => {
    const recorded = await record(program('Adam(net.parameters(), { lr: 0.1 })'), 2);
    const { trace } = recorded;
    const places = updatesOf(recorded).map((moment) => {
      const [frame, caller] = framesAt(trace, moment);
      assert.equal(caller.name, 'train');
      assert.equal(caller.range?.line, 21);
      assert.deepEqual(rangeAt(trace, moment), frame.range);
      return [frame.name, frame.range?.line];
    });
    assert.deepEqual(places, [
      ['blocks.0.inner.weight', 3],
      ['blocks.0.inner.bias', 3],
      ['blocks.1.inner.weight', 3],
      ['blocks.1.inner.bias', 3],
      ['head.weight', 11],
    ]);
    const last = rowsOf(trace).at(-1)!;
    assert.deepEqual([last.parameter, last.line, last.column], ['head.weight', 11, 17]);
    assert.match(
      printMoment(trace, updatesOf(recorded).at(-1)!),
      /^ {2}Δ head\.weight:11 {2}this\.head = new nn\.Linear\(2, 1, \{ bias: false \}\); {2}· row \d+ adamUpdate /,
    );
  });

  it('shows the old value, gradient, moments and the change to come', async () => {
    const recorded = await record(program('Adam(net.parameters(), { lr: 0.1 })'), 2);
    const { trace } = recorded;
    const [moment] = updatesOf(recorded);
    const { changes, inputs } = trace.rows[moment.row];
    const locals = localsAt(trace, framesAt(trace, moment)[0]);
    assert.deepEqual([...locals.keys()].slice(0, 4), ['weight', 'gradient', 'expAvg', 'expAvgSq']);
    assert.equal(locals.get('lr'), 0.1);
    assert.equal(locals.get('step'), 2);
    const [old, now] = [plain(changes![0].before), plain(changes![0].after)];
    assert.deepEqual(plain(locals.get('weight')), old);
    assert.deepEqual(plain(locals.get('gradient')), plain(inputs[1]));
    assert.deepEqual(plain(locals.get('expAvg')), plain(changes![1].before));
    assert.deepEqual(
      plain(locals.get('change')),
      now.map((value, i) => Math.fround(value - old[i])),
    );
  });

  it('names the state of every rule', async () => {
    const rules: Readonly<Record<string, readonly string[]>> = {
      'SGD(net.parameters(), { lr: 0.1 })': [],
      'SGD(net.parameters(), { lr: 0.1, momentum: 0.9 })': ['momentumBuffer'],
      'RMSprop(net.parameters(), { lr: 0.1 })': ['squareAvg'],
      'RMSprop(net.parameters(), { lr: 0.1, centered: true })': ['squareAvg', 'gradAvg'],
      'RMSprop(net.parameters(), { lr: 0.1, centered: true, momentum: 0.5 })': [
        'squareAvg',
        'momentumBuffer',
        'gradAvg',
      ],
      'Adagrad(net.parameters(), { lr: 0.1 })': ['sum'],
      'AdamW(net.parameters(), { lr: 0.1 })': ['expAvg', 'expAvgSq'],
    };
    for (const [rule, names] of Object.entries(rules)) {
      const recorded = await record(program(rule), 2);
      const locals = localsAt(recorded.trace, framesAt(recorded.trace, updatesOf(recorded)[0])[0]);
      const tensors = [...locals].filter(([, value]) => value instanceof Tensor);
      assert.deepEqual(
        tensors.map(([name]) => name),
        ['weight', 'gradient', ...names, 'change'],
        rule,
      );
    }
  });

  it('of a tensor that no module holds stands where the optimizer was told of it', async () => {
    const text = `import { optim, tensor } from 'retrograd';
export function train() {
  const w = tensor([1, 2], { dtype: 'float32' });
  w.requiresGrad = true;
  const opt = new optim.SGD([w], { lr: 0.1 });
  for (let i = 0; i < 2; i++) { opt.zeroGrad(); w.sum().backward(); opt.step(); }
}`;
    const recorded = await record(text);
    const [moment] = updatesOf(recorded);
    assert.equal(rangeAt(recorded.trace, moment)?.line, 5);
    assert.ok(localsAt(recorded.trace, framesAt(recorded.trace, moment)[0]).has('parameter'));
  });

  it('keeps its place when the model is turned into another dtype', async () => {
    const text = program('SGD(net.parameters(), { lr: 0.1 })')
      .replace('const net = new Net();', "const net = new Net().to('float64');")
      .replace('ones([4, 2])', "ones([4, 2], { dtype: 'float64' })");
    const recorded = await record(text);
    assert.equal(rangeAt(recorded.trace, updatesOf(recorded)[0])?.line, 3);
  });

  it('is where a breakpoint on the line of its layer stops', async () => {
    const recorded = await record(program('SGD(net.parameters(), { lr: 0.1 })'));
    const { trace, moments } = recorded;
    const stops = breakpointsAt(trace, ({ line }) => line === 3);
    assert.equal(moments.filter(stops).length, 4);
  });
});
