// R10 · Copy memory: ten symbols, a long silence, then say them again. Target: meanLoss <= 0.78
//
// Look for: who remembers nothing says blanks, then guesses: 10 · ln 8 / (T + 20), the line to beat.
// Gated networks get below it, since their state can stand still during the silence; a plain RNN stays
// at the line. The longer T, the harder.
import { data, F, hyper, log, nn, optim, Tensor } from 'retrograd';

const hp = hyper({
  cell: 'gru',
  hidden: 48,
  T: 5,
  lr: 0.01,
  batchSize: 50,
  count: 4000,
  epochs: 5,
});

/** All three read a sequence and give back a state for each step. */
type Reader = nn.Module & { forward(x: Tensor): [states: Tensor, last: unknown] };
const readers: Record<string, (inputs: number) => Reader> = {
  rnn: (inputs) => new nn.RNN(inputs, hp.hidden, { batchFirst: true }),
  gru: (inputs) => new nn.GRU(inputs, hp.hidden, { batchFirst: true }),
  lstm: (inputs) => new nn.LSTM(inputs, hp.hidden, { batchFirst: true }),
};

class Copier extends nn.Module {
  embed = new nn.Embedding(10, 16); // blank, eight symbols, and the call to repeat
  rnn = readers[hp.cell]!(16);
  head = new nn.Linear(hp.hidden, 9);

  forward(x: Tensor): Tensor {
    const [states] = this.rnn.forward(this.embed.forward(x)); // [N, T + 20] → [N, T + 20, hidden]
    return this.head.forward(states); // [N, T + 20, 9]
  }
}

export function train() {
  const problems = data.copyMemory({ length: hp.T, count: hp.count });
  const loader = data.loader(problems, { batchSize: hp.batchSize, shuffle: true });
  const model = new Copier();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  const blind = (10 * Math.log(8)) / (hp.T + 20);
  console.log('without memory =', blind.toFixed(4));

  let meanLoss = blind;
  for (const { x, y } of loader.epochs(hp.epochs)) {
    const loss = F.crossEntropy(model.forward(x).flatten(0, 1), y.flatten());
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm(model.parameters(), 1);
    optimizer.step();
    meanLoss += 0.1 * (loss.item() - meanLoss); // smoothed over about ten steps
    log({ loss, meanLoss, blind });
  }
}
