// R6 · Gradient clipping: at a cliff, keep the direction and shorten the step. Target: loss <= 0.01
//
// Look for: with w = 1.3 twenty steps multiply the state by 190, and the gradient is in the hundred
// thousands. Cut to length 1 it still points the same way (cosine = 1), and w walks down to where the
// sequence keeps its size. Set clip=0 to switch it off: the first step leaps out of the world.
import { cat, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ clip: 1, T: 20, lr: 0.01, steps: 150 });
const float = { dtype: 'float32' } as const;

class Linear extends nn.Module {
  w = new nn.Parameter(tensor([1.3], float)); // the state's factor
  u = new nn.Parameter(tensor([0.8], float)); // the input's factor

  /** The last state after an impulse: u · w^(T − 1). */
  forward(): Tensor {
    let h = this.u.mul(1);
    for (let t = 1; t < hp.T; t++) h = h.mul(this.w);
    return h;
  }
}

export function train() {
  const model = new Linear();
  const optimizer = new optim.SGD(model.parameters(), { lr: hp.lr });
  const gradient = (): Tensor => cat(model.parameters().map(({ grad }) => grad!)); // [2]

  for (let step = 0; step < hp.steps; step++) {
    const loss = model.forward().sub(1).pow(2).sum(); // the impulse should arrive as 1
    optimizer.zeroGrad();
    loss.backward();
    const before = gradient();
    if (hp.clip > 0) nn.utils.clipGradNorm(model.parameters(), hp.clip);
    const after = gradient();
    const cosine = before.dot(after).div(before.norm().mul(after.norm()).add(1e-30));
    optimizer.step();
    log({ loss, before: before.norm(), after: after.norm(), cosine });
  }
}
