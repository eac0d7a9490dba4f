// R7 · An LSTM by hand: gates decide what to take up, keep and show. Target: loss <= 0.001
//
// Look for: c is a highway: c = f · c + i · g, so its gradient passes with the factor f, and nothing
// else. With f = 1 it arrives whole, at any distance. That is why a forget bias of 1 is a good start:
// after three steps σ(1)³ = 0.39 is left instead of 0.5³ = 0.125.
import { F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.1, steps: 60 });
const float = { dtype: 'float32' } as const;

/** One scalar gate: w · x + u · h + b. */
class Gate extends nn.Module {
  w = new nn.Parameter(tensor(0.5, float));
  u = new nn.Parameter(tensor(0.5, float));
  b = new nn.Parameter(tensor(0, float));

  forward(x: Tensor, h: Tensor): Tensor {
    return x.mul(this.w).add(h.mul(this.u)).add(this.b);
  }
}

class Cell extends nn.Module {
  input = new Gate();
  forget = new Gate();
  offer = new Gate();
  output = new Gate();

  forward(x: Tensor, h: Tensor, c: Tensor): [h: Tensor, c: Tensor] {
    const i = this.input.forward(x, h).sigmoid(); // how much to take up
    const f = this.forget.forward(x, h).sigmoid(); // how much to keep
    const g = this.offer.forward(x, h).tanh(); // what is offered
    const o = this.output.forward(x, h).sigmoid(); // how much to show
    c = f.mul(c).add(i.mul(g));
    return [o.mul(c.tanh()), c];
  }
}

export function train() {
  const cell = new Cell();
  const optimizer = new optim.Adam(cell.parameters(), { lr: hp.lr });
  const x = tensor([1, 1, 1], float); // [T]
  const wanted = tensor(0.8, float);

  for (let step = 0; step < hp.steps; step++) {
    let [h, c] = [tensor(0, float), tensor(0, float)];
    for (let t = 0; t < x.size(0); t++) {
      [h, c] = cell.forward(x.select(0, t), h, c);
      if (step === 0) console.log(`c, h = ${c.item().toFixed(6)} ${h.item().toFixed(6)}`);
    }
    const loss = F.mseLoss(h, wanted);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, h, c });
  }
  for (const bias of [0, 1, 100]) console.log(`forget bias ${bias}: dc_T/dc_0 =`, kept(bias));
}

/** What three steps without input leave of a cell state, which is also the gradient back to it. */
function kept(forgetBias: number): string {
  const c0 = tensor(1, { ...float, requiresGrad: true });
  const f = tensor(forgetBias, float).sigmoid();
  let c: Tensor = c0;
  for (let t = 0; t < 3; t++) c = f.mul(c);
  c.backward();
  return c0.grad!.item().toFixed(4);
}
