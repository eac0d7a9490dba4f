// A7 · A Transformer reads brackets: it says whether each has its partner. Target: accuracy >= 0.95
//
// Look for: no recurrence, every bracket looks at every other at once. A head that looks to the left
// can count how many are open. The answer is read from the mean over all tokens, so each may raise
// its hand when something is wrong.
import { arange, data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({
  width: 32,
  layers: 2,
  length: 8,
  lr: 0.003,
  batchSize: 64,
  count: 3000,
  epochs: 8,
});

class Classifier extends nn.Module {
  symbols = new nn.Embedding(2, hp.width);
  places = new nn.Embedding(hp.length, hp.width);
  encoder = new nn.TransformerEncoder(
    new nn.TransformerEncoderLayer(hp.width, 4, {
      dimFeedforward: 2 * hp.width,
      dropout: 0,
      normFirst: true,
      batchFirst: true,
    }),
    hp.layers,
  );
  head = new nn.Linear(hp.width, 2);

  forward(x: Tensor): Tensor {
    const tokens = this.symbols.forward(x).add(this.places.forward(arange(hp.length)));
    return this.head.forward(this.encoder.forward(tokens).mean(1)); // [N, T, width] → [N, 2]
  }
}

export function train() {
  const brackets = data.brackets({ length: hp.length, count: hp.count + 400 });
  const [known, unseen] = data.randomSplit(brackets, [hp.count, 400]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Classifier();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const loss = F.crossEntropy(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  const guess = noGrad(() => model.forward(x)).argmax(1); // [N]
  log({ accuracy: guess.eq(y).to('float32').mean() });
}
