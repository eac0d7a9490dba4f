// A5 · Multi-head attention: several looks at once, and the size stays. Target: accuracy >= 0.99
//
// Look for: the width is split among the heads, each head has weights [T, T] of its own, and the parts
// are put together again: 8 heads of 64 are 512, in and out. Each place has to name both of its
// neighbours. One head can only look at their mixture; with two, one looks left and one right.
import { arange, data, F, hyper, log, nn, noGrad, optim, stack, Tensor, zeros } from 'retrograd';

const hp = hyper({ width: 32, heads: 2, lr: 0.01, batchSize: 50, count: 1500, epochs: 7 });
const [length, letters] = [5, 'abcd'];

class MultiHead extends nn.Module {
  q: nn.Linear;
  k: nn.Linear;
  v: nn.Linear;
  join: nn.Linear;

  constructor(
    width: number,
    readonly heads: number,
  ) {
    super();
    this.q = new nn.Linear(width, width);
    this.k = new nn.Linear(width, width);
    this.v = new nn.Linear(width, width);
    this.join = new nn.Linear(width, width);
  }

  /** Shape: x [B, T, d] → output [B, T, d] and weights [B, h, T, T]. */
  forward(x: Tensor): { output: Tensor; weights: Tensor } {
    const [B, T, d] = x.shape as [number, number, number];
    const split = (y: Tensor): Tensor =>
      y.reshape([B, T, this.heads, d / this.heads]).transpose(1, 2); // [B, h, T, d / h]
    const q = split(this.q.forward(x));
    const k = split(this.k.forward(x));
    const v = split(this.v.forward(x));
    const scores = q.matmul(k.transpose(2, 3)).div(Math.sqrt(d / this.heads)); // [B, h, T, T]
    const weights = scores.softmax(-1);
    const context = weights.matmul(v); // [B, h, T, d / h]
    const joined = context.transpose(1, 2).reshape([B, T, d]);
    return { output: this.join.forward(joined), weights };
  }
}

class Neighbours extends nn.Module {
  symbols = new nn.Embedding(letters.length, hp.width);
  places = new nn.Embedding(length, hp.width);
  attention = new MultiHead(hp.width, hp.heads);
  head = new nn.Linear(hp.width, 2 * letters.length);

  /** Scores [B, T − 2, 2, letters] for the left and the right neighbour of each inner place. */
  forward(x: Tensor): Tensor {
    const tokens = this.symbols.forward(x).add(this.places.forward(arange(length))); // [B, T, d]
    const { output } = this.attention.forward(tokens);
    const inner = this.head.forward(output).slice(1, 1, length - 1);
    return inner.reshape([x.size(0), length - 2, 2, letters.length]);
  }
}

export function train() {
  const wide = noGrad(() => new MultiHead(512, 8).forward(zeros([1, 5, 512])));
  console.log('8 · 64 =', wide.output.shape.join(' '), ' weights =', wide.weights.shape.join(' '));

  const lists = data.copy({ length, letters, count: hp.count });
  const loader = data.loader(lists, { batchSize: hp.batchSize, shuffle: true });
  const model = new Neighbours();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (const { x: symbols } of loader.epochs(hp.epochs)) {
    const x = symbols.sub(data.end + 1); // without the marks: 0…3, [B, T]
    const scores = model.forward(x);
    const [left, right] = [x.slice(1, 0, length - 2), x.slice(1, 2)]; // [B, T − 2]
    const wanted = stack([left, right], 2); // [B, T − 2, 2]
    const loss = F.crossEntropy(scores.flatten(0, 2), wanted.flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, accuracy: scores.argmax(3).eq(wanted).to('float32').mean() });
  }
}
