// R5 · Truncated backpropagation through time: the value goes on, the gradient stops. Target: ratio >= 0.5
//
// Look for: detach() leaves the loss as it is, and keeps exactly k of the T − 1 equal terms of the
// gradient: k / (T − 1), here 5/9 = 0.5556, whatever w is. Only k steps have to be remembered.
// Set k=9 for the full gradient.
import { hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ T: 10, k: 5, lr: 0.02, steps: 30 });
const float = { dtype: 'float32' } as const;

class Linear extends nn.Module {
  w = new nn.Parameter(tensor(0.9, float));

  /** h_t = w · h_(t−1) + x_t, all of them scalars. */
  forward(x: number, h: Tensor): Tensor {
    return h.mul(this.w).add(x);
  }
}

/** The last state after an impulse; the gradient reaches back k steps. */
function unroll(cell: Linear, k: number): Tensor {
  let h = tensor(0, float);
  for (let t = 0; t < hp.T; t++) {
    if (t === hp.T - k) h = h.detach();
    h = cell.forward(t === 0 ? 1 : 0, h);
  }
  return h;
}

export function train() {
  const cell = new Linear();
  const optimizer = new optim.SGD(cell.parameters(), { lr: hp.lr });

  for (let step = 0; step < hp.steps; step++) {
    optimizer.zeroGrad();
    const whole = unroll(cell, hp.T); // never cut
    whole.backward();
    const full = cell.w.grad!.item(); // (T − 1) · w^(T − 2)

    optimizer.zeroGrad();
    const loss = unroll(cell, hp.k); // cut
    loss.backward();
    const truncated = cell.w.grad!.item();

    const ratio = truncated / full;
    if (step === 0) console.log('truncated / full =', ratio.toFixed(4));
    optimizer.step();
    log({ loss, ratio, sameLoss: Number(loss.item() === whole.item()) });
  }
}
