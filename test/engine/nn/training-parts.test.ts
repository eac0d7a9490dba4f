// Dropout, gradient clipping, containers, packed sequences, copies: what golden values cannot show.
import assert from 'node:assert/strict';
import { F, manualSeed, nn, ones, randn, tensor, zeros, type Tensor } from '../../../engine/index';
import { assertClose } from '../ops/close';

const close = { relative: 1e-6, absolute: 1e-7 };

describe('dropout', () => {
  it('drops a share p, scales the rest, and treats the gradient alike', () => {
    manualSeed(1);
    const x = ones([10_000], { requiresGrad: true });
    const y = F.dropout(x, 0.2);
    const values = y.toTypedArray();
    const zerosIn = values.filter((value) => value === 0).length;
    assert.ok(Math.abs(zerosIn / 10_000 - 0.2) < 0.02, `${zerosIn} dropped`);
    assert.ok(values.every((value) => value === 0 || value === 1.25));
    y.sum().backward();
    assert.deepEqual(x.grad!.toTypedArray(), values);
  });

  it('is off in evaluation, without p, and total with p = 1', () => {
    const layer = new nn.Dropout(0.9);
    const x = ones([5]);
    assert.equal(layer.eval().forward(x), x);
    assert.equal(F.dropout(x, 0), x);
    assert.deepEqual(F.dropout(x, 1).toArray(), [0, 0, 0, 0, 0]);
  });

  it('works between recurrent layers only while training', () => {
    const lstm = new nn.LSTM(3, 4, { numLayers: 2, dropout: 0.5 });
    const x = randn([3, 2, 3]);
    const run = (): unknown => lstm.forward(x)[0].toArray();
    assert.notDeepEqual(run(), run());
    lstm.eval();
    assert.deepEqual(run(), run());
  });
});

describe('gradient clipping', () => {
  const withGradients = (...gradients: number[][]): Tensor[] =>
    gradients.map((values) => {
      const parameter = new nn.Parameter(zeros([values.length]));
      parameter.grad = tensor(values, { dtype: 'float32' });
      return parameter;
    });
  const gradientsOf = (parameters: Tensor[]): number[] =>
    parameters.flatMap(({ grad }) => [...grad!.toTypedArray()]);

  it('R6: by norm, which keeps the direction', () => {
    const parameters = withGradients([3, 0], [4]);
    const norm = nn.utils.clipGradNorm([...parameters, zeros([2])], 1);
    assert.equal(norm.item(), 5);
    assertClose(gradientsOf(parameters), [0.6, 0, 0.8], close, 'clipped');
    nn.utils.clipGradNorm(parameters, 10);
    assertClose(gradientsOf(parameters), [0.6, 0, 0.8], close, 'small enough');
  });

  it('by the largest element, and by the sum of sizes', () => {
    const parameters = withGradients([3, -6]);
    assert.equal(nn.utils.clipGradNorm(parameters, 3, { normType: Infinity }).item(), 6);
    assertClose(gradientsOf(parameters), [1.5, -3], close, 'clipped');
    const norm = nn.utils.clipGradNorm(parameters, 9, { normType: 1 });
    assertClose(norm.toTypedArray(), [4.5], close, 'the norm before');
  });

  it('by value', () => {
    const parameters = withGradients([3, -0.5, -3]);
    nn.utils.clipGradValue(parameters, 1);
    assert.deepEqual(gradientsOf(parameters), [1, -0.5, -1]);
  });

  it('has nothing to do without gradients, and refuses what has no meaning', () => {
    assert.equal(nn.utils.clipGradNorm([zeros([1])], 1).item(), 0);
    assert.throws(() => nn.utils.clipGradNorm([], 1, { normType: 0 }), {
      message: 'clipGradNorm: normType must be above 0, but it is 0',
    });
    assert.throws(() => nn.utils.clipGradValue([], -1), {
      message: 'clipGradValue: clipValue must be ≥ 0, but it is -1',
    });
  });
});

describe('containers', () => {
  it('a list is indexed, iterated and found', () => {
    const list = new nn.ModuleList([new nn.Linear(2, 3), new nn.Linear(3, 2)]);
    list.append(new nn.Linear(2, 1));
    assert.equal(list.length, 3);
    assert.equal(list[2].outFeatures, 1);
    const y = [...list].reduce<Tensor>((x, layer) => layer.forward(x), zeros([4, 2]));
    assert.deepEqual(y.shape, [4, 1]);
    assert.deepEqual([...list.namedModules().keys()], ['', '0', '1', '2']);
    assert.throws(() => list.forward(), {
      message: 'ModuleList: it has no forward of its own; call its modules',
    });
  });

  it('a dictionary is asked by name', () => {
    const heads = new nn.ModuleDict({ digit: new nn.Linear(2, 10), sign: new nn.Linear(2, 2) });
    assert.equal(heads.get('sign').outFeatures, 2);
    assert.deepEqual([...heads.namedParameters().keys()].length, 4);
    assert.throws(() => heads.get('colour'), {
      message: "ModuleDict: there is no 'colour' (it has digit, sign)",
    });
    assert.throws(() => new nn.ModuleDict({ train: new nn.ReLU() }), {
      message: "ModuleDict: 'train' is a name of Module itself",
    });
  });

  it('a stack of layers starts with copies that learn apart', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8, dropout: 0 });
    const encoder = new nn.TransformerEncoder(layer, 2);
    const [first, second] = encoder.layers;
    assert.notEqual(first.linear1.weight, second.linear1.weight);
    assert.deepEqual(first.linear1.weight.toArray(), second.linear1.weight.toArray());
    assert.equal(encoder.parameters().length, 2 * layer.parameters().length);
    assert.ok(encoder.parameters().every((parameter) => parameter.requiresGrad));
    assert.deepEqual(encoder.forward(randn([3, 1, 4])).shape, [3, 1, 4]);
  });
});

describe('sequences of different lengths', () => {
  const { packPaddedSequence, padPackedSequence, padSequence } = nn.utils.rnn;

  it('come out as they went in, without what was beyond their ends', () => {
    const x = ones([4, 2, 1]);
    const [padded, lengths] = padPackedSequence(packPaddedSequence(x, [3, 1]), {
      paddingValue: -1,
    });
    assert.deepEqual(lengths, [3, 1]);
    assert.deepEqual(padded.squeeze(-1).toArray(), [
      [1, 1],
      [1, -1],
      [1, -1],
    ]);
  });

  it('may come in any order when that is said, and as a tensor', () => {
    const x = randn([2, 3, 4]);
    const options = { batchFirst: true, enforceSorted: false };
    const packed = packPaddedSequence(x, tensor([1, 3]), options);
    const gru = new nn.GRU(4, 5);
    const [, last] = gru.forward(packed);
    const [, alone] = gru.forward(x.select(0, 0).narrow(0, 0, 1));
    assertClose(last.select(1, 0).toTypedArray(), alone.toTypedArray(), close, 'first sequence');
  });

  it('are padded to the longest', () => {
    const padded = padSequence([ones([1]), ones([3])], { batchFirst: true, paddingValue: 9 });
    assert.deepEqual(padded.toArray(), [
      [1, 9, 9],
      [1, 1, 1],
    ]);
  });

  it('are refused when the lengths do not fit', () => {
    const x = zeros([4, 2, 1]);
    const rows: [number[], string][] = [
      [[3], 'packPaddedSequence: there are 1 lengths for 2 sequences (input [4, 2, 1])'],
      [[5, 1], 'packPaddedSequence: length 5 is not between 1 and 4'],
      [
        [1, 3],
        'packPaddedSequence: lengths [1, 3] are not sorted, longest first; sort them or pass enforceSorted: false',
      ],
    ];
    for (const [lengths, message] of rows) {
      assert.throws(() => packPaddedSequence(x, lengths), { message });
    }
  });
});

describe('batch normalization over time', () => {
  it('evaluates by the running values it has gathered', () => {
    const layer = new nn.BatchNorm1d(2, { momentum: null });
    const batches = [randn([16, 2]), randn([16, 2]).mul(3)];
    for (const batch of batches) layer.forward(batch);
    assert.equal(layer.numBatchesTracked!.item(), 2);
    const means = batches.map((batch) => batch.mean(0));
    const average = means[0].add(means[1]).div(2).toTypedArray();
    assertClose(
      layer.runningMean!.toTypedArray(),
      average,
      { relative: 1e-5, absolute: 1e-6 },
      'mean',
    );
    const before = layer.runningMean!.toArray();
    layer.eval().forward(batches[0]);
    assert.deepEqual(layer.runningMean!.toArray(), before);
  });

  it('backs up through a batch although its running values have changed since', () => {
    const layer = new nn.BatchNorm1d(2);
    const x = randn([4, 2], { requiresGrad: true });
    const loss = layer
      .forward(x)
      .mul(randn([4, 2]))
      .sum();
    layer.forward(randn([4, 2]));
    loss.backward();
    assert.ok(x.grad);
  });
});

describe('root mean square normalization', () => {
  it('divides by the root of the mean square', () => {
    const layer = new nn.RMSNorm(2, { eps: 0 });
    const y = layer.forward(tensor([[3, 4]], { dtype: 'float32' }));
    const size = Math.sqrt(12.5);
    assertClose(y.toTypedArray(), [3 / size, 4 / size], close, 'y');
  });
});
