// P5 · Spiral: a small network bends the plane until two spirals come apart. Target: accuracy >= 0.98
//
// Look for: the first layer can only draw straight lines; each further layer bends what came before.
// With hidden=2 the arms stay tangled. With lr=1 the tanh units saturate and learning stops. Other
// points to part: set data to circles, xor or gaussians.
import { data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ data: 'spiral', hidden: 32, lr: 0.01, batchSize: 64, epochs: 60 });

const kinds: Record<string, (options: { count: number }) => data.TensorDataset> = {
  spiral: data.spiral,
  circles: data.circles,
  xor: data.xor,
  gaussians: data.gaussians,
};

class Classifier extends nn.Module {
  fc1 = new nn.Linear(2, hp.hidden);
  fc2 = new nn.Linear(hp.hidden, hp.hidden);
  head = new nn.Linear(hp.hidden, 2);

  forward(x: Tensor): Tensor {
    let h = this.fc1.forward(x).tanh(); // [N, 2] → [N, hidden]
    h = this.fc2.forward(h).tanh(); // [N, hidden]
    return this.head.forward(h); // [N, 2]: a score for each class
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(kinds[hp.data]!({ count: 1000 }), [0.8, 0.2]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new Classifier();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  let accuracy = 0;
  for (const { x, y, epoch } of loader.epochs(hp.epochs)) {
    const loss = F.crossEntropy(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (epoch % 10 === 9) accuracy = evaluate(model, unseen.all());
    log({ loss, accuracy });
  }
}

/** The share of points, none of them seen in training, that get their own class. */
function evaluate(model: Classifier, { x, y }: data.Batch): number {
  const guess = noGrad(() => model.forward(x)).argmax(1); // [N, 2] → [N]
  return guess.eq(y).to('float32').mean().item();
}
