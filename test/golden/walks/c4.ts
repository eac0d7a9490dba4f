// Convolution backwards: the lecture's 5×5 picture and kernel, and a gradient of ones.
import { nn, optim, tensor } from 'retrograd';

const picture = [
  [3, 3, 2, 1, 0],
  [0, 0, 1, 3, 1],
  [3, 1, 2, 2, 3],
  [2, 0, 0, 2, 2],
  [2, 0, 0, 0, 1],
];
const kernel = [
  [0, 1, 2],
  [2, 2, 0],
  [0, 1, 2],
];

class Filter extends nn.Module {
  x = new nn.Parameter(tensor([[picture]], { dtype: 'float32' }));
  weight = new nn.Parameter(tensor([[kernel]], { dtype: 'float32' }));

  forward() {
    return this.x.conv2d(this.weight);
  }
}

export function train() {
  const filter = new Filter();
  const opt = new optim.SGD(filter.parameters(), { lr: 0.01 });
  for (let step = 0; step < 1; step++) {
    const y = filter.forward();
    const loss = y.sum();
    loss.backward();
    opt.step();
  }
}
