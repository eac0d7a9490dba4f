// P7 · Bug zoo: one network, seven classic mistakes, one at a time. Target: accuracy >= 0.95
//
// Look for: set bug to a name below and train again. Most of them raise no error at all; what gives
// them away are the curves, the gradients and the activations.
import { data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const bugs = {
  none: 'learns',
  noZeroGrad: 'gradients of all past steps add up: the loss swings and may explode',
  softmaxTwice: 'crossEntropy takes scores, not probabilities: the loss cannot fall below 0.31',
  detached: 'the first layers get no gradient and stay as they were',
  deadRelu: 'a large negative bias: every unit puts out 0, every gradient is 0',
  hugeRate: 'steps leap over every minimum',
  forgotEval: 'dropout still at work while testing: the accuracy is too low and jumps',
  logOfZero: 'the gradient of log(0) is ∞, and ∞ · 0 is NaN: one step spoils every weight',
};

const hp = hyper({ bug: 'none', hidden: 32, lr: 0.02, batchSize: 50, epochs: 25 });

class Network extends nn.Module {
  fc1 = new nn.Linear(2, hp.hidden);
  fc2 = new nn.Linear(hp.hidden, hp.hidden);
  drop = new nn.Dropout(hp.bug === 'forgotEval' ? 0.5 : 0.05);
  head = new nn.Linear(hp.hidden, 2);

  forward(x: Tensor): Tensor {
    let h = this.fc1.forward(x); // [N, 2] → [N, hidden]
    if (hp.bug === 'deadRelu') h = h.sub(10);
    h = this.fc2.forward(h.relu()).relu(); // [N, hidden]
    if (hp.bug === 'detached') h = h.detach();
    return this.head.forward(this.drop.forward(h)); // [N, 2]
  }
}

function lossOf(scores: Tensor, y: Tensor): Tensor {
  if (hp.bug === 'softmaxTwice') return F.crossEntropy(scores.softmax(1), y);
  if (hp.bug === 'logOfZero') {
    const kept = scores.mul(scores.gt(0)); // what is not positive becomes 0
    return kept.log().gather(1, y.unsqueeze(1)).neg().mean();
  }
  return F.crossEntropy(scores, y);
}

export function train() {
  if (!(hp.bug in bugs))
    throw new Error(`there is no bug '${hp.bug}': ${Object.keys(bugs).join(', ')}`);
  console.log(`${hp.bug}: ${bugs[hp.bug as keyof typeof bugs]}`);
  const [known, unseen] = data.randomSplit(data.circles({ count: 1000 }), [0.8, 0.2]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Network();
  const lr = hp.bug === 'hugeRate' ? 500 * hp.lr : hp.lr;
  const optimizer = new optim.SGD(model.parameters(), { lr, momentum: 0.9 });

  let accuracy = 0;
  for (const { x, y, epoch } of loader.epochs(hp.epochs)) {
    const loss = lossOf(model.forward(x), y);
    if (hp.bug !== 'noZeroGrad') optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (epoch % 5 === 4) accuracy = test(model, unseen.all());
    log({ loss, accuracy, gradient: norm(model.fc1.weight.grad) });
  }
}

function test(model: Network, { x, y }: data.Batch): number {
  if (hp.bug !== 'forgotEval') model.eval();
  const guess = noGrad(() => model.forward(x)).argmax(1); // [N]
  model.train();
  return guess.eq(y).to('float32').mean().item();
}

/** The length of a gradient; 0 where there is none. */
function norm(gradient: Tensor | null): number {
  return gradient === null ? 0 : gradient.mul(gradient).sum().sqrt().item();
}
