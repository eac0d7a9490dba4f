// P3 · Linear regression: a plane learns its own slope. Target: error <= 0.05
//
// Look for: the learned weights become the true ones, 2, −3.4 and 4.2. Then set bug to true: targets
// of shape [N] against guesses of shape [N, 1] broadcast to [N, N], each guess is compared with each
// target, and the weights go to 0. Nothing fails; only a warning and the curves tell.
import { data, F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ bug: false, lr: 0.05, batchSize: 32, epochs: 12 });

const truth = { weight: [2, -3.4], bias: 4.2 };

class Line extends nn.Module {
  w = new nn.Parameter(tensor([[0], [0]], { dtype: 'float32' })); // [2, 1]
  b = new nn.Parameter(tensor([0], { dtype: 'float32' })); // [1]

  forward(x: Tensor): Tensor {
    return x.matmul(this.w).add(this.b); // [N, 2] · [2, 1] + [1] → [N, 1]
  }
}

export function train() {
  const points = data.linear({ ...truth, count: 640, noise: 0.1 });
  const loader = data.loader(points, { batchSize: hp.batchSize, shuffle: true });
  const model = new Line();
  const optimizer = new optim.SGD(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const target = hp.bug ? y.squeeze(1) : y; // [N], or [N, 1] as it should be
    const loss = F.mseLoss(model.forward(x), target);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, error: distance(model) });
  }
  console.log('learned', model.w.toArray(), model.b.toArray(), 'true', JSON.stringify(truth));
}

/** How far the learned weights and bias are from the true ones, at most. */
function distance({ w, b }: Line): number {
  const learned = [...w.toTypedArray(), ...b.toTypedArray()];
  const wanted = [...truth.weight, truth.bias];
  return Math.max(...learned.map((value, i) => Math.abs(value - wanted[i]!)));
}
