// R8 · A GRU by hand: the new state lies between the old one and a candidate. Target: loss <= 0.001
//
// Look for: h = (1 − z) · n + z · h. With z = 1 the state is copied and its gradient passes whole;
// with z = 0 it is replaced. The reset gate r decides how much of the past the candidate may see.
// This is PyTorch's convention; some papers swap z and 1 − z.
import { F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.1, steps: 60 });
const float = { dtype: 'float32' } as const;

class Cell extends nn.Module {
  wr = weight();
  ur = weight();
  wz = weight();
  uz = weight();
  wn = weight();
  un = weight();
  bz = new nn.Parameter(tensor(0, float));

  forward(x: Tensor, h: Tensor): Tensor {
    const r = x.mul(this.wr).add(h.mul(this.ur)).sigmoid(); // reset
    const z = x.mul(this.wz).add(h.mul(this.uz)).add(this.bz).sigmoid(); // update
    const n = x
      .mul(this.wn)
      .add(r.mul(h.mul(this.un)))
      .tanh(); // candidate
    const one = z.onesLike();
    return one.sub(z).mul(n).add(z.mul(h));
  }
}

function weight(): nn.Parameter {
  return new nn.Parameter(tensor(0.5, float));
}

export function train() {
  const cell = new Cell();
  const optimizer = new optim.Adam(cell.parameters(), { lr: hp.lr });
  const x = tensor([1, 1, 1], float); // [T]
  const wanted = tensor(0.8, float);

  for (let step = 0; step < hp.steps; step++) {
    const states: Tensor[] = [];
    let h = tensor(0, float);
    for (let t = 0; t < x.size(0); t++) {
      h = cell.forward(x.select(0, t), h);
      states.push(h);
    }
    const loss = F.mseLoss(h, wanted);
    optimizer.zeroGrad();
    loss.backward();
    if (step === 0) console.log('h =', ...states.map((state) => state.item().toFixed(6)));
    optimizer.step();
    log({ loss, h });
  }
  copies();
}

/** With an update gate that is open wide, a state goes through unchanged, and so does its gradient. */
function copies(): void {
  const cell = new Cell();
  const open = cell.stateDict().set('bz', tensor(100, float));
  cell.loadStateDict(open);
  const h0 = tensor(0.3, { ...float, requiresGrad: true });
  let h: Tensor = h0;
  for (let t = 0; t < 5; t++) h = cell.forward(tensor(1, float), h);
  h.backward();
  console.log('z = 1: h_T =', h.item().toFixed(4), ' dh_T/dh_0 =', h0.grad!.item().toFixed(4));
}
