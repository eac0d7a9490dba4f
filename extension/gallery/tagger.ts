// S2 · Tagger: a part of speech for every word (many-to-many, in step). Target: accuracy >= 0.99
//
// Look for: a loss at every step, and one answer for each word. "light" may be a noun, a verb or an
// adjective, and what comes before does not always tell: "the light lamp" or "the light burns". Read
// in both directions, the sentence decides. Set bidirectional=false: the accuracy stops short.
import { data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({
  bidirectional: true,
  hidden: 24,
  lr: 0.01,
  batchSize: 50,
  count: 1500,
  epochs: 5,
});
const sentences = data.sentences({ count: hp.count + 300 });

class Tagger extends nn.Module {
  embed = new nn.Embedding(sentences.vocabulary.size, 16, { paddingIdx: data.pad });
  rnn = new nn.GRU(16, hp.hidden, { batchFirst: true, bidirectional: hp.bidirectional });
  head = new nn.Linear(hp.bidirectional ? 2 * hp.hidden : hp.hidden, sentences.tags.size);

  forward(x: Tensor): Tensor {
    const [states] = this.rnn.forward(this.embed.forward(x)); // [N, T] → [N, T, 2 · hidden]
    return this.head.forward(states); // [N, T, tags]
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(sentences, [hp.count, 300]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Tagger();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const scores = model.forward(x).flatten(0, 1); // [N · T, tags]
    const loss = F.crossEntropy(scores, y.flatten(), { ignoreIndex: data.pad });
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  const guess = noGrad(() => model.forward(x)).argmax(2); // [N, T]
  const real = y.ne(data.pad).to('float32'); // [N, T], 1 where there is a word
  log({ accuracy: guess.eq(y).to('float32').mul(real).sum().div(real.sum()) });
  for (let i = 0; i < 3; i++) {
    console.log(
      sentences.read(x.select(0, i)),
      '→',
      sentences.readTags(guess.mul(y.ne(data.pad)).select(0, i)),
    );
  }
}
