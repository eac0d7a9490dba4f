// R1 · An RNN by hand: one weight for the input, one for the state, four steps. Target: loss <= 0.02
//
// Look for: the same u and w at every step, so their gradients are sums over time. dL/dh gets smaller
// the further back it goes: each step multiplies it by w · (1 − h²). The first training step shows the
// numbers of the lecture: h = 0.7616 0.3634 0.1797 0.0896, and dL/dw = 0.5113.
import { hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.5, steps: 20 });
const float = { dtype: 'float32' } as const;

class Cell extends nn.Module {
  u = new nn.Parameter(tensor(1, float)); // how much of the input goes in
  w = new nn.Parameter(tensor(0.5, float)); // how much of the last state stays

  /** h_t = tanh(u · x_t + w · h_(t−1)), all of them scalars. */
  forward(x: Tensor, h: Tensor): Tensor {
    return x.mul(this.u).add(h.mul(this.w)).tanh();
  }
}

export function train() {
  const cell = new Cell();
  const optimizer = new optim.SGD(cell.parameters(), { lr: hp.lr });
  const x = tensor([1, 0, 0, 0], float); // [T]: an impulse, then silence

  for (let step = 0; step < hp.steps; step++) {
    const states: Tensor[] = [];
    let h = tensor(0, float);
    for (let t = 0; t < x.size(0); t++) {
      h = cell.forward(x.select(0, t), h);
      h.retainGrad();
      states.push(h);
    }
    const loss = h; // what is left of the impulse after four steps; training makes it forget
    optimizer.zeroGrad();
    loss.backward();
    if (step === 0) show(states, cell);
    optimizer.step();
    log({ loss, w: cell.w, u: cell.u });
  }
}

function show(states: Tensor[], { w, u }: Cell): void {
  console.log('h =', ...states.map((h) => h.item().toFixed(6)));
  console.log('dL/dh =', ...states.map((h) => h.grad!.item().toFixed(6)));
  console.log('dL/dw =', w.grad!.item().toFixed(6), ' dL/du =', u.grad!.item().toFixed(6));
}
