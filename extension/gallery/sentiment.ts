// S1 · Sentiment: read a review word by word, then judge it (many-to-one). Target: accuracy >= 0.99
//
// Look for: words alone do not decide: "not" turns the next judgement around, and the last clause
// counts after "but". The state has to carry that to the end, where the answer is asked. Reviews of
// different lengths are padded; the last real state is what is read.
import { data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ hidden: 32, lr: 0.01, batchSize: 50, count: 2000, epochs: 3 });
const reviews = data.reviews({ count: hp.count + 300 });

class Judge extends nn.Module {
  embed = new nn.Embedding(reviews.vocabulary.size, 16, { paddingIdx: data.pad });
  rnn = new nn.LSTM(16, hp.hidden, { batchFirst: true });
  head = new nn.Linear(hp.hidden, 2);

  forward(x: Tensor): Tensor {
    const words = this.embed.forward(x); // [N, T] → [N, T, 16]
    const lengths = x.ne(data.pad).to('int32').sum(1); // [N]
    const packed = nn.utils.rnn.packPaddedSequence(words, lengths, {
      batchFirst: true,
      enforceSorted: false,
    });
    const [, [h]] = this.rnn.forward(packed); // [1, N, hidden], after the last real word
    return this.head.forward(h.squeeze(0)); // [N, 2]
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(reviews, [hp.count, 300]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Judge();
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
  for (let i = 0; i < 4; i++) {
    const verdict = guess.select(0, i).item() === 1 ? 'good' : 'bad';
    console.log(`${verdict}: ${reviews.read(x.select(0, i))}`);
  }
}
