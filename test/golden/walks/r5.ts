// Truncated backpropagation through time: h = w · h + x over ten steps, the gradient cut after five.
import { nn, optim, tensor, type Tensor } from 'retrograd';

const float = { dtype: 'float32' } as const;

class Linear extends nn.Module {
  w = new nn.Parameter(tensor(0.5, float));

  forward(x: number, h: Tensor): Tensor {
    return h.mul(this.w).add(x);
  }
}

export function train() {
  const cell = new Linear();
  const opt = new optim.SGD(cell.parameters(), { lr: 1 });
  for (let step = 0; step < 1; step++) {
    let h = tensor(0, float);
    for (let t = 0; t < 10; t++) {
      if (t === 5) h = h.detach();
      h = cell.forward(t === 0 ? 1 : 0, h);
    }
    h.backward();
    opt.step();
  }
}
