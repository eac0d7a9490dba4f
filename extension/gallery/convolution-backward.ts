// C4 · Convolution, backwards: each weight meets many pixels, each pixel many weights. Target: loss <= 60
//
// Look for: with dY = 1 everywhere, dK[i, j] is the sum of the 3×3 pixels that weight (i, j) has met,
// and dX spreads the kernel from every window: the corner is in one window, the middle in nine. Both
// are convolutions themselves.
import { F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.01, steps: 20 });

/** [1, 1, H, W]. */
function image(rows: number[][]): nn.Parameter {
  return new nn.Parameter(tensor([[rows]], { dtype: 'float32' }));
}

class Convolution extends nn.Module {
  X = image([
    [3, 3, 2, 1, 0],
    [0, 0, 1, 3, 1],
    [3, 1, 2, 2, 3],
    [2, 0, 0, 2, 2],
    [2, 0, 0, 0, 1],
  ]);
  K = image([
    [0, 1, 2],
    [2, 2, 0],
    [0, 1, 2],
  ]);

  forward(): Tensor {
    return F.conv2d(this.X, this.K); // [1, 1, 5, 5] → [1, 1, 3, 3]
  }
}

export function train() {
  const model = new Convolution();
  const optimizer = new optim.SGD(model.parameters(), { lr: hp.lr });

  for (let step = 0; step < hp.steps; step++) {
    const Y = model.forward();
    const loss = Y.sum(); // so dY is 1 everywhere
    optimizer.zeroGrad();
    loss.backward();
    if (step === 0) {
      console.log('dK =', JSON.stringify(model.K.grad!.flatten().toArray()));
      console.log('dX =', JSON.stringify(model.X.grad!.flatten().toArray()));
      console.log('dK by finite differences =', JSON.stringify(differences(model)));
    }
    optimizer.step();
    log({ loss });
  }
}

/** How much the sum of the outputs changes when one weight of K grows by 1; it is linear in K. */
function differences({ X, K }: Convolution): number[] {
  const sum = (kernel: Tensor): number => F.conv2d(X, kernel).sum().item();
  return Array.from({ length: 9 }, (_, at) => {
    const one = F.oneHot(tensor(at), { numClasses: 9 }).reshape([1, 1, 3, 3]);
    return sum(K.add(one)) - sum(K);
  });
}
