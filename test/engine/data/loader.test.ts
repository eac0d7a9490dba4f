// Batches: every sample once, in an order that is a pure function of seed and epoch; resumable cursors.
import assert from 'node:assert/strict';
import { arange, data, nn, tensor, type Tensor } from 'retrograd';

const numbers = (count: number): data.TensorDataset =>
  new data.TensorDataset(
    { values: Float32Array.from({ length: 2 * count }, (_, i) => i), shape: [2] },
    { values: Int32Array.from({ length: count }, (_, i) => i), shape: [] },
  );
const labels = (batches: Iterable<{ y: Tensor }>): number[] =>
  Array.from(batches, ({ y }) => Array.from(y.toTypedArray())).flat();

describe('loader', () => {
  it('yields every sample once, in order, and keeps the rest as a smaller batch', () => {
    const loader = data.loader(numbers(10), { batchSize: 4 });
    assert.equal(loader.length, 3);
    const shapes = Array.from(loader, ({ x, y }) => [...x.shape, ...y.shape]);
    assert.deepEqual(shapes, [
      [4, 2, 4],
      [4, 2, 4],
      [2, 2, 2],
    ]);
    assert.deepEqual(labels(loader), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(loader.at(1).x.toArray(), [
      [8, 9],
      [10, 11],
      [12, 13],
      [14, 15],
    ]);
  });

  it('leaves out what is not full with dropLast', () => {
    const loader = data.loader(numbers(10), { batchSize: 4, dropLast: true });
    assert.equal(loader.length, 2);
    assert.equal(labels(loader).length, 8);
  });

  it('shuffles each epoch anew, the same for the same seed', () => {
    const make = (seed: number) => data.loader(numbers(20), { batchSize: 3, shuffle: true, seed });
    const loader = make(1);
    const [first, second] = [labels(loader), labels(loader)];
    assert.notDeepEqual(first, second);
    assert.deepEqual(
      first.toSorted((a, b) => a - b),
      labels(data.loader(numbers(20))),
    );
    assert.deepEqual(labels(make(1).epochs(2)), [...first, ...second]);
    assert.notDeepEqual(labels(make(2)), first);
  });

  it('knows the number of all steps, and each step by its number alone', () => {
    const loader = data.loader(numbers(7), { batchSize: 2, shuffle: true, seed: 5 });
    const epochs = loader.epochs(3);
    assert.equal(epochs.length, 12);
    const walked = [...epochs].map(({ y, epoch }) => [epoch, ...y.toTypedArray()]);
    const jumped = [11, 0, 6, 3]
      .map((k) => epochs.at(k))
      .map((b) => [b.epoch, ...b.y.toTypedArray()]);
    assert.deepEqual(
      jumped,
      [11, 0, 6, 3].map((k) => walked[k]),
    );
    const cursor = epochs[Symbol.iterator]();
    cursor.position = 10;
    assert.deepEqual(
      [...cursor].map(({ y }) => [...y.toTypedArray()]),
      walked.slice(10).map(([, ...y]) => y),
    );
  });

  it('refuses sizes that make no batch', () => {
    assert.throws(
      () => data.loader(numbers(3), { batchSize: 0 }),
      /batchSize must be a whole number ≥ 1, but it is 0/,
    );
    assert.throws(
      () => data.loader(numbers(3), { batchSize: 4, dropLast: true }),
      /3 samples do not fill one batch of 4/,
    );
    assert.throws(() => data.loader(numbers(0)), /the dataset has no samples/);
    assert.throws(
      () => data.loader(numbers(3), { batchsize: 2 } as data.LoaderOptions),
      /unknown option 'batchsize'/,
    );
  });
});

describe('datasets', () => {
  it('take tensors, and need a target for each input', () => {
    const { x, y } = new data.TensorDataset(tensor([[1.5], [2.5]]), tensor([0, 1])).all();
    assert.deepEqual([x.toArray(), y.toArray(), y.dtype], [[[1.5], [2.5]], [0, 1], 'int32']);
    assert.throws(
      () => new data.TensorDataset(tensor([[1.5], [2.5]]), tensor([0])),
      /2 inputs but 1 targets/,
    );
  });

  it('may be a list of samples, put together by a function where their lengths differ', () => {
    const samples = [3, 1, 2].map((length, y) => ({ x: arange(length), y }));
    const loader = data.loader(samples, {
      batchSize: 2,
      collateFn: (some) => ({
        x: nn.utils.rnn.padSequence(
          some.map(({ x }) => x),
          { batchFirst: true, paddingValue: -1 },
        ),
        lengths: some.map(({ x }) => x.size(0)),
      }),
    });
    const batches = Array.from(loader, ({ x, lengths }) => [x.toArray(), lengths]);
    assert.deepEqual(batches, [
      [
        [
          [0, 1, 2],
          [0, -1, -1],
        ],
        [3, 1],
      ],
      [[[0, 1]], [2]],
    ]);
    const [first] = data.loader(samples.slice(2));
    assert.deepEqual([first.x.shape, first.y.toArray()], [[1, 2], [2]]);
    assert.throws(() => data.loader(samples, { batchSize: 3 }).at(0), {
      message:
        'loader: x is [3] in one sample and [1] in another; pass a collateFn that pads, with ' +
        'nn.utils.rnn.padSequence',
    });
    assert.throws(() => data.loader(numbers(3), { collateFn: () => ({}) as never }), {
      message: 'loader: collateFn needs a list of samples; a dataset makes its batches itself',
    });
  });

  it('split at random into parts that do not overlap', () => {
    const [train, test] = data.randomSplit(numbers(10), [0.8, 0.2], { seed: 3 });
    assert.deepEqual([train.length, test.length], [8, 2]);
    const all = [...train.all().y.toTypedArray(), ...test.all().y.toTypedArray()];
    assert.deepEqual(
      all.toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.throws(() => data.randomSplit(numbers(10), [8, 3]), /adds up to 11/);
  });
});
