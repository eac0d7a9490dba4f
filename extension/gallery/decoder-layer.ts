// A8 · A decoder layer: it looks back at what it wrote, then across at the source. Target: exactMatch >= 0.98
//
// Look for: the triangle of the masked self-attention, whose upper weights are exactly 0, and in the
// cross-attention the diagonal that runs backwards, since the task is to reverse a word. leak changes
// the last letter and compares what was said before it: not one bit may differ.
import { arange, cat, data, F, full, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ width: 32, lr: 0.005, batchSize: 50, count: 2000, epochs: 8 });
const length = 6;
const words = data.reverse({ length, count: hp.count + 200 });

class DecoderLayer extends nn.Module {
  selfAttention = new nn.MultiheadAttention(hp.width, 2, { batchFirst: true });
  crossAttention = new nn.MultiheadAttention(hp.width, 2, { batchFirst: true });
  fc1 = new nn.Linear(hp.width, 4 * hp.width);
  fc2 = new nn.Linear(4 * hp.width, hp.width);
  norms = [0, 1, 2].map(() => new nn.LayerNorm(hp.width));

  /** Shape: written so far [N, T, width] in and out, memory of the source [N, S, width]. */
  forward(x: Tensor, memory: Tensor): Tensor {
    const [written] = this.selfAttention.forward(x, x, x, { isCausal: true });
    x = this.norms[0]!.forward(x.add(written));
    const [context] = this.crossAttention.forward(x, memory, memory);
    x = this.norms[1]!.forward(x.add(context));
    return this.norms[2]!.forward(x.add(this.fc2.forward(this.fc1.forward(x).relu())));
  }
}

class Reverser extends nn.Module {
  symbols = new nn.Embedding(words.target.size, hp.width);
  places = new nn.Embedding(length + 1, hp.width);
  layer = new DecoderLayer();
  head = new nn.Linear(hp.width, words.target.size);

  /** Scores [N, T, symbols] of what follows each symbol written so far. */
  forward(source: Tensor, written: Tensor): Tensor {
    return this.head.forward(this.layer.forward(this.embed(written), this.embed(source)));
  }

  embed(x: Tensor): Tensor {
    return this.symbols.forward(x).add(this.places.forward(arange(x.size(1)))); // [N, T, width]
  }
}

export function train() {
  const count = (module: nn.Module): number =>
    module.parameters().reduce((sum, { count }) => sum + count, 0);
  const encoder = count(new nn.TransformerEncoderLayer(512, 8));
  const decoder = count(new nn.TransformerDecoderLayer(512, 8));
  console.log('decoder layer =', decoder, ' six of each =', 6 * (encoder + decoder) + 2 * 1024);

  const [known, unseen] = data.randomSplit(words, [hp.count, 200]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Reverser();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (const { x, y } of loader.epochs(hp.epochs)) {
    const scores = model.forward(x, y.slice(1, 0, -1)); // it reads y[:, :-1] …
    const loss = F.crossEntropy(scores.flatten(0, 1), y.slice(1, 1).flatten()); // … and says y[:, 1:]
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  let written = full([x.size(0), 1], data.start);
  for (let t = 0; t <= length; t++) {
    const next = noGrad(() => model.forward(x, written))
      .select(1, -1)
      .argmax(1); // [N]
    written = cat([written, next.unsqueeze(1)], 1);
  }
  const exactMatch = written.eq(y).all(1).to('float32').mean();
  log({ exactMatch, leak: leak(model, x, y.slice(1, 0, -1)) });
}

/** How much the scores before the last symbol change with that symbol. */
function leak(model: Reverser, x: Tensor, written: Tensor): Tensor {
  const before = written.slice(1, 0, -1);
  const changed = cat([before, full([x.size(0), 1], data.pad)], 1);
  const said = (symbols: Tensor): Tensor => noGrad(() => model.forward(x, symbols)).slice(1, 0, -1);
  return said(written).sub(said(changed)).abs().amax();
}
