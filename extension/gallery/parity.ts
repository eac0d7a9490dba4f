// S1 · Parity: read bits one by one, then say whether the ones are odd (many-to-one). Target: accuracy >= 0.99
//
// Look for: only the last state is asked, so the loss reaches earlier steps through the recurrence
// alone: unused, the gradient at the outputs of all but the last step, is 0. Each bit may turn the
// answer around, so nothing may be forgotten; the loss stays at ln 2 for long, then falls at once.
import { data, F, hyper, log, nn, optim, Tensor } from 'retrograd';

const hp = hyper({ hidden: 64, length: 6, lr: 0.02, batchSize: 64, count: 2048, epochs: 15 });

class Parity extends nn.Module {
  embed = new nn.Embedding(2, 8);
  rnn = new nn.GRU(8, hp.hidden, { batchFirst: true });
  head = new nn.Linear(hp.hidden, 2);

  /** Scores [N, T, 2] after each bit of x [N, T]. */
  forward(x: Tensor): Tensor {
    const [states] = this.rnn.forward(this.embed.forward(x)); // [N, T, hidden]
    return this.head.forward(states);
  }
}

export function train() {
  const bits = data.parity({ length: hp.length, count: hp.count });
  const loader = data.loader(bits, { batchSize: hp.batchSize, shuffle: true });
  const model = new Parity();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const outputs = model.forward(x);
    outputs.retainGrad();
    const scores = outputs.select(1, -1); // [N, 2]: only the last is asked
    const loss = F.crossEntropy(scores, y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    const unused = outputs.grad!.slice(1, 0, -1).abs().sum();
    log({ loss, unused, accuracy: scores.argmax(1).eq(y).to('float32').mean() });
  }
}
