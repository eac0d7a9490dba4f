// A9 · GPT: a small Transformer learns to sort letters by predicting what comes next. Target: exactMatch >= 1
//
// Look for: the causal mask hides everything to the right, so the unsorted half gets no loss and the
// sorted half can only look back. In a trained model a head of the last layer looks straight at the
// letters of the input that equal the one it is about to write.
import { arange, cat, data, F, hyper, log, nn, noGrad, optim, Tensor } from 'retrograd';

const hp = hyper({ width: 36, layers: 2, lr: 0.004, batchSize: 32, count: 2000, epochs: 5 });
const [length, letters, heads] = [6, 'abc', 3];
const first = data.end + 1; // the number of the letter a
const lists = data.sort({ length, letters, count: hp.count + 400 });

class Block extends nn.Module {
  norm1: nn.LayerNorm;
  attention: nn.MultiheadAttention;
  norm2: nn.LayerNorm;
  mlp: nn.Sequential;

  constructor(width: number) {
    super();
    this.norm1 = new nn.LayerNorm(width);
    this.attention = new nn.MultiheadAttention(width, heads, { batchFirst: true });
    this.norm2 = new nn.LayerNorm(width);
    const [up, down] = [new nn.Linear(width, 4 * width), new nn.Linear(4 * width, width)];
    this.mlp = new nn.Sequential(up, new nn.GELU(), down);
  }

  forward(x: Tensor): Tensor {
    const n = this.norm1.forward(x); // [N, T, width]
    const [looked] = this.attention.forward(n, n, n, { isCausal: true });
    x = x.add(looked); // the residual stream
    return x.add(this.mlp.forward(this.norm2.forward(x)));
  }
}

class GPT extends nn.Module {
  symbols: nn.Embedding;
  places: nn.Embedding;
  blocks: Block[];
  norm: nn.LayerNorm;
  head: nn.Linear;

  constructor(width: number, layers: number) {
    super();
    this.symbols = new nn.Embedding(letters.length, width);
    this.places = new nn.Embedding(2 * length - 1, width);
    this.blocks = Array.from({ length: layers }, () => new Block(width));
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, letters.length, { bias: false });
  }

  /** Scores [N, T, letters] of what follows each of `tokens` [N, T]. */
  forward(tokens: Tensor): Tensor {
    let x = this.symbols.forward(tokens).add(this.places.forward(arange(tokens.size(1))));
    for (const block of this.blocks) x = block.forward(x); // [N, T, width]
    return this.head.forward(this.norm.forward(x));
  }
}

export function train() {
  const nano = new GPT(48, 3); // minGPT's smallest
  const count = nano.parameters().reduce((sum, { count }) => sum + count, 0);
  console.log('weights of gpt-nano without head =', count - nano.head.weight.count);

  const [known, unseen] = data.randomSplit(lists, [hp.count, 400]);
  const loader = data.loader(known, { batchSize: hp.batchSize, shuffle: true });
  const model = new GPT(hp.width, hp.layers);
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (const { x, y } of loader.epochs(hp.epochs)) {
    const sorted = y.slice(1, 1, length + 1).sub(first); // y[:, 1:-1], no marks: [N, length]
    const tokens = cat([x.sub(first), sorted.slice(1, 0, -1)], 1); // [N, 2 · length − 1]
    const scores = model.forward(tokens).slice(1, length - 1); // from the last unsorted letter on
    const loss = F.crossEntropy(scores.flatten(0, 1), sorted.flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }

  const { x, y } = unseen.all();
  let tokens = x.sub(first);
  for (let i = 0; i < length; i++) {
    const scores = noGrad(() => model.forward(tokens)).select(1, -1); // [N, letters]
    tokens = cat([tokens, scores.argmax(1).unsqueeze(1)], 1);
  }
  const right = tokens.slice(1, length).eq(y.slice(1, 1, length + 1).sub(first)); // [N, length]
  log({ exactMatch: right.all(1).to('float32').mean() });
}
