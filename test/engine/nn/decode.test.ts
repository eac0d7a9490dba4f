// Greedy, sampled and beam decoding, against searching through everything.
import assert from 'node:assert/strict';
import { arange, manualSeed, nn, tensor, zeros, type Tensor } from '../../../engine/index';
import { tape } from '../../../engine/tape/tape';

const { beamSearch, greedyDecode, sampleDecode } = nn.utils;
const end = 0;

/** Logarithms of probabilities by the last symbol: greedy is led astray, the best sentence is 1 2 0. */
const table = [
  [0, 0, 0, 0],
  [0.001, 0.0495, 0.4, 0.5495],
  [0.9, 0.05, 0.025, 0.025],
  [0.3, 0.3, 0.2, 0.2],
].map((row) => row.map((p) => Math.log(p)));
const byLast = (prefixes: Tensor): Tensor =>
  tensor(table, { dtype: 'float64' }).indexSelect(0, prefixes.select(1, -1));

describe('decoding', () => {
  it('greedy takes the best symbol each time, and ends', () => {
    const found = greedyDecode(byLast, tensor([[1], [2]]), { maxLength: 3, end });
    assert.deepEqual(found.toArray(), [
      [1, 3, 0, 0],
      [2, 0, 0, 0],
    ]);
    assert.equal(found.requiresGrad, false);
  });

  it('a beam finds what greedy misses, and says how probable it is', () => {
    const { sequences, scores } = beamSearch(byLast, tensor([[1]]), {
      maxLength: 3,
      end,
      beamWidth: 3,
    });
    assert.deepEqual(sequences.shape, [1, 3, 4]);
    assert.deepEqual(sequences.select(0, 0).select(0, 0).toArray(), [1, 2, 0, 0]);
    assert.ok(Math.abs(scores.at(0, 0).item() - Math.log(0.4 * 0.9)) < 1e-6);
    const list = scores.select(0, 0).toArray() as number[];
    assert.deepEqual(
      list,
      [...list].sort((a, b) => b - a),
    );
  });

  it('a beam as wide as there are sentences is a search through all', () => {
    manualSeed(2);
    const scores = [1, 2, 3].map(() =>
      tensor(Array.from({ length: 3 }, (_, i) => Math.sin(7 * i + 1))),
    );
    const next = (prefixes: Tensor): Tensor => {
      const row = scores[prefixes.size(1) - 1].add(prefixes.select(1, -1).unsqueeze(1).mul(0.3));
      return row.mul(tensor([1, -1, 0.5]));
    };
    const { sequences } = beamSearch(next, tensor([[1]]), { maxLength: 2, beamWidth: 9 });
    const all = sequences.select(0, 0).toArray() as number[][];
    assert.equal(new Set(all.map(String)).size, 9);
  });

  it('a beam of one is greedy, whatever the batch', () => {
    const start = tensor([[1], [3], [2]]);
    const options = { maxLength: 4, end };
    const { sequences } = beamSearch(byLast, start, { ...options, beamWidth: 1 });
    assert.deepEqual(
      sequences.squeeze(1).toArray(),
      greedyDecode(byLast, start, options).toArray(),
    );
  });

  it('rows tell the model which memory belongs to a prefix', () => {
    const memory = tensor([[0, 5, 0], [0, 0, 5]], { dtype: 'float32' }); // prettier-ignore
    const next = (_: Tensor, rows: Tensor): Tensor => memory.indexSelect(0, rows);
    const { sequences } = beamSearch(next, zeros([2, 1], { dtype: 'int32' }), {
      maxLength: 2,
      beamWidth: 2,
    });
    assert.deepEqual(sequences.select(1, 0).toArray(), [
      [0, 1, 1],
      [0, 2, 2],
    ]);
  });

  it('sampling draws as often as the model says, within the best topK', () => {
    manualSeed(1);
    const start = arange(4000).remainder(1).add(1).unsqueeze(1);
    const drawn = sampleDecode(byLast, start, { maxLength: 1 }).select(1, 1);
    const share = (symbol: number): number => drawn.eq(symbol).to('float32').mean().item();
    for (const [symbol, p] of [0.001, 0.0495, 0.4, 0.5495].entries()) {
      assert.ok(Math.abs(share(symbol) - p) < 0.03, `${symbol}: ${share(symbol)}`);
    }
    const best = sampleDecode(byLast, start, { maxLength: 1, topK: 1 });
    assert.ok(best.select(1, 1).eq(3).all().item());
    const cold = sampleDecode(byLast, start, { maxLength: 1, temperature: 0.01 });
    assert.ok(cold.select(1, 1).eq(3).to('float32').mean().item() > 0.99);
  });

  it('a shape run gives the same shapes', () => {
    tape.mode = 'meta';
    try {
      const start = zeros([2, 3], { dtype: 'int32' });
      const next = (prefixes: Tensor): Tensor => zeros([prefixes.size(0), 5]);
      assert.deepEqual(greedyDecode(next, start, { maxLength: 4, end }).shape, [2, 7]);
      assert.deepEqual(sampleDecode(next, start, { maxLength: 4, end, topK: 2 }).shape, [2, 7]);
      assert.deepEqual(beamSearch(next, start, { maxLength: 4, end }).sequences.shape, [2, 4, 7]);
    } finally {
      tape.mode = 'plain';
    }
  });

  it('says what does not fit', () => {
    const start = tensor([[1]]);
    const rows: [() => unknown, string][] = [
      [
        () => greedyDecode(byLast, zeros([2]), { maxLength: 1 }),
        'greedyDecode: the start must be [N, T], int32, but it is float32 [2]',
      ],
      [
        () => greedyDecode(() => zeros([3, 4]), start, { maxLength: 1 }),
        'greedyDecode: the model must give scores [1, V] for 1 prefixes, but gave [3, 4]',
      ],
      [
        () => sampleDecode(byLast, start, { maxLength: 1, temperature: 0 }),
        'sampleDecode: temperature must be above 0, but it is 0',
      ],
      [
        () => beamSearch(byLast, start, { maxLength: -1 }),
        'beamSearch: maxLength must be a whole number ≥ 0, but it is -1',
      ],
      [
        () => beamSearch(byLast, start, { maxLength: 1, beamWidth: 0 }),
        'beamSearch: beamWidth must be a whole number ≥ 1, but it is 0',
      ],
    ];
    for (const [run, message] of rows) assert.throws(run, { message });
  });
});
