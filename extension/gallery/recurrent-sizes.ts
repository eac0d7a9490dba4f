// R9 · RNN, GRU and LSTM: the same interface, 1 : 3 : 4 times the weights. Target: loss <= 0.08
//
// Look for: an RNN computes one thing per step, a GRU three (reset, update, candidate), an LSTM four
// (input, forget, offer, output), each with weights for the input, weights for the state and, as in
// PyTorch, two biases. From 10 inputs to 20 units: 640, 1920, 2560. All three continue noisy waves.
import { data, F, hyper, log, nn, optim, Tensor } from 'retrograd';

const hp = hyper({ hidden: 20, length: 16, lr: 0.02, batchSize: 25, epochs: 10 });

type Layer = nn.Module & { forward(x: Tensor): [states: Tensor, last: unknown] };
type Kind = new (inputs: number, hidden: number, options?: { batchFirst?: boolean }) => Layer;
const kinds: Record<string, Kind> = { rnn: nn.RNN, gru: nn.GRU, lstm: nn.LSTM };

class Wave extends nn.Module {
  head = new nn.Linear(hp.hidden, 1);

  constructor(readonly layer: Layer) {
    super();
  }

  /** What follows each value of x [N, T, 1]. */
  forward(x: Tensor): Tensor {
    const [states] = this.layer.forward(x); // [N, T, hidden]
    return this.head.forward(states); // [N, T, 1]
  }
}

export function train() {
  for (const [name, Layer] of Object.entries(kinds)) {
    const layer = new Layer(10, 20);
    const count = layer.parameters().reduce((sum, { count }) => sum + count, 0);
    const biases = layer.namedParameters().get('biasHhL0')!.count;
    console.log(`${name}: weights = ${count}  with one bias = ${count - biases}`);
  }

  const waves = data.sine({ length: hp.length, count: 400 });
  const loader = data.loader(waves, { batchSize: hp.batchSize, shuffle: true });
  const models = Object.entries(kinds).map(([name, Layer]) => ({
    name,
    model: new Wave(new Layer(1, hp.hidden, { batchFirst: true })),
  }));
  const parameters = models.flatMap(({ model }) => model.parameters());
  const optimizer = new optim.Adam(parameters, { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const losses = models.map(({ model }) => F.mseLoss(model.forward(x), y));
    const loss = losses.reduce((sum, one) => sum.add(one)); // each gets its own gradient
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, ...Object.fromEntries(models.map(({ name }, i) => [name, losses[i]!])) });
  }
}
