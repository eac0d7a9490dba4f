// C8 · A ConvNet: convolution, ReLU, pooling, and a dense layer at the end. Target: accuracy >= 0.93
//
// Look for: eight maps, each for a stroke of its own. Convolution does the same everywhere, so when a
// digit moves by two pixels, the maps move by two and the pooled maps by one, with the same
// numbers: moved is 0, but for rounding. Only the dense layer knows places.
import { data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ filters: 8, lr: 0.005, batchSize: 32, count: 3000, epochs: 5 });

class ConvNet extends nn.Module {
  conv = new nn.Conv2d(1, hp.filters, 5);
  pool = new nn.MaxPool2d(2);
  fc = new nn.Linear(hp.filters * 12 * 12, 10);

  forward(x: Tensor): Tensor {
    return this.fc.forward(this.maps(x).flatten(1)); // [N, filters · 144] → [N, 10]
  }

  maps(x: Tensor): Tensor {
    const maps = this.conv.forward(x).relu(); // [N, 1, 28, 28] → [N, filters, 24, 24]
    return this.pool.forward(maps); // [N, filters, 12, 12]
  }
}

export function train() {
  const digits = data.digits({ count: hp.count + 400 });
  const [known, unseen] = data.randomSplit(digits, [hp.count, 400]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new ConvNet();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const scores = model.forward(x); // [N, 10]
    const loss = F.crossEntropy(scores, y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  const guess = noGrad(() => model.forward(x)).argmax(1); // [N]
  log({ accuracy: guess.eq(y).to('float32').mean(), moved: moved(model, x.slice(0, 0, 20)) });
}

/** Moves pictures right by the pool's stride: how much do the pooled maps, moved by one, differ? */
function moved(model: ConvNet, x: Tensor): Tensor {
  const here = noGrad(() => model.maps(x));
  const there = noGrad(() => model.maps(F.pad(x, [2, 0]).slice(3, 0, 28)));
  return there
    .slice(3, 1)
    .sub(here.slice(3, 0, -1))
    .abs()
    .amax();
}
