// C9 · LeNet: convolution and pooling read handwritten digits (LeCun et al., 1998). Target: accuracy >= 0.98
//
// Look for: the six maps of conv1 answer to strokes of different directions; pooling keeps what was
// found and forgets where exactly; the last maps are small and many. Size formula: (W − F + 2P) / S + 1.
import { data, F, hyper, log, nn, noGrad, optim, Tensor, zeros } from 'retrograd';

const hp = hyper({ lr: 0.002, batchSize: 32, count: 10000, epochs: 4 });

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 });
  conv2 = new nn.Conv2d(6, 16, 5);
  pool = new nn.MaxPool2d(2);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  head = new nn.Linear(84, 10);

  forward(x: Tensor): Tensor {
    x = this.pool.forward(this.conv1.forward(x).relu()); // [N, 1, 28, 28] → [N, 6, 14, 14]
    x = this.pool.forward(this.conv2.forward(x).relu()); // → [N, 16, 10, 10] → [N, 16, 5, 5]
    x = this.fc1.forward(x.flatten(1)).relu(); // [N, 400] → [N, 120]
    x = this.fc2.forward(x).relu(); // [N, 84]
    return this.head.forward(x); // [N, 10]: a score for each digit
  }
}

export function train() {
  const digits = data.digits({ count: hp.count + 1000 });
  const [known, unseen] = data.randomSplit(digits, [hp.count, 1000]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const test = data.loader(unseen, { batchSize: 100 });
  const model = new LeNet();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const scores = model.forward(x); // [N, 10]
    const loss = F.crossEntropy(scores, y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, batchAccuracy: correct(scores, y) / y.count });
  }

  let right = 0;
  let confusion = zeros([10, 10]); // rows: the digit; columns: what was read
  for (const { x, y } of test) {
    const scores = noGrad(() => model.forward(x));
    right += correct(scores, y);
    confusion = confusion.add(
      oneHot(y)
        .t()
        .matmul(oneHot(scores.argmax(1))),
    );
  }
  log({ accuracy: right / unseen.length, confusion });
}

/** [N] → [N, 10] */
function oneHot(digits: Tensor): Tensor {
  return F.oneHot(digits, { numClasses: 10 }).to('float32');
}

/** How many scores are highest at their digit. */
function correct(scores: Tensor, y: Tensor): number {
  return scores.argmax(1).eq(y).to('int32').sum().item();
}
