// C10 · Illegal nets: sizes that do not fit, and what the error says. Target: meanLoss <= 1
//
// Look for: set mistake to flatten, channels, window, stride or classes. The line is marked before
// anything trains, and the message names the numbers that disagree. The comment beside each layer
// shows the sizes to check: (W − F + 2P) / S + 1, then channels · height · width for the dense layer.
import { data, F, hyper, log, nn, optim, Tensor } from 'retrograd';

const hp = hyper({ mistake: 'none', lr: 0.01, batchSize: 32, count: 640, epochs: 3 });

/** What is right, or with this mistake, what is wrong. */
const or = (right: number, mistake: string, wrong: number): number =>
  hp.mistake === mistake ? wrong : right;

class Net extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, or(5, 'window', 31)); // no window of 31 fits into 28 pixels
  pool = new nn.MaxPool2d(2, { stride: or(2, 'stride', 0) }); // a stride of 0 never arrives
  conv2 = new nn.Conv2d(or(6, 'channels', 3), 16, 5); // conv1 makes 6 maps
  fc = new nn.Linear(or(16 * 4 * 4, 'flatten', 16 * 5 * 5), or(10, 'classes', 9));

  forward(x: Tensor): Tensor {
    x = this.conv1.forward(x).relu(); // [N, 1, 28, 28] → [N, 6, 24, 24]: 28 − 5 + 1
    x = this.pool.forward(x); // [N, 6, 12, 12]: 24 / 2
    x = this.conv2.forward(x).relu(); // [N, 16, 8, 8]: 12 − 5 + 1
    x = this.pool.forward(x); // [N, 16, 4, 4]
    return this.fc.forward(x.flatten(1)); // [N, 16 · 4 · 4 = 256] → [N, 10]
  }
}

export function train() {
  const digits = data.digits({ count: hp.count });
  const loader = data.loader(digits, { batchSize: hp.batchSize, shuffle: true });
  const model = new Net();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  let meanLoss = Math.log(10);
  for (const { x, y } of loader.epochs(hp.epochs)) {
    const loss = F.crossEntropy(model.forward(x), y); // y: 0…9
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    meanLoss += 0.1 * (loss.item() - meanLoss);
    log({ loss, meanLoss });
  }
}
