// A3 · Alignment: a decoder learns where to look while it writes (Bahdanau et al., 2015). Target: diagonal >= 0.9
//
// Look for: each row of the weights sums to 1 and says where one output symbol looked. To copy, the
// bright cells run down the diagonal; to reverse, against it. Nobody told the model where to look.
// Set task to reverse and score to dot: Luong's product of states instead of Bahdanau's small network.
import { cat, data, F, full, hyper, log, nn, noGrad, optim, stack, Tensor } from 'retrograd';

const hp = hyper({
  task: 'copy',
  score: 'additive',
  hidden: 32,
  lr: 0.01,
  batchSize: 50,
  epochs: 6,
});
const length = 6;
const words = (hp.task === 'reverse' ? data.reverse : data.copy)({ length, count: 2000 });

class Seq2Seq extends nn.Module {
  embed = new nn.Embedding(words.target.size, 16);
  encoder = new nn.GRU(16, hp.hidden, { batchFirst: true });
  decoder = new nn.GRUCell(16, hp.hidden);
  attention =
    hp.score === 'dot'
      ? new nn.MultiplicativeAttention(hp.hidden, hp.hidden, { score: 'dot' })
      : new nn.AdditiveAttention(hp.hidden, hp.hidden, hp.hidden);
  head = new nn.Linear(2 * hp.hidden, words.target.size);

  /** Scores [N, T, symbols] of what follows each symbol of `written` [N, T], and weights [N, T, S]. */
  forward(source: Tensor, written: Tensor): { scores: Tensor; weights: Tensor } {
    const [states, last] = this.encoder.forward(this.embed.forward(source)); // [N, S, hidden]
    const rows: Tensor[] = [];
    const scores: Tensor[] = [];
    let h = last.squeeze(0).zerosLike(); // nothing goes over but what attention brings
    for (let t = 0; t < written.size(1); t++) {
      h = this.decoder.forward(this.embed.forward(written.select(1, t)), h); // [N, hidden]
      const [context, weights] = this.attention.forward(h, states); // [N, hidden], [N, S]
      scores.push(this.head.forward(cat([context, h], 1)));
      rows.push(weights);
    }
    return { scores: stack(scores, 1), weights: stack(rows, 1) };
  }
}

export function train() {
  const loader = data.loader(words, { batchSize: hp.batchSize, shuffle: true });
  const model = new Seq2Seq();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const { scores, weights } = model.forward(x, y.slice(1, 0, -1)); // reads y[:, :-1] …
    const loss = F.crossEntropy(scores.flatten(0, 1), y.slice(1, 1).flatten()); // … says y[:, 1:]
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, diagonal: onDiagonal(weights) });
  }

  const { weights } = noGrad(() => model.forward(full([1, length], 3), full([1, 1], data.start)));
  console.log('a row of weights sums to =', weights.sum().item().toFixed(6));
}

/** The share of letters that were written while looking at their own place more than at any other. */
function onDiagonal(weights: Tensor): Tensor {
  const letters = weights.slice(1, 0, length); // without the end mark: [N, length, length]
  const places = Array.from({ length }, (_, t) => (hp.task === 'reverse' ? length - 1 - t : t));
  const hits = places.map((place, t) => letters.select(1, t).argmax(1).eq(place).to('float32'));
  return stack(hits).mean();
}
