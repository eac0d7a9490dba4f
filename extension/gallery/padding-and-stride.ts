// C3 · Padding and stride: a frame of zeros keeps the size, larger steps shrink it. Target: error <= 0.01
//
// Look for: with padding 1 the output is as large as the picture, since border pixels become centers
// too. With stride 2 only every other window is computed: the same numbers, fewer of them. Then a
// kernel is learned from the padded output alone.
import { F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ padding: 1, stride: 1, lr: 0.1, steps: 600 });

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

class Filter extends nn.Module {
  weight = new nn.Parameter(kernel.clone()); // [1, 1, 3, 3]

  forward(x: Tensor): Tensor {
    return F.conv2d(x, this.weight, { padding: hp.padding, stride: hp.stride }); // [1, 1, 5, 5]
  }
}

export function train() {
  for (const [padding, stride] of [
    [0, 1],
    [1, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    const y = F.conv2d(picture, kernel, { padding, stride });
    const size = (5 - 3 + 2 * padding) / stride + 1; // (W − F + 2P) / S + 1
    const rows = JSON.stringify(y.flatten().toArray());
    console.log(`padding ${padding} stride ${stride}: ${size}×${size} = ${rows}`);
  }

  const model = new Filter();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  const sharpen = image([
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ]);
  const wanted = F.conv2d(picture, sharpen, { padding: hp.padding, stride: hp.stride });
  for (let step = 0; step < hp.steps; step++) {
    const y = model.forward(picture);
    const loss = F.mseLoss(y, wanted);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, error: model.weight.sub(sharpen).abs().amax() });
  }
}
