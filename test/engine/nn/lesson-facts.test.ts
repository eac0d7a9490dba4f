// The exact facts of the lessons that are no single number: broadcasting, accumulation, memory, masks.
import assert from 'node:assert/strict';
import {
  arange,
  data,
  F,
  manualSeed,
  nn,
  ones,
  optim,
  randn,
  stack,
  tensor,
  zeros,
  type Tensor,
} from '../../../engine/index';
import { tape } from '../../../engine/tape/tape';
import { quietly } from '../../../engine/tape/warnings';
import { assertClose } from '../ops/close';

const flat = (x: Tensor): number[] => [...x.toTypedArray()];
const close = { relative: 1e-12, absolute: 1e-12 };
const digits = (count: number) => ({ relative: 0, absolute: 0.5 * 10 ** -count + 1e-9 });
const parametersOf = (...modules: nn.Module[]): number =>
  modules.flatMap((module) => module.parameters()).reduce((sum, { count }) => sum + count, 0);

describe('lesson facts: basics', () => {
  it('P1: (10, 1) · (10) is (10, 10)', () => {
    assert.deepEqual(quietly(() => ones([10, 1]).mul(ones([10]))).shape, [10, 10]);
  });

  it('P2: gradients add up until they are forgotten; what was not used has none', () => {
    const [w, b, unused] = [2, 1, 5].map((value) =>
      tensor([value], { dtype: 'float64', requiresGrad: true }),
    );
    const backward = (): void => w.mul(3).add(b).pow(2).sum().backward();
    backward();
    assert.deepEqual([flat(w.grad!), flat(b.grad!)], [[42], [14]]);
    backward();
    assert.deepEqual([flat(w.grad!), flat(b.grad!)], [[84], [28]]);
    w.grad = null;
    backward();
    assert.deepEqual(flat(w.grad!), [42]);
    assert.equal(unused.grad, null);
    unused.mul(0).sum().backward();
    assert.deepEqual(flat(unused.grad!), [0]);
  });

  it('P3: a line is recovered, but not by a loss over (N, 1) and (N)', () => {
    const x = arange(-1, 1, 0.1, { dtype: 'float64' }).unsqueeze(1);
    const y = x.mul(3).add(2);
    const learned = (target: Tensor): number[] => {
      const line = new nn.Linear(1, 1).to('float64');
      const rule = new optim.SGD(line.parameters(), { lr: 0.3 });
      for (let step = 0; step < 200; step++) {
        rule.zeroGrad();
        F.mseLoss(line.forward(x), target).backward();
        rule.step();
      }
      return [...flat(line.weight), ...flat(line.bias!)];
    };
    assertClose(learned(y), [3, 2], digits(6), 'weight and bias');
    // Every prediction is drawn to every target: the mean is all that is left.
    const [weight, bias] = quietly(() => learned(y.squeeze(1)));
    assertClose([weight, bias], [0, y.mean().item()], digits(6), 'the twin');
  });

  it('P5: the same seed replays exactly', () => {
    const run = (seed: number): number[] => {
      manualSeed(seed);
      const model = new nn.Sequential(
        new nn.Linear(2, 8),
        new nn.Tanh(),
        new nn.Dropout(0.2),
        new nn.Linear(8, 2),
      );
      const rule = new optim.Adam(model.parameters());
      return Array.from({ length: 5 }, () => {
        const loss = F.crossEntropy(model.forward(randn([6, 2])), tensor([0, 1, 0, 1, 1, 0]));
        rule.zeroGrad();
        loss.backward();
        rule.step();
        return loss.item();
      });
    };
    assert.deepEqual(run(3), run(3));
    assert.notDeepEqual(run(3), run(4));
  });

  it('P7: log after softmax meets log 0; logSoftmax does not', () => {
    const scores = tensor([1000, 0], { dtype: 'float64', requiresGrad: true });
    assert.deepEqual(flat(scores.softmax(0).log()), [0, -Infinity]);
    assert.deepEqual(flat(scores.logSoftmax(0)), [0, -1000]);
    scores.softmax(0).log().neg().select(0, 1).backward();
    assert.ok(flat(scores.grad!).some(Number.isNaN));
  });
});

describe('lesson facts: sequences', () => {
  it('R2: the four losses of "hello"', () => {
    const logits = tensor(
      [
        [1, 2.2, -3, 4.1],
        [0.5, 0.3, -1, 1.2],
        [0.1, 0.5, 1.9, -1.1],
        [0.2, -1.5, -0.1, 2.2],
      ],
      { dtype: 'float64' },
    );
    // h, e, l, o: after "hell" comes "ello".
    const next = tensor([1, 2, 2, 3]);
    assertClose(
      flat(logits.softmax(1).select(0, 0)),
      [0.0377, 0.1251, 0.0007, 0.8365],
      digits(4),
      'p',
    );
    const losses = F.crossEntropy(logits, next, { reduction: 'none' });
    assertClose(flat(losses), [2.0785, 2.9001, 0.3796, 0.2314], digits(4), 'each');
    assertClose([losses.sum().item(), losses.mean().item()], [5.5896, 1.3974], digits(4), 'all');
    assertClose([F.crossEntropy(zeros([4, 4]), next).item()], [Math.log(4)], digits(6), 'at first');
  });

  it('R3: the gradient of a shared weight is the sum over its uses', () => {
    const run = (weights: readonly Tensor[]): void => {
      let h: Tensor = zeros([], { dtype: 'float64' });
      weights.forEach((w, t) => (h = h.mul(w).add(Math.cos(t)).tanh()));
      h.backward();
    };
    const leaf = (): Tensor => tensor(0.7, { dtype: 'float64', requiresGrad: true });
    const [shared, apart] = [leaf(), Array.from({ length: 6 }, leaf)];
    run(apart.map(() => shared));
    run(apart);
    const sum = apart.reduce((total, w) => total + w.grad!.item(), 0);
    assertClose([shared.grad!.item()], [sum], close, 'dw');
  });

  it('R10: what can be had without memory', () => {
    const { y } = data.adding({ count: 20_000, length: 4 }).all();
    const squared = F.mseLoss(ones(y.shape), y).item();
    assertClose([squared], [1 / 6], { relative: 0.02, absolute: 0 }, 'always 1');
    // Blanks are certain, symbols guessed: ln 8 for ten of T + 20 steps.
    const copy = data.copyMemory({ count: 3, length: 20 }).all();
    const guess = tensor([-40, 0, 0, 0, 0, 0, 0, 0, 0, -40], { dtype: 'float64' });
    const blank = tensor([40, 0, 0, 0, 0, 0, 0, 0, 0, 0], { dtype: 'float64' });
    const logits = stack(
      Array.from({ length: 40 }, (_, t) => (t < 30 ? blank : guess)),
      1,
    );
    const loss = F.crossEntropy(logits.expand([3, 10, 40]), copy.y).item();
    assertClose([loss], [(10 * Math.log(8)) / 40], digits(6), 'copy memory');
    assertClose([loss], [0.5199], digits(4), 'at T = 20');
  });

  it('S1: many to one: only the last output has a gradient', () => {
    const [output] = new nn.LSTM(2, 3).forward(randn([5, 1, 2]));
    output.retainGrad();
    output.select(0, -1).sum().backward();
    const gradient = output.grad!.squeeze(1).toArray() as number[][];
    assert.deepEqual(gradient, [...new Array<number[]>(4).fill([0, 0, 0]), [1, 1, 1]]);
  });

  it('S2: many to many: the loss is the mean of one term per step', () => {
    const [logits, y] = [randn([7, 4]), tensor([0, 1, 2, 3, 0, 1, 2])];
    const terms = Array.from({ length: 7 }, (_, t) =>
      F.crossEntropy(logits.select(0, t), y.select(0, t)).item(),
    );
    const mean = terms.reduce((sum, term) => sum + term, 0) / 7;
    assertClose([F.crossEntropy(logits, y).item()], [mean], digits(5), 'loss');
  });
});

describe('lesson facts: images', () => {
  it('C8: shifting the image by the stride of the pool shifts the maps by one', () => {
    const net = new nn.Sequential(new nn.Conv2d(1, 3, 3), new nn.ReLU(), new nn.MaxPool2d(2));
    const image = randn([1, 12, 12]);
    const maps = net.forward(image);
    const shifted = net.forward(image.roll([2, 2], [1, 2]));
    const inside = (x: Tensor, from: number): Tensor =>
      x.slice(1, from, from + 4).slice(2, from, from + 4);
    assert.deepEqual(inside(shifted, 1).toArray(), inside(maps, 0).toArray());
  });

  it('C10: an illegal net says which sizes do not fit', () => {
    const rows: [() => unknown, string][] = [
      [
        () => new nn.Conv2d(1, 1, 3).forward(zeros([1, 1, 2, 5])),
        "conv2d: the window does not fit: height 2 with 0 of padding is smaller than the window's 3 (input [1, 1, 2, 5])",
      ],
      [
        () => new nn.Linear(256, 10).forward(new nn.Flatten().forward(zeros([2, 16, 5, 5]))),
        'Linear: input [2, 400] ends with 400, but inFeatures is 256',
      ],
      [
        () => new nn.Conv2d(3, 6, 5).forward(zeros([1, 1, 28, 28])),
        'conv2d: input [1, 1, 28, 28] has 1 channels, but the weight [6, 3, 5, 5] takes 3',
      ],
    ];
    for (const [run, message] of rows) assert.throws(run, { message });
  });
});

describe('lesson facts: Transformers', () => {
  it('A3: each row of an alignment sums to 1', () => {
    const [, weights] = new nn.AdditiveAttention(4, 4, 3).forward(
      randn([2, 3, 4]),
      randn([2, 5, 4]),
    );
    assertClose(flat(weights.sum(-1)), new Array<number>(6).fill(1), digits(6), 'rows');
  });

  it('A4: without input feeding an LSTM decoder has 4 · h · h parameters less', () => {
    const [e, h] = [7, 5];
    assert.equal(
      parametersOf(new nn.LSTMCell(e + h, h)) - parametersOf(new nn.LSTMCell(e, h)),
      4 * h * h,
    );
  });

  it('A9: a GPT of 3 layers, 3 heads and width 48 over 3 letters and 11 places', () => {
    tape.mode = 'meta';
    try {
      const layers = [1, 2, 3].map(
        () => new nn.TransformerEncoderLayer(48, 3, { dimFeedforward: 192 }),
      );
      const tables = [new nn.Embedding(3, 48), new nn.Embedding(11, 48)];
      assert.equal(parametersOf(...layers, ...tables, new nn.LayerNorm(48)), 85_584);
    } finally {
      tape.mode = 'plain';
    }
  });

  it('A11: before training, the loss of a character model is near ln V', () => {
    manualSeed(5);
    const [embed, layer] = [
      new nn.Embedding(27, 32),
      new nn.TransformerEncoderLayer(32, 4, { dropout: 0 }),
    ];
    const head = new nn.Linear(32, 27);
    const tokens = arange(27).unsqueeze(1);
    const logits = head.forward(layer.forward(embed.forward(tokens), { isCausal: true }));
    const loss = F.crossEntropy(logits.squeeze(1), tokens.squeeze(1)).item();
    assert.ok(Math.abs(loss - Math.log(27)) < 0.5, `${loss}`);
  });

  it('A12: without its mask a decoder sees what is to come', () => {
    const layer = new nn.TransformerEncoderLayer(8, 2, { dropout: 0 });
    const x = randn([4, 1, 8]);
    const later = x.add(tensor([[[0]], [[0]], [[0]], [[1]]]));
    const first = (tokens: Tensor, isCausal: boolean): unknown =>
      layer.forward(tokens, { isCausal }).narrow(0, 0, 3).toArray();
    assert.deepEqual(first(x, true), first(later, true));
    assert.notDeepEqual(first(x, false), first(later, false));
  });
});
