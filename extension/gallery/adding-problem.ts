// R10 · Adding problem: two marked numbers far apart, remembered by LSTM, GRU or RNN. Target: meanLoss <= 0.02
//
// Look for: always answering 1 costs 1/6 = 0.167. The LSTM stays there for a while, then falls: it has
// learned to open its gates at the marks only. Set cell to 'rnn' and the loss never leaves the
// plateau, since the gradient from the end does not reach the first mark (Hochreiter, 1997).
import { data, F, hyper, log, nn, optim, Tensor } from 'retrograd';

const hp = hyper({
  cell: 'lstm',
  hidden: 32,
  length: 30,
  lr: 0.01,
  batchSize: 50,
  count: 5000,
  epochs: 7,
});

/** All three read a sequence and give back a state for each step. */
type Reader = nn.Module & { forward(x: Tensor): [states: Tensor, last: unknown] };
const readers: Record<string, (inputs: number) => Reader> = {
  rnn: (inputs) => new nn.RNN(inputs, hp.hidden, { batchFirst: true }),
  gru: (inputs) => new nn.GRU(inputs, hp.hidden, { batchFirst: true }),
  lstm: (inputs) => new nn.LSTM(inputs, hp.hidden, { batchFirst: true }),
};

class Adder extends nn.Module {
  rnn = readers[hp.cell]!(2);
  head = new nn.Linear(hp.hidden, 1);

  forward(x: Tensor): Tensor {
    const [states] = this.rnn.forward(x); // [N, T, 2] → [N, T, hidden]
    return this.head.forward(states.select(1, -1)); // the last step only: [N, hidden] → [N, 1]
  }
}

export function train() {
  const problems = data.adding({ length: hp.length, count: hp.count });
  const loader = data.loader(problems, { batchSize: hp.batchSize, shuffle: true });
  const model = new Adder();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  const blind = 1 / 6; // the error of always answering 1
  let meanLoss = blind;
  for (const { x, y } of loader.epochs(hp.epochs)) {
    const loss = F.mseLoss(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm(model.parameters(), 1);
    optimizer.step();
    meanLoss += 0.05 * (loss.item() - meanLoss); // smoothed over about twenty steps
    log({ loss, meanLoss, blind });
  }
}
