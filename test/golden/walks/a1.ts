// Attention of one query over three keys: scores, scale, softmax, weighted sum.
import { nn, optim, tensor, type Tensor } from 'retrograd';

const float = { dtype: 'float32' } as const;

class Attention extends nn.Module {
  q = new nn.Parameter(tensor([[1, 0]], float));

  forward(keys: Tensor, values: Tensor): Tensor {
    const scores = this.q.matmul(keys.transpose(0, 1)); // [1, 2] · [2, 3] → [1, 3]
    const weights = scores.div(Math.sqrt(2)).softmax(-1);
    return weights.matmul(values); // [1, 3] · [3, 2] → [1, 2]
  }
}

export function train() {
  const attention = new Attention();
  const opt = new optim.SGD(attention.parameters(), { lr: 0.1 });
  const keys = tensor([[1, 0], [0, 1], [1, 1]], float);
  const values = tensor([[1, 0], [0, 1], [2, 2]], float);
  for (let step = 0; step < 1; step++) {
    const out = attention.forward(keys, values);
    out.sum().backward();
    opt.step();
  }
}
