// What the Attention view is told, of attentions written by hand and of those in layers.
import assert from 'node:assert/strict';
import { ask, askGolden, rowsOf } from './view';

const query = (row: number, position: number, head = 0) => ({ row, position, head, batch: 0 });

const transformer = (layer: string, call: string): string => `
import { nn, optim, randint, arange, F } from 'retrograd';
class Net extends nn.Module {
  embed = new nn.Embedding(7, 8);
  places = new nn.PositionalEncoding(8, { batchFirst: true });
  layer = ${layer};
  forward(ids, other) { const x = this.places.forward(this.embed.forward(ids)); const y = this.embed.forward(other); return ${call}; }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 1; step++) {
    net.forward(randint(0, 7, [2, 5]), randint(0, 7, [2, 3])).sum().backward();
    opt.step();
  }
}`;

describe('The Attention view is told', () => {
  it('every stage of the example by hand', async () => {
    const { last, attentions, attentionPicture } = await askGolden('a1');
    const [site] = attentions();
    assert.deepEqual([site.queries, site.keys, site.kind], [1, 3, 'dot product']);
    assert.ok(Math.abs(site.scale - Math.SQRT1_2) < 1e-6);
    const shown = attentionPicture(query(site.row, last));
    assert.deepEqual(rowsOf(shown.raw), [[1, 0, 1]]);
    assert.deepEqual(rowsOf(shown.scaled), [[0.7071, 0, 0.7071]]);
    assert.deepEqual(rowsOf(shown.weights), [[0.4011, 0.1978, 0.4011]]);
    assert.deepEqual(rowsOf(shown.output), [[1.2033, 1]]);
    assert.deepEqual(rowsOf(shown.k!), [
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    const entropy = -(2 * 0.4011 * Math.log(0.4011) + 0.1978 * Math.log(0.1978));
    assert.ok(Math.abs(shown.entropies[0] - entropy) < 1e-3);
    assert.equal(shown.gradientState, 'arrived');
    // ∂L/∂s = w · (g − Σ w·g) with g = Σ of each value's row.
    const g = [1, 1, 4];
    const w = shown.weights.values;
    const mean = w[0] * g[0] + w[1] * g[1] + w[2] * g[2];
    shown.scoreGradient!.values.forEach((value, i) => {
      assert.ok(Math.abs(value - w[i] * (g[i] - mean)) < 1e-5, `score ${i}: ${value}`);
    });
  });

  it('heads and a causal mask: what is masked weighs exactly 0', async () => {
    const { last, attentions, attentionPicture } = await ask(
      transformer(
        'new nn.MultiheadAttention(8, 2, { batchFirst: true })',
        'this.layer.forward(x, x, x, { isCausal: true })[0]',
      ),
    );
    const [site] = attentions();
    assert.deepEqual([site.name, site.heads, site.batch], ['layer', 2, 2]);
    assert.deepEqual([site.masked, site.cross, site.queries, site.keys], [true, false, 5, 5]);
    assert.ok(Math.abs(site.scale - 0.5) < 1e-6);
    for (const head of [0, 1]) {
      const { weights, masked, scaled, queryTokens, entropies } = attentionPicture(
        query(site.row, last, head),
      );
      for (let t = 0; t < 5; t++) {
        let sum = 0;
        for (let s = 0; s < 5; s++) {
          const at = 5 * t + s;
          sum += weights.values[at];
          if (s <= t) assert.equal(masked.values[at], scaled.values[at]);
          else assert.deepEqual([masked.values[at], weights.values[at]], [-Infinity, 0]);
        }
        assert.ok(Math.abs(sum - 1) < 1e-6);
      }
      assert.equal(entropies.length, 2);
      assert.ok(
        queryTokens.every((token) => /^#[0-6]$/.test(token)),
        queryTokens.join(),
      );
    }
  });

  it('which attention looks across at another sequence', async () => {
    const { attentions, attentionPicture, last } = await ask(
      transformer(
        'new nn.MultiheadAttention(8, 2, { batchFirst: true })',
        'this.layer.forward(x, y, y)[0]',
      ),
    );
    const [site] = attentions();
    assert.deepEqual([site.cross, site.queries, site.keys], [true, 5, 3]);
    const { queryTokens, keyTokens } = attentionPicture(query(site.row, last));
    assert.deepEqual([queryTokens.length, keyTokens.length], [5, 3]);
  });

  it('additive alignment, which has no product of queries and keys', async () => {
    const { last, attentions, attentionPicture } = await ask(
      transformer('new nn.AdditiveAttention(8, 8, 4)', 'this.layer.forward(x, y)[0]'),
    );
    const [site] = attentions();
    assert.deepEqual([site.kind, site.queries, site.keys], ['additive', 5, 3]);
    const { q, k, weights } = attentionPicture(query(site.row, last));
    assert.deepEqual([q, k], [null, null]);
    for (const row of rowsOf(weights, 6))
      assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
  });

  it('no attention where softmax only makes probabilities', async () => {
    const { attentions } = await ask(
      transformer('new nn.Linear(8, 8)', 'this.layer.forward(x).softmax(-1).log()'),
    );
    assert.deepEqual(attentions(), []);
  });

  it('the waves of positions', async () => {
    const { streams } = await ask(
      transformer('new nn.Linear(8, 8)', 'this.layer.forward(x).add(x)').replaceAll('8', '4'),
    );
    const { positions, residual } = streams();
    assert.equal(positions[0].name, 'places.pe');
    const rows = rowsOf(positions[0].waves);
    assert.deepEqual(rows.slice(0, 4), [
      [0, 1, 0, 1],
      [0.8415, 0.5403, 0.01, 0.9999],
      [0.9093, -0.4161, 0.02, 0.9998],
      [0.1411, -0.99, 0.03, 0.9996],
    ]);
    assert.equal(residual.length, 1);
    assert.ok(residual[0].norm > 0 && residual[0].branchNorm > 0);
  });
});

describe('Attention in a loop', () => {
  const loop = (shift: number): string => `
import { nn, optim, data, randint } from 'retrograd';
const words = data.copy({ length: 4, letters: 'abcd', count: 8 });
class Net extends nn.Module {
  embed = new nn.Embedding(words.target.size - ${shift}, 8);
  cell = new nn.GRUCell(8, 8);
  attention = new nn.AdditiveAttention(8, 8, 4);
  forward(source, written) {
    const states = this.embed.forward(source);
    let h = states.select(1, 0);
    let sum = h.sum();
    for (let t = 0; t < 3; t++) {
      h = this.cell.forward(this.embed.forward(written.select(1, t)), h);
      sum = sum.add(this.attention.forward(h, states)[0].sum());
    }
    return sum;
  }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
  const { x, y } = words.all();
  for (let step = 0; step < 1; step++) {
    net.forward(x.sub(${shift}), y.slice(1, 1).sub(${shift})).backward();
    opt.step();
  }
}`;

  it('is one alignment: a row for each turn, with the symbols that were read', async () => {
    const { last, attentions, attentionPicture } = await ask(loop(0));
    const [site, ...others] = attentions();
    assert.equal(others.length, 0);
    assert.deepEqual([site.joined, site.queries, site.keys, site.cross], [true, 3, 4, true]);
    const shown = attentionPicture(query(site.row, last));
    assert.equal(shown.tokens, 'symbols');
    // The task is to copy: what is written is what was read.
    assert.deepEqual(shown.queryTokens, shown.keyTokens.slice(0, 3));
    assert.ok(
      shown.keyTokens.every((token) => /^[a-d]$/.test(token)),
      shown.keyTokens.join(),
    );
    assert.deepEqual([shown.weights.height, shown.weights.width], [3, 4]);
    for (const row of rowsOf(shown.weights, 6))
      assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
    assert.deepEqual([shown.output.height, shown.output.width, shown.v.height], [3, 8, 4]);
  });

  it('knows at each position how many turns have looked', async () => {
    const { last, attentions, attentionPicture } = await ask(loop(0));
    const [{ row }] = attentions();
    const turns = Array.from(
      { length: last + 1 },
      (_, position) => attentionPicture(query(row, position)).looked,
    );
    assert.deepEqual([...new Set(turns)], [0, 1, 2, 3]);
    assert.equal(turns.at(-1), 3);
  });

  it('fills its gradient in from the last turn to the first', async () => {
    const { last, attentions, attentionPicture } = await ask(loop(0));
    const [{ row }] = attentions();
    const states = new Set<string>();
    for (let position = 0; position <= last; position++) {
      const { scoreGradient } = attentionPicture(query(row, position));
      const arrived = scoreGradient
        ? rowsOf(scoreGradient).map((values) => !values.some(Number.isNaN))
        : [false, false, false];
      states.add(arrived.map(Number).join(''));
    }
    assert.deepEqual([...states], ['000', '001', '011', '111']);
  });

  it('knows its symbols also where their numbers were moved', async () => {
    const { last, attentions, attentionPicture } = await ask(loop(3));
    const { keyTokens, tokens } = attentionPicture(query(attentions()[0].row, last));
    assert.equal(tokens, 'symbols');
    assert.ok(
      keyTokens.every((token) => /^[a-d]$/.test(token)),
      keyTokens.join(),
    );
  });
});
