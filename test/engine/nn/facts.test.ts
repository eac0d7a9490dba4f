// The exact numbers of the lecture on recurrent networks and attention, each under its id.
import assert from 'node:assert/strict';
import { F, nn, randn, tensor, zeros, type Tensor } from '../../../engine/index';
import { overwrite } from '../../../engine/nn/parameter';
import { tape } from '../../../engine/tape/tape';
import { assertClose } from '../ops/close';

/** As many digits as the lecture prints. */
const digits = (count: number) => ({ relative: 0, absolute: 0.5 * 10 ** -count + 1e-9 });

const float = (values: number | number[] | number[][]): Tensor =>
  tensor(values, { dtype: 'float64' });

const flat = (...tensors: (Tensor | null)[]): number[] =>
  tensors.flatMap((x) => [...x!.toTypedArray()]);

const parametersOf = (module: nn.Module): number =>
  module.parameters().reduce((total, parameter) => total + parameter.count, 0);

/** Parameters of a model that is too large to fill for a test: shapes are enough to count. */
function countIn(make: () => nn.Module): number {
  tape.mode = 'meta';
  try {
    return parametersOf(make());
  } finally {
    tape.mode = 'plain';
  }
}

function fillAll(module: nn.Module, values: Record<string, number>): void {
  for (const [path, parameter] of module.namedParameters()) {
    const kind = Object.keys(values).find((prefix) => path.startsWith(prefix))!;
    overwrite(parameter, parameter.fullLike(values[kind]));
  }
}

describe('lecture facts: recurrent networks', () => {
  it('R1: a scalar RNN, forwards and backwards', () => {
    const rnn = new nn.RNN(1, 1, { bias: false }).to('float64');
    // The lecture's w acts on the state, its u on the input.
    fillAll(rnn, { weightIh: 1, weightHh: 0.5 });
    const [output] = rnn.forward(float([[1], [0], [0], [0]]));
    assertClose(flat(output), [0.761594, 0.363399, 0.179726, 0.089622], digits(6), 'h');
    const steps = [0, 1, 2, 3].map((t) => output.select(0, t));
    const weights = rnn.namedParameters();
    const w = weights.get('weightHhL0')!;
    const u = weights.get('weightIhL0')!;
    // The state as a chain of its own, to read the gradient at each step.
    const states: Tensor[] = [];
    let h = float([[0]]);
    for (const x of [1, 0, 0, 0]) {
      h = u.mul(x).add(h.mul(w)).tanh();
      h.retainGrad();
      states.push(h);
    }
    assertClose(flat(...states), flat(...steps), digits(12), 'the same chain');
    h.backward();
    assertClose(
      flat(...states.map((state) => state.grad)),
      [0.104145, 0.239981, 0.495984, 1],
      digits(6),
      'dL/dh',
    );
    const byChain = flat(w.grad, u.grad);
    rnn.zeroGrad();
    rnn.forward(float([[1], [0], [0], [0]]))[1].backward();
    assertClose(flat(w.grad, u.grad), byChain, digits(12), 'the layer agrees');
    assertClose(byChain, [0.511333, 0.043738], digits(6), 'dw and du');
  });

  it('R4: a linear recurrence grows or vanishes as a power', () => {
    const ratio = (factor: number, steps: number): number => {
      const start = tensor(1, { dtype: 'float64', requiresGrad: true });
      let h: Tensor = start;
      for (let t = 0; t < steps; t++) h = h.mul(factor);
      h.backward();
      return start.grad!.item();
    };
    assertClose([ratio(0.9, 20)], [0.1216], digits(4), '0.9^20');
    assertClose([ratio(0.9, 50)], [5.15e-3], digits(5), '0.9^50');
    assertClose([ratio(1.1, 50)], [117.4], digits(1), '1.1^50');
    assertClose([ratio(0.25, 20)], [9.1e-13], { relative: 0.01, absolute: 0 }, '0.25^20');
  });

  it('R5: truncation to k of T steps keeps k / (T − 1) of the gradient', () => {
    const gradient = (steps: number, kept: number): { dw: number; loss: number } => {
      const w = tensor(0.8, { dtype: 'float64', requiresGrad: true });
      let h: Tensor = float(1);
      for (let t = 1; t < steps; t++) {
        if (t === steps - kept) h = h.detach();
        h = h.mul(w);
      }
      h.backward();
      return { dw: w.grad!.item(), loss: h.item() };
    };
    for (const [steps, kept] of [
      [10, 5],
      [20, 5],
    ]) {
      const [full, cut] = [gradient(steps, steps), gradient(steps, kept)];
      assertClose([cut.dw / full.dw], [kept / (steps - 1)], digits(12), `T=${steps}`);
      assert.equal(cut.loss, full.loss);
    }
  });

  it('R7: an LSTM with all weights 0.5', () => {
    const lstm = new nn.LSTM(1, 1).to('float64');
    fillAll(lstm, { weight: 0.5, bias: 0 });
    const x = float([[1], [1], [1]]);
    const cells: number[] = [];
    let state: [Tensor, Tensor] | undefined;
    for (let t = 0; t < 3; t++) {
      [, state] = lstm.forward(x.narrow(0, t, 1), state);
      cells.push(...flat(state[1], state[0]));
    }
    const expected = [0.287649, 0.17427, 0.524116, 0.309059, 0.723062, 0.407191];
    assertClose(cells, expected, digits(6), '(c, h)');
  });

  it('R7: the cell state is a highway, and a forget bias of 1 keeps it open', () => {
    /** c after three steps, and dc_T/dc_0, with the input gate shut. */
    const carried = (forgetBias: number): { c: number; slope: number } => {
      const lstm = new nn.LSTM(1, 1).to('float64');
      fillAll(lstm, { weight: 0, bias: 0 });
      const bias = lstm.namedParameters().get('biasIhL0')!;
      overwrite(bias, float([-1000, forgetBias, 0, 0]));
      const c0 = tensor([[1]], { dtype: 'float64', requiresGrad: true });
      const [, [, c]] = lstm.forward(float([[0], [0], [0]]), [float([[0]]), c0]);
      c.sum().backward();
      return { c: c.item(), slope: c0.grad!.item() };
    };
    assert.deepEqual(carried(1000), { c: 1, slope: 1 });
    assertClose([carried(1).c], [0.3907], digits(4), 'forget bias 1');
    assertClose([carried(0).c], [0.125], digits(12), 'forget bias 0');
  });

  it('R8: a GRU with all weights 0.5; z = 1 copies the state and its gradient', () => {
    const gru = new nn.GRU(1, 1).to('float64');
    fillAll(gru, { weight: 0.5, bias: 0 });
    const [output] = gru.forward(float([[1], [1], [1]]));
    assertClose(flat(output), [0.174468, 0.292576, 0.37565], digits(6), 'h');
    overwrite(gru.namedParameters().get('biasIhL0')!, float([0, 1000, 0]));
    const h0 = tensor([[0.3]], { dtype: 'float64', requiresGrad: true });
    const [, last] = gru.forward(float([[1], [1]]), h0);
    last.sum().backward();
    assert.equal(last.item(), 0.3);
    assert.equal(h0.grad!.item(), 1);
  });

  it('R9: RNN, GRU and LSTM have 1 : 3 : 4 times the parameters', () => {
    const layers = [new nn.RNN(10, 20), new nn.GRU(10, 20), new nn.LSTM(10, 20)];
    assert.deepEqual(layers.map(parametersOf), [640, 1920, 2560]);
    const oneBias = layers.map(
      (layer) => parametersOf(layer) - layer.namedParameters().get('biasHhL0')!.count,
    );
    assert.deepEqual(oneBias, [620, 1860, 2480]);
  });

  it('gates are named outputs of the steps on the tape', () => {
    const lstm = new nn.LSTM(2, 3);
    tape.mode = 'record';
    try {
      const [output] = lstm.forward(randn([4, 1, 2]));
      const steps = tape.rows.filter((row) => row.definition.name === 'lstmCell');
      assert.equal(steps.length, 4);
      steps.forEach((row, t) => {
        assert.deepEqual(row.definition.outputNames, ['h', 'c', 'i', 'f', 'g', 'o']);
        assert.equal(row.scope!.owner, lstm);
        assert.deepEqual(row.outputs[0].toArray(), output.select(0, t).toArray());
        const [, c, , , , o] = row.outputs;
        const shown = o.mul(c.tanh()).toTypedArray();
        assertClose(shown, row.outputs[0].toTypedArray(), digits(6), 'h = o · tanh(c)');
      });
    } finally {
      tape.mode = 'plain';
      tape.rows = [];
    }
  });
});

describe('lecture facts: attention', () => {
  it('A1: one query over three keys', () => {
    const q = float([[1, 0]]);
    const k = float([[1, 0], [0, 1], [1, 1]]); // prettier-ignore
    const v = float([[1, 0], [0, 1], [2, 2]]); // prettier-ignore
    const weights = q.matmul(k.t()).div(Math.SQRT2).softmax(-1);
    assertClose(flat(weights), [0.4011, 0.1978, 0.4011], digits(4), 'weights');
    assertClose(flat(F.scaledDotProductAttention(q, k, v)), [1.2033, 1], digits(4), 'output');
    const scaled = float([112, 96]).div(Math.sqrt(64));
    assert.deepEqual(flat(scaled), [14, 12]);
    assertClose(flat(scaled.softmax(0)), [0.8808, 0.1192], digits(4), 'softmax');
  });

  it('A2: permuting tokens permutes the output', () => {
    const attention = new nn.MultiheadAttention(8, 2, { batchFirst: true });
    const x = randn([1, 5, 8]);
    const order = tensor([3, 0, 4, 1, 2]);
    const [straight] = attention.forward(x, x, x);
    const mixed = x.indexSelect(1, order);
    const [permuted] = attention.forward(mixed, mixed, mixed);
    const close = { relative: 1e-5, absolute: 1e-6 };
    assertClose(flat(permuted), flat(straight.indexSelect(1, order)), close, 'output');
  });

  it('A5: heads split the width and join it again', () => {
    const attention = new nn.MultiheadAttention(512, 8, { batchFirst: true });
    const x = zeros([2, 3, 512]);
    const [output, weights] = attention.forward(x, x, x, { averageAttnWeights: false });
    assert.deepEqual(output.shape, [2, 3, 512]);
    assert.deepEqual(weights!.shape, [2, 8, 3, 3]);
  });

  it('A6: sinusoidal positions', () => {
    const { pe } = new nn.PositionalEncoding(4, { maxLen: 4 });
    const expected = [
      [0, 1, 0, 1],
      [0.8415, 0.5403, 0.01, 0.99995],
      [0.9093, -0.4161, 0.02, 0.9998],
      [0.1411, -0.99, 0.03, 0.9996],
    ];
    assertClose(flat(pe), expected.flat(), digits(4), 'pe');
  });

  it('A7: layer normalization, and the size of an encoder layer', () => {
    const y = F.layerNorm(float([1, 2, 3, 4]), [4]);
    assertClose(flat(y), [-1.3416, -0.4472, 0.4472, 1.3416], digits(4), 'LN');
    assert.equal(
      countIn(() => new nn.TransformerEncoderLayer(512, 8)),
      3_152_384,
    );
  });

  it('A8: the size of a decoder layer and of the whole Transformer', () => {
    assert.equal(
      countIn(() => new nn.TransformerDecoderLayer(512, 8)),
      4_204_032,
    );
    assert.equal(
      countIn(() => new nn.Transformer()),
      44_140_544,
    );
  });

  it('A8: what a mask hides has weight 0 exactly, and changes nothing to the bit', () => {
    const attention = new nn.MultiheadAttention(8, 2, { batchFirst: true });
    const x = randn([1, 4, 8]);
    const later = x.add(tensor([[[0], [0], [0], [7]]]));
    const run = (tokens: Tensor) => attention.forward(tokens, tokens, tokens, { isCausal: true });
    const [before, weights] = run(x);
    const [after] = run(later);
    const table = weights!.select(0, 0).toArray() as number[][];
    table.forEach((row, t) => assert.ok(row.every((weight, s) => s <= t || weight === 0)));
    assert.deepEqual(before.narrow(1, 0, 3).toArray(), after.narrow(1, 0, 3).toArray());
    assert.notDeepEqual(before.select(1, 3).toArray(), after.select(1, 3).toArray());
  });
});

describe('attention over an encoder', () => {
  for (const [name, make] of [
    ['additive', () => new nn.AdditiveAttention(3, 4, 5)],
    ['multiplicative', () => new nn.MultiplicativeAttention(3, 4)],
  ] as const) {
    it(`${name}: weights sum to 1, masked states have none, one query is as many`, () => {
      const attention = make();
      const [query, keys] = [randn([2, 6, 3]), randn([2, 5, 4])];
      const mask = tensor([
        [true, true, true, true, true],
        [true, true, false, false, false],
      ]);
      const [context, weights] = attention.forward(query, keys, { mask });
      assert.deepEqual(context.shape, [2, 6, 4]);
      assertClose(flat(weights.sum(-1)), new Array<number>(12).fill(1), digits(6), 'sums');
      assert.deepEqual(weights.select(0, 1).narrow(1, 2, 3).toArray(), zeros([6, 3]).toArray());
      const [one, weightsOfOne] = attention.forward(query.select(1, 2), keys, { mask });
      assertClose(flat(one), flat(context.select(1, 2)), digits(6), 'context');
      assertClose(flat(weightsOfOne), flat(weights.select(1, 2)), digits(6), 'weights');
    });
  }

  it('multiplicative with dot: score = query · key', () => {
    const attention = new nn.MultiplicativeAttention(2, 2, { score: 'dot' });
    assert.equal(attention.parameters().length, 0);
    const keys = tensor([[[1, 0], [0, 1]]], { dtype: 'float32' }); // prettier-ignore
    const [context] = attention.forward(tensor([[1, 0]], { dtype: 'float32' }), keys);
    const p = Math.E / (Math.E + 1);
    assertClose(flat(context), [p, 1 - p], digits(6), 'context');
  });
});
