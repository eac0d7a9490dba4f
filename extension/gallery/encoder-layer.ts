// A7 · An encoder layer: attention, then two linear maps, each beside a straight way through. Target: accuracy >= 0.97
//
// Look for: x + part(x): the residual stream carries every token past both parts, so gradients have a
// short way back. Layer normalization sets each token to mean 0 and variance 1, after the sum (post)
// or before the part (pre). The task: say of each letter how often it occurs in its word.
import { data, F, hyper, log, nn, optim, Tensor, tensor } from 'retrograd';

const hp = hyper({ normFirst: true, width: 32, lr: 0.01, batchSize: 50, count: 2000, epochs: 12 });
const [length, letters] = [6, 'abcd'];

class EncoderLayer extends nn.Module {
  attention = new nn.MultiheadAttention(hp.width, 2, { batchFirst: true });
  fc1 = new nn.Linear(hp.width, 4 * hp.width);
  fc2 = new nn.Linear(4 * hp.width, hp.width);
  norm1 = new nn.LayerNorm(hp.width);
  norm2 = new nn.LayerNorm(hp.width);

  /** Shape: [N, T, width] in and out. */
  forward(x: Tensor): Tensor {
    if (hp.normFirst) {
      x = x.add(this.look(this.norm1.forward(x)));
      return x.add(this.think(this.norm2.forward(x)));
    }
    x = this.norm1.forward(x.add(this.look(x)));
    return this.norm2.forward(x.add(this.think(x)));
  }

  /** Each token gathers from all others. */
  look(x: Tensor): Tensor {
    return this.attention.forward(x, x, x)[0];
  }

  /** Each token by itself. */
  think(x: Tensor): Tensor {
    return this.fc2.forward(this.fc1.forward(x).relu());
  }
}

class Counter extends nn.Module {
  symbols = new nn.Embedding(letters.length, hp.width);
  layer = new EncoderLayer();
  head = new nn.Linear(hp.width, length + 1);

  forward(x: Tensor): Tensor {
    return this.head.forward(this.layer.forward(this.symbols.forward(x))); // [N, T, length + 1]
  }
}

export function train() {
  const normal = F.layerNorm(tensor([1, 2, 3, 4], { dtype: 'float32' }), [4]);
  console.log('LN =', ...[...normal.toTypedArray()].map((value) => value.toFixed(4)));
  const large = new nn.TransformerEncoderLayer(512, 8, { dimFeedforward: 2048 });
  console.log(
    'weights =',
    large.parameters().reduce((sum, { count }) => sum + count, 0),
  );

  const words = data.copy({ length, letters, count: hp.count });
  const loader = data.loader(words, { batchSize: hp.batchSize, shuffle: true });
  const model = new Counter();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (const { x: symbols } of loader.epochs(hp.epochs)) {
    const x = symbols.sub(data.end + 1); // without the marks: 0…3, [N, T]
    // retrograd-ignore broadcast
    const count = x.unsqueeze(1).eq(x.unsqueeze(2)).to('int32').sum(2); // [N, T]
    const scores = model.forward(x);
    const loss = F.crossEntropy(scores.flatten(0, 1), count.flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss, accuracy: scores.argmax(2).eq(count).to('float32').mean() });
  }
}
