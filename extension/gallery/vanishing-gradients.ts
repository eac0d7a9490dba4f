// R4 · Vanishing and exploding gradients: a factor at every step is a power in the end. Target: loss <= 0.05
//
// Look for: reach, the share of the gradient at the last state that arrives at the first. The network
// has to say at the end which symbol it saw first. With gain=1 the way back is open and it learns;
// with gain=0.5 reach is about 0.5^15 and it never does; with gain=2 the loss jumps about.
import { F, hyper, log, nn, optim, randint, randn, Tensor, tensor } from 'retrograd';

const hp = hyper({ gain: 1, length: 16, hidden: 16, lr: 0.003, batchSize: 32, steps: 150 });

class RNN extends nn.Module {
  W = new nn.Parameter(randn([2, hp.hidden]).mul(0.3)); // input → state
  U = new nn.Parameter(nn.init.orthogonal(randn([hp.hidden, hp.hidden])).mul(hp.gain));
  head = new nn.Linear(hp.hidden, 2);

  /** All states after the symbol [N, 2] and the noise [T, N, 2] that follows it, each [N, hidden]. */
  forward(symbol: Tensor, noise: Tensor): Tensor[] {
    let h = symbol.matmul(this.W).tanh(); // [N, 2] → [N, hidden]
    const states = [h];
    for (let t = 0; t < noise.size(0); t++) {
      h = noise.select(0, t).matmul(this.W).add(h.matmul(this.U)).tanh();
      states.push(h);
    }
    return states;
  }
}

export function train() {
  const model = new RNN();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (let step = 0; step < hp.steps; step++) {
    if (step === 0) powers();
    const y = randint(0, 2, [hp.batchSize]); // [N]: the symbol to remember
    const symbol = F.oneHot(y, { numClasses: 2 }).to('float32').mul(2); // [N, 2]
    const noise = randn([hp.length - 1, hp.batchSize, 2]).mul(0.1);
    const states = model.forward(symbol, noise);
    for (const h of states) h.retainGrad();
    const loss = F.crossEntropy(model.head.forward(states.at(-1)!), y); // only the last state
    optimizer.zeroGrad();
    loss.backward();
    const reach = states[0]!.grad!.norm().div(states.at(-1)!.grad!.norm());
    optimizer.step();
    log({ loss, reach });
  }
}

/** What is left of a gradient after k steps of h = λ · h; σ' is at most 1/4. */
function powers(): void {
  for (const [factor, k] of [
    [0.9, 20],
    [0.9, 50],
    [1.1, 50],
    [0.25, 20],
  ] as const) {
    const start = tensor(1, { dtype: 'float64', requiresGrad: true });
    let h: Tensor = start;
    for (let t = 0; t < k; t++) h = h.mul(factor);
    h.backward();
    console.log(`${factor}^${k} =`, start.grad!.item().toPrecision(4));
  }
}
