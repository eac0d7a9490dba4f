// What the Through time view is told: the hand-checkable recurrences, step by step.
import assert from 'node:assert/strict';
import { ask, askGolden } from './view';

const near = (actual: number | undefined, wanted: number, digits = 6): void => {
  assert.ok(
    Math.abs(actual! - wanted) <= 0.6 * 10 ** -digits,
    `${String(actual)} is not ${wanted}`,
  );
};

const lstm = (layer: string): string => `
import { nn, optim, ones, noGrad, zeros } from 'retrograd';
export function train() {
  const rnn = new nn.${layer}(1, 1);
  nn.init.constant(rnn.parameters()[0], 0.5); nn.init.constant(rnn.parameters()[1], 0.5);
  nn.init.constant(rnn.parameters()[2], 0); nn.init.constant(rnn.parameters()[3], 0);
  const opt = new optim.SGD(rnn.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    const [y] = rnn.forward(ones([3, 1, 1]));
    y.select(0, 2).sum().backward();
    opt.step();
  }
}`;

describe('The Through time view is told', () => {
  it('values and gradients of a plain recurrence', async () => {
    const { last, series, throughTime } = await askGolden('r1');
    const h = series().find(({ name }) => name === 'h')!;
    assert.equal(h.recurrent, true);
    const { steps } = throughTime({ id: h.id, position: last });
    const states = steps.filter(({ label }) => label !== 'start');
    [0.761594, 0.363399, 0.179726, 0.089622].forEach((value, t) => near(states[t].norm, value));
    [0.104145, 0.239981, 0.495984, 1].forEach((value, t) => near(states[t].gradientNorm, value));
  });

  it('what each step adds to a shared weight, and that it adds up', async () => {
    const { last, series, throughTime } = await askGolden('r1');
    const { weights } = throughTime({ id: series()[0].id, position: last });
    const totals = { w: 0.511333, u: 0.043738 };
    for (const [name, total] of Object.entries(totals)) {
      const found = weights.find(
        (weight) => weight.name === name || weight.name.endsWith(`.${name}`),
      );
      assert.ok(found, `${name} among ${weights.map((weight) => weight.name).join()}`);
      const sum = found.contributions.reduce((all, { value }) => all + value!, 0);
      near(sum, total);
      // The running sum starts where backward starts: at the last step.
      near(found.contributions[0].runningValue, total);
      assert.equal(found.contributions.length, 4);
    }
  });

  it('bars one by one as backward walks: pending is not zero', async () => {
    const { view, last, series, throughTime } = await askGolden('r1');
    const { id } = series().find(({ name }) => name === 'h')!;
    const counts = [];
    const computed = [];
    for (let position = 0; position <= last; position++) {
      const { steps } = throughTime({ id, position });
      const arrived = steps.filter(({ gradientState }) => gradientState === 'arrived').length;
      for (const { gradientState, gradientNorm } of steps)
        assert.equal(Number.isNaN(gradientNorm), gradientState !== 'arrived');
      counts.push(arrived);
      computed.push(steps.map(({ ahead }) => Number(!ahead)).join(''));
    }
    assert.deepEqual([...new Set(counts)], [0, 1, 2, 3, 4]);
    const states = ['00000', '10000', '11000', '11100', '11110', '11111'];
    assert.deepEqual([...new Set(computed)], states);
    assert.equal(view.moments.length, counts.length);
  });

  it('where truncation cuts: the value goes on, there is no path back', async () => {
    const { last, series, throughTime } = await askGolden('r5');
    const { id } = series().find(({ name }) => name === 'h')!;
    const { steps } = throughTime({ id, position: last });
    const states = steps.filter(({ label }) => label !== 'start');
    assert.deepEqual(
      states.map(({ gradientState }) => gradientState),
      [...Array<string>(5).fill('none'), ...Array<string>(5).fill('arrived')],
    );
    assert.deepEqual(
      states.map(({ cut }) => cut),
      states.map((_, t) => t === 4),
    );
    assert.match(states[0].why, /detached at iteration 5/);
  });

  it('states and gates of an LSTM layer that walks by itself', async () => {
    const { last, series, throughTime } = await ask(lstm('LSTM'));
    const all = series();
    const c = throughTime({ id: all.find(({ name }) => name.endsWith('.c'))!.id, position: last });
    const h = throughTime({ id: all.find(({ name }) => name.endsWith('.h'))!.id, position: last });
    [0.287649, 0.524116, 0.723062].forEach((value, t) => near(c.steps[t].norm, value));
    [0.17427, 0.309059, 0.407191].forEach((value, t) => near(h.steps[t].norm, value));
    assert.deepEqual(h.series.gates, ['i', 'f', 'g', 'o']);
    // σ(0.5 · 1 + 0.5 · 0) at the first step.
    near(h.steps[0].gates[0], 1 / (1 + Math.exp(-0.5)));
    assert.deepEqual([h.gates.length, h.gates[0].units.width, h.gates[0].units.height], [4, 3, 1]);
    assert.equal(
      h.steps.every(({ gradientState }) => gradientState === 'arrived'),
      true,
    );
  });

  it('a GRU in the convention of PyTorch', async () => {
    const { last, series, throughTime } = await ask(lstm('GRU'));
    const { steps } = throughTime({ id: series()[0].id, position: last });
    [0.174468, 0.292576, 0.37565].forEach((value, t) => near(steps[t].norm, value));
  });

  it('how much of each step comes from which term of the loss', async () => {
    const { series, lossMatrix } = await ask(`
import { nn, optim, tensor, zeros } from 'retrograd';
export function train() {
  const w = new nn.Parameter(tensor(0.5, { dtype: 'float32' }));
  const opt = new optim.SGD([w], { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    let h = tensor(1, { dtype: 'float32' });
    let loss = zeros([]);
    for (let t = 0; t < 3; t++) {
      h = h.mul(w);
      loss = loss.add(h.mul(2));
    }
    loss.backward();
    opt.step();
  }
}`);
    const { id } = series().find(({ name }) => name === 'h')!;
    const { terms, steps, norms } = lossMatrix({ id });
    const of = (term: number, t: number): number => norms[term * steps.length + t];
    const [first] = steps.flatMap((label, i) => (label === 't = 0' ? [i] : []));
    assert.equal(terms.length, 3);
    // Term i is 2·h_i = 2·w^(i − t)·h_t; later states are not on its way.
    const byTime = terms
      .map((label, term) => ({ label, term }))
      .sort((a, b) => a.label.localeCompare(b.label));
    byTime.forEach(({ term }, i) => {
      for (let t = 0; t < 3; t++) {
        if (t > i) assert.ok(Number.isNaN(of(term, first + t)));
        else near(of(term, first + t), 2 * 0.5 ** (i - t));
      }
    });
  });

  it('each turn of an outer loop by itself where it begins anew, and as one where it is carried on', async () => {
    const nested = (begin: string): string => `
import { nn, optim, tensor } from 'retrograd';
export function train() {
  const w = new nn.Parameter(tensor(0.5, { dtype: 'float32' }));
  const opt = new optim.SGD([w], { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    let loss = tensor(0, { dtype: 'float32' });
    let h = tensor(1, { dtype: 'float32' });
    for (let turn = 0; turn < 2; turn++) {
      ${begin}
      for (let t = 0; t < 3; t++) h = h.mul(w);
      loss = loss.add(h);
    }
    loss.backward();
    opt.step();
  }
}`;
    const lengths = async (begin: string): Promise<number[]> => {
      const { series } = await ask(nested(begin));
      return series().flatMap(({ name, length }) => (/^h/.test(name) ? [length] : []));
    };
    assert.deepEqual(await lengths("h = tensor(1, { dtype: 'float32' });"), [4, 4]);
    assert.deepEqual(await lengths(''), [7]);
  });

  it('what would be left if the graph were cut every k steps: k / (T − 1) of a linear recurrence', async () => {
    const { series, throughTime, truncation, last } = await ask(linear);
    const { id } = series().find(({ name }) => name === 'h')!;
    for (const k of [1, 3, 5, 9, 10]) {
      const { weights, norms } = truncation({ id, every: k });
      const [w] = weights;
      // The loss is the last state: only the steps since the last cut before it are left.
      const left = k >= 10 ? 9 : (10 % k || k) - (k === 10 ? 1 : 0);
      assert.equal(w.name, 'w');
      near(w.share, left / 9);
      near(w.whole, 9 * 0.9 ** 8, 5);
      const reached = [...norms].filter((norm) => !Number.isNaN(norm)).length;
      assert.equal(reached, k >= 10 ? 10 : left, `k = ${k}`);
    }
    // Cut nowhere, it says what backward has said.
    const { steps } = throughTime({ id, position: last });
    truncation({ id, every: 0 }).norms.forEach((norm, t) =>
      assert.equal(norm, steps[t].gradientNorm),
    );
  });

  it('that a cut detaches all that is carried: both states of an LSTM', async () => {
    const { series, truncation } = await ask(lstm('LSTM'));
    for (const { id, name } of series()) {
      const { norms, weights } = truncation({ id, every: 2 });
      // All outputs are stacked, and the loss looks at the last: what comes that way is zero.
      assert.ok(!(norms[0] > 0) && !(norms[1] > 0), name);
      assert.equal(norms[2] > 0, name.endsWith('.h'));
      assert.ok(weights.every(({ share }) => share > 0 && share < 1));
    }
  });
});

const linear = `
import { nn, optim, tensor } from 'retrograd';
export function train() {
  class Cell extends nn.Module {
    w = new nn.Parameter(tensor(0.9, { dtype: 'float32' }));
    forward(x, h) { return h.mul(this.w).add(x); }
  }
  const cell = new Cell();
  const opt = new optim.SGD(cell.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    let h = tensor(0, { dtype: 'float32' });
    for (let t = 0; t < 10; t++) h = cell.forward(t === 0 ? 1 : 0, h);
    h.backward();
    opt.step();
  }
}`;
