// A9 · GPT: a small Transformer that learns to sort letters by predicting what comes next. Target: exactMatch >= 0.99
//
// Look for: the causal mask hides everything to the right, so the unsorted half gets no loss and the
// sorted half can only look back. In a trained model a head of the last layer looks straight at the
// letters of the input that equal the one it is about to write.
import { arange, cat, data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ width: 48, layers: 2, lr: 0.003, batchSize: 64, count: 4000, epochs: 6 });

const length = 6;
const lists = data.sort({ length, letters: 'abcdef', count: hp.count + 400 });
const vocabulary = lists.target.size; // marks and letters; source and target have the same

class Block extends nn.Module {
  norm1 = new nn.LayerNorm(hp.width);
  attention = new nn.MultiheadAttention(hp.width, 3, { batchFirst: true });
  norm2 = new nn.LayerNorm(hp.width);
  fc1 = new nn.Linear(hp.width, 4 * hp.width);
  fc2 = new nn.Linear(4 * hp.width, hp.width);

  forward(x: Tensor): Tensor {
    const n = this.norm1.forward(x); // [N, T, width]
    const [looked] = this.attention.forward(n, n, n, { attnMask: causal(x.size(1)) });
    x = x.add(looked); // the residual stream
    return x.add(this.fc2.forward(F.gelu(this.fc1.forward(this.norm2.forward(x)))));
  }
}

/** [T, T], true where a position would see a later one. */
function causal(steps: number): Tensor {
  const at = arange(steps);
  return at.unsqueeze(0).gt(at.unsqueeze(1));
}

class GPT extends nn.Module {
  symbols = new nn.Embedding(vocabulary, hp.width);
  places = new nn.Embedding(2 * length, hp.width);
  blocks = Array.from({ length: hp.layers }, () => new Block());
  norm = new nn.LayerNorm(hp.width);
  head = new nn.Linear(hp.width, vocabulary, { bias: false });

  forward(tokens: Tensor): Tensor {
    let x = this.symbols.forward(tokens).add(this.places.forward(arange(tokens.size(1))));
    for (const block of this.blocks) x = block.forward(x); // [N, T, width]
    return this.head.forward(this.norm.forward(x)); // [N, T, vocabulary]
  }
}

export function train() {
  const [known, unseen] = data.randomSplit(lists, [hp.count, 400]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new GPT();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });

  for (const { x, y } of loader.epochs(hp.epochs)) {
    const sorted = y.slice(1, 1, length + 1); // without marks, [N, length]
    const tokens = cat([x, sorted.slice(1, 0, length - 1)], 1); // [N, 2·length − 1]
    const scores = model.forward(tokens).slice(1, length - 1); // from the last unsorted letter on
    const loss = F.crossEntropy(scores.flatten(0, 1), sorted.flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  let tokens = x;
  for (let i = 0; i < length; i++) {
    const next = noGrad(() => model.forward(tokens))
      .select(1, -1)
      .argmax(1); // [N]
    tokens = cat([tokens, next.unsqueeze(1)], 1);
  }
  const sorted = tokens.slice(1, length); // [N, length]
  const right = sorted.eq(y.slice(1, 1, length + 1)).all(1); // [N]
  log({ exactMatch: right.to('float32').mean() });
  console.log(lists.source.decode(x.select(0, 0)), '→', lists.target.decode(sorted.select(0, 0)));
}
