// C2 · Convolution by hand: each output is one window times the kernel, summed up. Target: loss <= 0.01
//
// Look for: the nine windows of the lecture's 5×5 picture and their sums. What networks call
// convolution does not flip the kernel; mathematics does, and gets other numbers. Then the other way
// round: from the outputs of the flipped kernel, gradient descent finds a kernel that makes them.
import { F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.1, steps: 300 });

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
    return F.conv2d(x, this.weight); // [1, 1, 5, 5] → [1, 1, 3, 3]
  }
}

/** The same in slow motion: place the window, multiply, sum. */
function byHand(x: Tensor, w: Tensor): number[][] {
  const size = x.size(2) - w.size(2) + 1; // 5 − 3 + 1
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => {
      const window = x.slice(2, row, row + w.size(2)).slice(3, column, column + w.size(3));
      return window.mul(w).sum().item();
    }),
  );
}

export function train() {
  const flipped = kernel.flip([2, 3]);
  console.log('by hand =', JSON.stringify(byHand(picture, kernel)));
  console.log('conv2d =', JSON.stringify(F.conv2d(picture, kernel).flatten().toArray()));
  console.log('flipped =', JSON.stringify(byHand(picture, flipped)));

  const model = new Filter();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  const wanted = F.conv2d(picture, flipped); // [1, 1, 3, 3]
  for (let step = 0; step < hp.steps; step++) {
    const y = model.forward(picture);
    const loss = F.mseLoss(y, wanted);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
