// A1 · Attention by hand: score, scale, softmax, weighted sum. Target: loss <= 0.01
//
// Look for: the query fits the keys (1, 0) and (1, 1) equally well, so both get weight 0.4011, and the
// output is the mean of the values by these weights: 1.2033 1.0000. Then the query learns to ask for
// the third value alone.
import { F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ lr: 0.5, steps: 60 });
const float = { dtype: 'float32' } as const;

class Attention extends nn.Module {
  q = new nn.Parameter(tensor([[1, 0]], float)); // [1, 2]: one query
  k = tensor(
    [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    float,
  ); // [3, 2]: a key for each place
  v = tensor(
    [
      [1, 0],
      [0, 1],
      [2, 2],
    ],
    float,
  ); // [3, 2]: and what is found there

  forward(): { weights: Tensor; output: Tensor } {
    const scores = this.q.matmul(this.k.t()); // [1, 2] · [2, 3] → [1, 3]: how well each key fits
    const scaled = scores.div(Math.sqrt(this.q.size(1))); // so that wide keys do not saturate softmax
    const weights = scaled.softmax(-1); // [1, 3]: positive, and they sum to 1
    const output = weights.matmul(this.v); // [1, 3] · [3, 2] → [1, 2]
    return { weights, output };
  }
}

export function train() {
  const model = new Attention();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  const wanted = tensor([[2, 2]], float);
  const digits = (x: Tensor): string =>
    [...x.toTypedArray()].map((value) => value.toFixed(4)).join(' ');

  const scores = tensor([112, 96], float).div(Math.sqrt(64)); // d_k = 64: 14 and 12
  console.log('112 and 96, scaled =', digits(scores), ' softmax =', digits(scores.softmax(0)));

  for (let step = 0; step < hp.steps; step++) {
    const { weights, output } = model.forward();
    const loss = F.mseLoss(output, wanted);
    optimizer.zeroGrad();
    loss.backward();
    if (step === 0) {
      console.log('weights =', digits(weights));
      console.log('output =', digits(output));
      const fused = F.scaledDotProductAttention(model.q, model.k, model.v);
      console.log('scaledDotProductAttention =', digits(fused));
    }
    optimizer.step();
    log({ loss, third: weights.select(1, 2) });
  }
}
