// R3 · Backpropagation through time: one matrix, used at every step, gets the sum of all gradients. Target: error <= 0.00001
//
// Look for: each step uses a copy of U of its own, so each copy has a gradient of its own. Their sum
// is the gradient of U, to rounding. The last line prints how much of it comes from which step, and
// how dL/dh collects what all later steps want of a state.
import { data, F, hyper, log, nn, optim, randn, stack, Tensor, zeros } from 'retrograd';

const hp = hyper({ hidden: 12, length: 16, lr: 0.01, batchSize: 20, epochs: 12 });

class RNN extends nn.Module {
  W = new nn.Parameter(randn([1, hp.hidden]).mul(0.5)); // input → state
  U = new nn.Parameter(randn([hp.hidden, hp.hidden]).mul(0.25)); // state → state
  V = new nn.Parameter(randn([hp.hidden, 1]).mul(0.3)); // state → output
  copies: Tensor[] = [];
  states: Tensor[] = [];

  /** Guesses [T, N, 1] of what follows each of x [N, T, 1]. */
  forward(x: Tensor): Tensor {
    [this.copies, this.states] = [[], []];
    const outputs: Tensor[] = [];
    let h = zeros([x.size(0), hp.hidden]);
    for (let t = 0; t < x.size(1); t++) {
      const U = this.U.clone(); // the same numbers; a place on the tape of its own
      h = x.select(1, t).matmul(this.W).add(h.matmul(U)).tanh(); // [N, hidden]
      for (const kept of [U, h]) kept.retainGrad();
      this.copies.push(U);
      this.states.push(h);
      outputs.push(h.matmul(this.V)); // [N, 1]
    }
    return stack(outputs);
  }
}

export function train() {
  const waves = data.sine({ length: hp.length, count: 200 });
  const loader = data.loader(waves, { batchSize: hp.batchSize, shuffle: true });
  const model = new RNN();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const loss = F.mseLoss(model.forward(x), y.transpose(0, 1)); // [T, N, 1]
    optimizer.zeroGrad();
    loss.backward();
    const parts = stack(model.copies.map((U) => U.grad!)); // [T, hidden, hidden]
    const error = parts.sum(0).sub(model.U.grad!).abs().amax();
    optimizer.step();
    log({ loss, error });
  }
  const sizes = (tensors: Tensor[]): string =>
    tensors.map(({ grad }) => grad!.norm().item().toExponential(1)).join(' ');
  console.log('‖dL/dU‖ of each step:', sizes(model.copies));
  console.log('‖dL/dh‖ at each step:', sizes(model.states));
}
