// Two hundred training steps of five models, from PyTorch's weights and batches, beside PyTorch's losses.
import {
  arange,
  cat,
  F,
  nn,
  optim,
  stack,
  tensor,
  zeros,
  type Tensor,
} from '../../../engine/index';
import { overwrite } from '../../../engine/nn/parameter';
import { readGolden } from '../../golden/read';
import { assertClose } from '../ops/close';
import { fill, fillWhole } from './recipe';

const curves = readGolden<Record<string, number[]>>('training');

/** The first weights of make_golden_nn.py. */
function start<Model extends nn.Module>(module: Model): Model {
  const named = [...module.namedParameters()].sort(([a], [b]) => (a < b ? -1 : 1));
  named.forEach(([, parameter], i) => {
    const width = parameter.rank > 1 ? parameter.size(-1) : 4 * parameter.count;
    const bound = width ** -0.5;
    overwrite(parameter, fill(parameter.shape, 11 + i, -bound, bound, 'float32'));
  });
  return module;
}

interface Rule {
  zeroGrad(): void;
  step(): void;
}

function train(module: nn.Module, rule: Rule, lossOf: (step: number) => Tensor, clip?: number) {
  return curves['MLP'].map((_, step) => {
    rule.zeroGrad();
    const loss = lossOf(step);
    loss.backward();
    if (clip !== undefined) nn.utils.clipGradNorm(module.parameters(), clip);
    rule.step();
    return loss.item();
  });
}

const uniform = (shape: number[], seed: number, low = -1): Tensor =>
  fill(shape, seed, low, 1, 'float32');

function mlp(): number[] {
  const model = start(
    new nn.Sequential(
      new nn.Linear(2, 16),
      new nn.Tanh(),
      new nn.Linear(16, 16),
      new nn.ReLU(),
      new nn.Linear(16, 2),
    ),
  );
  const rule = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  return train(model, rule, (step) => {
    const x = uniform([16, 2], 1000 + step);
    const same = x.select(1, 0).mul(x.select(1, 1)).gt(0).to('int32');
    return F.crossEntropy(model.forward(x), same);
  });
}

function cnn(): number[] {
  const model = start(
    new nn.Sequential(
      new nn.Conv2d(1, 4, 3, { padding: 1 }),
      new nn.BatchNorm2d(4),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Conv2d(4, 8, 3),
      new nn.ReLU(),
      new nn.Flatten(),
      new nn.Linear(32, 3),
    ),
  );
  const rule = new optim.AdamW(model.parameters(), { lr: 0.003 });
  return train(model, rule, (step) => {
    const x = uniform([8, 1, 8, 8], 2000 + step);
    const image = x.select(1, 0);
    const thirds = stack(
      [0, 3, 6].map((from) => image.narrow(2, from, 2).mean([1, 2])),
      1,
    );
    return F.crossEntropy(model.forward(x), thirds.argmax(1));
  });
}

class Adder extends nn.Module {
  lstm = new nn.LSTM(2, 12, { numLayers: 2, batchFirst: true });
  head = new nn.Linear(12, 1);

  forward(x: Tensor): Tensor {
    const [output] = this.lstm.forward(x);
    return this.head.forward(output.select(1, -1)).squeeze(-1);
  }
}

function lstm(): number[] {
  const model = start(new Adder());
  const rule = new optim.Adam(model.parameters(), { lr: 0.005 });
  const lossOf = (step: number): Tensor => {
    const values = uniform([8, 10], 3000 + step, 0);
    const places = arange(10).unsqueeze(0);
    const first = fillWhole([8], 4000 + step, 5).unsqueeze(1);
    const second = fillWhole([8], 5000 + step, 5)
      .add(5)
      .unsqueeze(1);
    const marks = places.eq(first).logicalOr(places.eq(second)).to('float32');
    const goal = values.mul(marks).sum(1);
    return F.mseLoss(model.forward(stack([values, marks], 2)), goal);
  };
  return train(model, rule, lossOf, 1);
}

class Reverser extends nn.Module {
  embed = new nn.Embedding(6, 8);
  encoder = new nn.GRU(8, 12);
  decoder = new nn.GRUCell(8 + 12, 12);
  attention = new nn.AdditiveAttention(12, 12, 10);
  head = new nn.Linear(24, 6);

  forward(source: Tensor, target: Tensor): Tensor {
    const [states, last] = this.encoder.forward(this.embed.forward(source));
    const keys = states.transpose(0, 1);
    let h = last.select(0, 0);
    let context = zeros([source.size(1), 12]);
    const logits = Array.from({ length: target.size(0) }, (_, t) => {
      const symbol = this.embed.forward(target.select(0, t));
      h = this.decoder.forward(cat([symbol, context], 1), h);
      [context] = this.attention.forward(h, keys);
      return this.head.forward(cat([h, context], 1));
    });
    return stack(logits);
  }
}

/** What the decoder is given: a start symbol, then the goal but for its last symbol. */
const shifted = (goal: Tensor): Tensor =>
  cat([zeros([1, goal.size(1)], { dtype: 'int32' }), goal.narrow(0, 0, goal.size(0) - 1)]);

function seq2seq(): number[] {
  const model = new Reverser();
  // PyTorch's model holds the parts of the attention itself: the order of names differs.
  const order = ['decoder', 'embed', 'encoder', 'energy', 'head', 'key', 'query'];
  const named = [...model.namedParameters()]
    .map(([path, parameter]) => ({ path: path.replace('attention.', ''), parameter }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const parts = new Set(named.map(({ path }) => path.split('.')[0]));
  if (String([...parts]) !== String(order))
    throw new Error(`unexpected parts ${[...parts].join()}`);
  named.forEach(({ parameter }, i) => {
    const bound = (parameter.rank > 1 ? parameter.size(-1) : 4 * parameter.count) ** -0.5;
    overwrite(parameter, fill(parameter.shape, 11 + i, -bound, bound, 'float32'));
  });
  const rule = new optim.Adam(model.parameters(), { lr: 0.01 });
  const backwards = tensor([4, 3, 2, 1, 0]);
  const lossOf = (step: number): Tensor => {
    const source = fillWhole([5, 8], 6000 + step, 5).add(1);
    const goal = source.indexSelect(0, backwards);
    const logits = model.forward(source, shifted(goal));
    return F.crossEntropy(logits.flatten(0, 1), goal.flatten());
  };
  return train(model, rule, lossOf, 1);
}

class Copier extends nn.Module {
  embed = new nn.Embedding(6, 16);
  positions = new nn.Embedding(6, 16);
  transformer = new nn.Transformer({
    dModel: 16,
    nhead: 2,
    numEncoderLayers: 1,
    numDecoderLayers: 1,
    dimFeedforward: 32,
    dropout: 0,
    activation: 'gelu',
    normFirst: true,
  });
  head = new nn.Linear(16, 6);

  forward(source: Tensor, target: Tensor): Tensor {
    const places = this.positions.forward(arange(source.size(0))).unsqueeze(1);
    const [src, tgt] = [source, target].map((symbols) => this.embed.forward(symbols).add(places));
    const tgtMask = nn.Transformer.generateSquareSubsequentMask(target.size(0));
    return this.head.forward(this.transformer.forward(src, tgt, { tgtMask }));
  }
}

function transformer(): number[] {
  const model = start(new Copier());
  const rule = new optim.AdamW(model.parameters(), { lr: 0.005 });
  const lossOf = (step: number): Tensor => {
    const source = fillWhole([5, 8], 7000 + step, 5).add(1);
    const logits = model.forward(source, shifted(source)).flatten(0, 1);
    return F.crossEntropy(logits, source.flatten(), { labelSmoothing: 0.1 });
  };
  return train(model, rule, lossOf, 1);
}

describe("PyTorch's loss curves", () => {
  const runs = { MLP: mlp, CNN: cnn, LSTM: lstm, seq2seq, Transformer: transformer };
  for (const [name, run] of Object.entries(runs)) {
    it(`${name} over two hundred steps`, () => {
      assertClose(run(), curves[name], { relative: 1e-3, absolute: 0 }, name);
    }).timeout(60_000);
  }
});
