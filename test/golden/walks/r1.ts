// A scalar recurrent cell over an impulse: h = tanh(w · h + u · x), w = 0.5, u = 1, x = 1, 0, 0, 0; the loss is the last h.
import { nn, optim, tensor, type Tensor } from 'retrograd';

const float = { dtype: 'float32' } as const;

class Cell extends nn.Module {
  w = new nn.Parameter(tensor(0.5, float));
  u = new nn.Parameter(tensor(1, float));

  forward(x: Tensor, h: Tensor): Tensor {
    const drive = x.mul(this.u);
    return h.mul(this.w).add(drive).tanh();
  }
}

export function train() {
  const cell = new Cell();
  const opt = new optim.SGD(cell.parameters(), { lr: 0.1 });
  for (const sequence of [[1, 0, 0, 0]]) {
    opt.zeroGrad();
    let h = tensor(0, float);
    for (const x of sequence) {
      h = cell.forward(tensor(x, float), h);
    }
    h.backward();
    opt.step();
  }
}
