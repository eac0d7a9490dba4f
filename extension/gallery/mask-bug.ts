// A12 · The forgotten mask: the loss is wonderful, and the model can do nothing. Target: exactMatch <= 0.2
//
// Look for: without the causal mask the decoder reads the answer that it is to give, so the loss falls
// to 0 at once. leak is not 0: what it says depends on what comes later. Writing by itself, it has
// nothing to read, and fails. Set masked to true: the loss falls slower, and it learns to sort letters.
import { arange, cat, data, F, full, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ masked: false, width: 32, lr: 0.005, batchSize: 50, count: 2000, epochs: 5 });
const length = 6;
const words = data.sort({ length, count: hp.count + 200 });

class Sorter extends nn.Module {
  symbols = new nn.Embedding(words.target.size, hp.width);
  places = new nn.Embedding(length + 1, hp.width);
  layer = new nn.TransformerDecoderLayer(hp.width, 2, {
    dimFeedforward: 4 * hp.width,
    dropout: 0,
    batchFirst: true,
  });
  head = new nn.Linear(hp.width, words.target.size);

  /** Scores [N, T, symbols] of what follows each symbol written so far. */
  forward(source: Tensor, written: Tensor): Tensor {
    const memory = this.embed(source); // [N, S, width]
    const y = this.layer.forward(this.embed(written), memory, { tgtIsCausal: hp.masked });
    return this.head.forward(y);
  }

  embed(x: Tensor): Tensor {
    return this.symbols.forward(x).add(this.places.forward(arange(x.size(1)))); // [N, T, width]
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(words, [hp.count, 200]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Sorter();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (const { x, y } of loader.epochs(hp.epochs)) {
    const written = y.slice(1, 0, -1); // y[:, :-1]: it reads the true symbols …
    const scores = model.forward(x, written);
    const loss = F.crossEntropy(scores.flatten(0, 1), y.slice(1, 1).flatten()); // … says y[:, 1:]
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
function leak(model: Sorter, x: Tensor, written: Tensor): Tensor {
  const before = written.slice(1, 0, -1);
  const changed = cat([before, full([x.size(0), 1], data.pad)], 1);
  const said = (symbols: Tensor): Tensor => noGrad(() => model.forward(x, symbols)).slice(1, 0, -1);
  return said(written).sub(said(changed)).abs().amax();
}
