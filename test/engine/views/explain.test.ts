// Every cell's arithmetic, checked by doing it again: for rows of all phases of several models.
import assert from 'node:assert/strict';
import { numberText } from '../../../engine/views/explain';
import { ask, made, whole } from './view';

const model = `
import { nn, optim, randn, randint, F } from 'retrograd';
class Net extends nn.Module {
  picture = new nn.Parameter(randn([2, 2, 8, 8]));
  conv = new nn.Conv2d(2, 3, 3, { padding: 1, stride: 2 });
  lstm = new nn.LSTM(3, 4);
  gru = new nn.GRU(4, 4);
  embed = new nn.Embedding(5, 4);
  head = new nn.Linear(4, 5);
  forward(x, ids) {
    const maps = F.maxPool2d(this.conv.forward(x).relu(), 2); // [2, 3, 2, 2]
    const [h] = this.lstm.forward(maps.flatten(2).permute([2, 0, 1])); // [4, 2, 4]
    const [g] = this.gru.forward(h);
    const mixed = g.add(this.embed.forward(ids)).softmax(-1).matmul(g.transpose(1, 2).matmul(g));
    return this.head.forward(mixed.tanh()).mean(0);
  }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    const scores = net.forward(randn([2, 2, 8, 8]), randint(0, 5, [4, 2]));
    const loss = F.crossEntropy(scores, randint(0, 5, [2])).add(F.avgPool2d(net.conv.forward(net.picture), 2).mean());
    loss.backward();
    opt.step();
  }
}`;

/** What a rule says must come out, from the numbers of its terms alone. */
function recompute(op: string, rule: string, terms: number[][], shape: readonly number[]): number {
  const products = terms.map((term) => term.reduce((all, factor) => all * factor, 1));
  const sum = products.reduce((all, value) => all + value, 0);
  const [a, b, c] = products;
  if (op === 'maxPool2d') return Math.max(...products);
  if (op === 'mean') return sum / terms.length;
  if (op === 'sgdUpdate') return a - b;
  if (rule === 'h = o · tanh(c)') return a * Math.tanh(b);
  if (rule.startsWith('h = (1 − z)')) return (1 - a) * b + a * c;
  if (rule.includes('σ(')) return 1 / (1 + Math.exp(-sum));
  if (rule.includes('tanh(')) return Math.tanh(sum);
  if (rule.startsWith('the ')) return a;
  assert.ok(shape.length >= 0);
  return sum;
}

const summed = new Set([
  'matmul',
  'conv2d',
  'conv2dInputGrad',
  'conv2dWeightGrad',
  'maxPool2d',
  'avgPool2d',
  'spread',
  'sum',
  'sumTo',
  'mean',
  'scatterAdd',
  'scatterRows',
  'indexSelect',
  'gather',
  'add',
  'reshape',
  'permute',
  'expand',
  'slice',
  'lstmCell',
  'gruCell',
]);

describe('A cell explains itself', () => {
  it('with terms that make its value, in forward and backward', async () => {
    const { view, last, explainCell } = await ask(model);
    const seen = new Set<string>();
    view.rows.forEach(({ definition, outputs, phase }, row) => {
      outputs.forEach((output, index) => {
        if (output.count === 0 || !summed.has(definition.name)) return;
        for (const flat of [0, Math.floor(output.count / 2), output.count - 1]) {
          let rest = flat;
          const cell = output.shape
            .toReversed()
            .map((size) => {
              const at = rest % size;
              rest = Math.floor(rest / size);
              return at;
            })
            .reverse();
          const tensor = { row, side: 'out' as const, index };
          const found = explainCell({ tensor, cell, position: last });
          if (found.left > 0 || (definition.name === 'maxPool2d' && index > 0)) continue;
          const terms = found.terms.map((term) => term.map(({ value }) => value));
          const again = recompute(found.op, found.rule, terms, output.shape);
          const close = Math.abs(again - found.value) <= 1e-4 * Math.max(1, Math.abs(again));
          assert.ok(
            close,
            `${phase} ${definition.name} [${cell.join()}]: ${found.text}, not ${again}`,
          );
          seen.add(definition.name);
        }
      });
    });
    assert.deepEqual(
      [...summed].filter((name) => !seen.has(name)),
      [],
    );
  });

  it('with links that lead on to the operands', async () => {
    const { view, last, explainCell } = await ask(model);
    const { terms } = explainCell({
      tensor: made(view, 'matmul', 0, -1),
      cell: [0, 0, 0],
      position: last,
    });
    const [left, right] = terms[0];
    for (const { tensor, cell, position, value } of [left, right]) {
      const operand = { tensor: tensor!, cell: cell!, position: position! };
      assert.equal(explainCell(operand).value, value);
    }
    assert.match(right.name, /head\.weight/);
  });

  it('after an update, from the old weight and its gradient', async () => {
    const { view, last, explainCell } = await ask(model);
    const row = view.rows.findIndex(({ definition }) => definition.name === 'sgdUpdate');
    const { terms, value, rule } = explainCell({
      tensor: { row, side: 'in', index: 0 },
      cell: view.rows[row].inputs[0].shape.map(() => 0),
      position: last,
    });
    assert.equal(rule, 'w ← w − lr · g');
    const [[old], [rate, gradient]] = terms;
    assert.ok(Math.abs(old.value - rate.value * gradient.value - value) < 1e-6);
    assert.notEqual(old.value, value);
  });

  it('prints six digits, and what is no number as such', () => {
    assert.deepEqual([1.23456789, -0.5, NaN, -Infinity].map(numberText), [
      '1.23457',
      '−0.5',
      'NaN',
      '−∞',
    ]);
  });
});

describe('A slice of a tensor', () => {
  const big = `
import { nn, optim, randn, zeros, tensor } from 'retrograd';
export function train() {
  const w = new nn.Parameter(randn([1000, 1000]));
  const opt = new optim.SGD([w], { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    const y = w.mul(1).reshape([10, 100, 1000]);
    tensor([1, NaN, Infinity, 0]).mul(1);
    zeros([0, 3]).mul(1);
    y.sum().backward();
    opt.step();
  }
}`;

  it('of a million cells stays below 256 KB, and zooms to single numbers', async () => {
    const { view, last, tensorSlice } = await ask(big);
    const tensor = made(view, 'mul');
    const all = tensorSlice(whole(tensor, last, 0, 1));
    assert.equal(all.exact, false);
    assert.ok(all.cells.values.byteLength < 200_000);
    assert.equal(
      all.histogram.reduce((sum, count) => sum + count, 0),
      1_000_000,
    );
    const part = tensorSlice({
      ...whole(tensor, last, 0, 1),
      top: 990,
      left: 5,
      height: 20,
      width: 8,
    });
    assert.deepEqual([part.exact, part.cells.height, part.cells.width], [true, 10, 8]);
    const values = view.row(tensor.row).outputs[0].toTypedArray();
    assert.equal(part.cells.values[9], values[991 * 1000 + 6]);
  });

  it('chooses which dimensions run down and across', async () => {
    const { view, last, tensorSlice } = await ask(big);
    const tensor = made(view, 'reshape');
    const { cells, query } = tensorSlice({
      ...whole(tensor, last, 2, 0),
      at: [0, 7, 0],
      height: 12,
    });
    assert.deepEqual([cells.height, cells.width, query.at], [12, 10, [0, 7, 0]]);
    const values = view.row(tensor.row).outputs[0].toTypedArray();
    assert.equal(cells.values[2 * 10 + 3], values[3 * 100_000 + 7 * 1000 + 2]);
  });

  it('keeps NaN and infinity, and says that an empty tensor is empty', async () => {
    const { view, last, tensorSlice } = await ask(big);
    const odd = tensorSlice(whole(made(view, 'mul', 0, 1), last, -1, 0));
    assert.deepEqual([...odd.cells.values], [1, NaN, Infinity, 0]);
    assert.deepEqual([odd.summary.nan, odd.summary.infinite], [1, 1]);
    const empty = tensorSlice(whole(made(view, 'mul', 0, 2), last, 0, 1));
    assert.deepEqual([empty.cells.width, empty.summary.count], [0, 0]);
  });

  it('refuses what is not there, in words', async () => {
    const { view, last, tensorSlice, explainCell } = await ask(big);
    const tensor = made(view, 'mul');
    assert.throws(() => tensorSlice(whole({ ...tensor, row: 9999 }, last, 0, 1)), /row 9999/);
    assert.throws(
      () => tensorSlice(whole({ ...tensor, gradient: true }, 3, 0, 1)),
      /has not arrived yet/,
    );
    assert.throws(() => explainCell({ tensor, cell: [1000, 0], position: last }), /no cell/);
  });
});
