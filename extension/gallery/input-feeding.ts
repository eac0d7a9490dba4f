// A4 · Input feeding: what attention found is told to the next step (Luong et al., 2015). Target: exactMatch >= 0.95
//
// Look for: the extra arrow from each attention result to the next decoder step. The decoder's input
// is wider by the hidden size, which costs an LSTM 4 · h · h weights, and tells it what has been read
// already. Set feed=false and compare the curves: letters that occur twice are the hard ones.
import { cat, data, F, full, hyper, log, nn, noGrad, optim, stack, Tensor, zeros } from 'retrograd';

const hp = hyper({ feed: true, hidden: 32, lr: 0.01, batchSize: 50, count: 2000, epochs: 5 });
const [length, embedding] = [6, 16];
const words = data.reverse({ length, letters: 'abc', count: hp.count + 200 });

class Seq2Seq extends nn.Module {
  embed = new nn.Embedding(words.target.size, embedding);
  encoder = new nn.LSTM(embedding, hp.hidden, { batchFirst: true });
  decoder = new nn.LSTMCell(hp.feed ? embedding + hp.hidden : embedding, hp.hidden);
  attention = new nn.MultiplicativeAttention(hp.hidden, hp.hidden);
  mix = new nn.Linear(2 * hp.hidden, hp.hidden);
  head = new nn.Linear(hp.hidden, words.target.size);

  /** Scores [N, T, symbols]: step t reads the true symbol y[:, t], or without y its own last guess. */
  forward(x: Tensor, y?: Tensor): Tensor {
    const [states, [last, cell]] = this.encoder.forward(this.embed.forward(x)); // [N, S, hidden]
    let [h, c] = [last.squeeze(0), cell.squeeze(0)]; // [N, hidden]
    let fed = zeros([x.size(0), hp.hidden]);
    let symbol = full([x.size(0)], data.start);
    const outputs: Tensor[] = [];
    for (let t = 0; t <= length; t++) {
      const read = this.embed.forward(y ? y.select(1, t) : symbol); // [N, embedding]
      [h, c] = this.decoder.forward(hp.feed ? cat([read, fed], 1) : read, [h, c]);
      const [context] = this.attention.forward(h, states); // [N, hidden]
      fed = this.mix.forward(cat([context, h], 1)).tanh(); // [N, 2 · hidden] → [N, hidden]
      const scores = this.head.forward(fed); // [N, symbols]
      symbol = scores.argmax(1);
      outputs.push(scores);
    }
    return stack(outputs, 1);
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(words, [hp.count, 200]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Seq2Seq();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  console.log(
    'weights =',
    model.parameters().reduce((sum, { count }) => sum + count, 0),
  );

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const scores = model.forward(x, y);
    const wanted = y.slice(1, 1).flatten(); // y[:, 1:], all but the start mark
    const loss = F.crossEntropy(scores.flatten(0, 1), wanted);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  const written = noGrad(() => model.forward(x)).argmax(2); // [N, T], reading its own guesses
  log({ exactMatch: written.eq(y.slice(1, 1)).all(1).to('float32').mean() });
}
