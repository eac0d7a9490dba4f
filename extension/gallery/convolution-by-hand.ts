// Convolution by hand: the lecture's 5×5 picture, a kernel, padding, stride, pooling. Target: error <= 0.001
//
// Look for: each number of the output is one window times the kernel, summed up. Then the other way
// round: from pairs of pictures and outputs the kernel itself is learned, and comes out exact.
import { F, hyper, log, nn, optim, randn, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.1, steps: 150 });

const picture = image([
  [3, 3, 2, 1, 0],
  [0, 0, 1, 3, 1],
  [3, 1, 2, 2, 3],
  [2, 0, 0, 2, 2],
  [2, 0, 0, 0, 1],
]);
const kernel = image([
  [0, 1, 2],
  [2, 2, 0],
  [0, 1, 2],
]);

/** [1, 1, H, W]: one picture with one channel, or one filter over one channel. */
function image(rows: number[][]): Tensor {
  return tensor([[rows]], { dtype: 'float32' });
}

export function train() {
  const show = (what: string, x: Tensor): void =>
    console.log(`${what}\n${x.select(0, 0).select(0, 0).toString()}`);
  show('stride 1: (5 − 3) / 1 + 1 = 3', F.conv2d(picture, kernel));
  show(
    'padding 1 keeps the size: (5 − 3 + 2) / 1 + 1 = 5',
    F.conv2d(picture, kernel, { padding: 1 }),
  );
  show(
    'padding 1, stride 2: (5 − 3 + 2) / 2 + 1 = 3',
    F.conv2d(picture, kernel, { padding: 1, stride: 2 }),
  );
  show('pooling takes the largest of each window', F.maxPool2d(picture, 3, { stride: 1 }));

  const model = new nn.Conv2d(1, 1, 3, { bias: false });
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const x = randn([16, 1, 8, 8]);
    const loss = F.mseLoss(model.forward(x), F.conv2d(x, kernel)); // [16, 1, 6, 6]
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, error: model.weight.sub(kernel).abs().amax() });
  }
  show('learned kernel', model.weight);
}
