// A2 · Attention knows no order: shuffle the tokens, and the outputs are shuffled alike. Target: accuracy >= 0.99
//
// Look for: scores compare each token with each, whatever their places. So output i of the shuffled
// list is output order[i] of the list, to rounding (sums run in another order). That suits a question
// whose answer does not depend on order either: which number of the list is the largest?
import { F, hyper, log, nn, optim, rand, randperm, Tensor } from 'retrograd';

const hp = hyper({ width: 16, heads: 2, length: 6, lr: 0.01, batchSize: 64, steps: 200 });

class SetModel extends nn.Module {
  embed = new nn.Linear(1, hp.width);
  attention = new nn.MultiheadAttention(hp.width, hp.heads, { batchFirst: true });
  head = new nn.Linear(hp.width, 1);

  /** For each number of x [N, T, 1] a score: how much it looks like the largest. [N, T] */
  forward(x: Tensor): Tensor {
    const tokens = this.embed.forward(x); // [N, T, width]
    const [context] = this.attention.forward(tokens, tokens, tokens); // [N, T, width]
    return this.head.forward(tokens.add(context).relu()).squeeze(2);
  }
}

export function train() {
  const model = new SetModel();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (let step = 0; step < hp.steps; step++) {
    const x = rand([hp.batchSize, hp.length, 1]);
    const order = randperm(hp.length);
    const scores = model.forward(x);
    const shuffled = model.forward(x.indexSelect(1, order));
    const difference = shuffled.sub(scores.indexSelect(1, order)).abs().amax();

    const largest = x.squeeze(2).argmax(1); // [N]
    const loss = F.crossEntropy(scores, largest);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    const accuracy = scores.argmax(1).eq(largest).to('float32').mean();
    log({ loss, accuracy, difference });
  }
}
