// S4 · Seq2seq with attention: reads a sum, writes the answer. Target: exactMatch >= 0.95
//
// Look for: which digits the decoder looks at. The answer is written from its last digit on, so place
// after place of both numbers lights up in turn (Bahdanau et al., 2015). Input feeding hands the
// last attention result to the next step (Luong et al., 2015): set feed=false and compare the curves.
import { cat, data, F, full, hyper, log, nn, noGrad, optim, stack, Tensor, zeros } from 'retrograd';

const hp = hyper({ hidden: 64, lr: 0.006, batchSize: 64, count: 4000, epochs: 20, feed: true });

const sums = data.addition({ digits: 2, count: hp.count + 400 });
const answerLength = sums.targets.shape[0]! - 1; // digits and the end mark

class Encoder extends nn.Module {
  embed = new nn.Embedding(sums.source.size, 24);
  rnn = new nn.GRU(24, hp.hidden, { batchFirst: true });

  forward(x: Tensor): [states: Tensor, last: Tensor] {
    const [states, last] = this.rnn.forward(this.embed.forward(x)); // [N, S] → [N, S, hidden]
    return [states, last.squeeze(0)]; // [N, hidden]
  }
}

class Decoder extends nn.Module {
  embed = new nn.Embedding(sums.target.size, 24);
  cell = new nn.GRUCell(24 + hp.hidden, hp.hidden);
  attention = new nn.AdditiveAttention(hp.hidden, hp.hidden, hp.hidden);
  mix = new nn.Linear(2 * hp.hidden, hp.hidden);
  head = new nn.Linear(hp.hidden, sums.target.size);

  /** One step: symbols [N], what attention gave last, the state, all states of the encoder. */
  forward(symbol: Tensor, fed: Tensor, h: Tensor, states: Tensor) {
    h = this.cell.forward(cat([this.embed.forward(symbol), fed], 1), h); // [N, hidden]
    const [context, weights] = this.attention.forward(h, states); // [N, hidden], [N, S]
    const mixed = this.mix.forward(cat([context, h], 1)).tanh(); // [N, hidden]
    return { scores: this.head.forward(mixed), mixed, h, weights }; // scores [N, symbols]
  }
}

class Seq2Seq extends nn.Module {
  encoder = new Encoder();
  decoder = new Decoder();

  /** Scores [N, T, symbols]: each step reads the true symbol y[:, t], or without y its own last guess. */
  forward(x: Tensor, y?: Tensor): [scores: Tensor, weights: Tensor] {
    const [states, last] = this.encoder.forward(x);
    const nothing = zeros([x.size(0), hp.hidden]);
    let [h, fed] = [last, nothing];
    let symbol = full([x.size(0)], data.start);
    const scores: Tensor[] = [];
    const weights: Tensor[] = [];
    for (let t = 0; t < answerLength; t++) {
      const step = this.decoder.forward(y ? y.select(1, t) : symbol, fed, h, states);
      h = step.h;
      if (hp.feed) fed = step.mixed;
      symbol = step.scores.argmax(1);
      scores.push(step.scores);
      weights.push(step.weights);
    }
    return [stack(scores, 1), stack(weights, 1)]; // [N, T, symbols], [N, T, S]
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(sums, [hp.count, 400]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Seq2Seq();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  const steps = loader.length * hp.epochs;
  const schedule = new optim.lrScheduler.CosineAnnealingLR(optimizer, steps); // ever smaller steps

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const [scores] = model.forward(x, y);
    const loss = F.crossEntropy(scores.flatten(0, 1), y.slice(1, 1).flatten()); // y[:, 1:], one step on
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    schedule.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  const [scores, weights] = noGrad(() => model.forward(x)); // greedy: it reads its own guesses
  const right = scores.argmax(2).eq(y.slice(1, 1)).all(1); // [N], true where every symbol fits
  log({ exactMatch: right.to('float32').mean() });
  console.log('looks in', sums.source.decode(x.select(0, 0)), weights.select(0, 0).toString());
}
