// An RNN by hand: one weight for the input, one for the state, four steps. Target: error <= 0.05
//
// Look for: the same w and u at every step, so their gradients are sums over time. dL/dh gets smaller
// the further back it goes: each step multiplies it by u · (1 − h²). Then the two numbers are learned
// from sequences alone.
import { F, hyper, log, nn, optim, randn, stack, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.03, steps: 200 });

class Unit extends nn.Module {
  w: nn.Parameter;
  u: nn.Parameter;

  constructor(w: number, u: number) {
    super();
    this.w = new nn.Parameter(tensor(w, { dtype: 'float32' }));
    this.u = new nn.Parameter(tensor(u, { dtype: 'float32' }));
  }

  /** States h_t = tanh(w · x_t + u · h_(t−1)) for inputs [N, T], as a list of [N]. */
  forward(x: Tensor): Tensor[] {
    const states: Tensor[] = [];
    let h = x.select(1, 0).zerosLike();
    for (let t = 0; t < x.size(1); t++) {
      h = x.select(1, t).mul(this.w).add(h.mul(this.u)).tanh();
      states.push(h);
    }
    return states;
  }
}

export function train() {
  const unit = new Unit(1, 0.5);
  const states = unit.forward(tensor([[1, 0, 0, 0]], { dtype: 'float32' }));
  states.forEach((h) => h.retainGrad());
  states.at(-1)!.sum().backward(); // the loss is the last state
  states.forEach((h, t) =>
    console.log(`h${t + 1} = ${h.item()}   dL/dh${t + 1} = ${h.grad!.item()}`),
  );
  console.log(`dL/dw = ${unit.w.grad!.item()}   dL/du = ${unit.u.grad!.item()}`);

  const model = new Unit(0, 0);
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const x = randn([32, 6]);
    const loss = F.mseLoss(stack(model.forward(x)), stack(unit.forward(x)).detach()); // [T, N]
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    const error = Math.max(Math.abs(model.w.item() - 1), Math.abs(model.u.item() - 0.5));
    log({ loss, error });
  }
}
