// P2 · Hello autograd: three numbers, one formula, and the slope of each. Target: loss <= 0.001
//
// Look for: y = (x · w + b)². backward() walks the formula from its end to its beginning and leaves
// dy/dw and dy/db in .grad. Before, .grad is null: unknown, which is not 0. A second backward() adds
// to the first, so gradients double: that is what zeroGrad() is for.
import { hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.03, steps: 30 });
const float = { dtype: 'float32' } as const;

class Formula extends nn.Module {
  w = new nn.Parameter(tensor(1.5, float));
  b = new nn.Parameter(tensor(-1, float));

  forward(x: Tensor): Tensor {
    const product = x.mul(this.w); // 2 · 1.5 = 3
    const sum = product.add(this.b); // 3 − 1 = 2
    return sum.pow(2); // 4
  }
}

export function train() {
  const model = new Formula();
  const optimizer = new optim.SGD(model.parameters(), { lr: hp.lr });
  const x = tensor(2, float);
  const gradients = (): string =>
    [model.w, model.b].map(({ grad }) => (grad === null ? 'null' : grad.item())).join(' ');

  console.log('before:', gradients());
  model.forward(x).backward();
  console.log('dy/dw, dy/db =', gradients()); // 2 · sum · x = 8, and 2 · sum = 4
  model.forward(x).backward();
  console.log('without zeroGrad =', gradients()); // twice as much
  optimizer.zeroGrad();
  console.log('after zeroGrad:', gradients());

  for (let step = 0; step < hp.steps; step++) {
    const loss = model.forward(x);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, w: model.w, b: model.b });
  }
}
