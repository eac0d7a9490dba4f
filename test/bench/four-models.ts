// Four models in one file, as somebody might study them side by side: what shapes.mjs edits 200 times.
import { arange, cat, data, dim, F, hyper, log, nn, noGrad } from 'retrograd';
import { optim, randint, randn, stack, Tensor, zeros } from 'retrograd';

const hp = hyper({ lr: 3e-3, hidden: 128, width: 128, layers: 2, steps: 200 });
const T = dim('T', 64);
const B = dim('B', 32);
const vocabulary = 65;

// 1. An LSTM whose gates are written by hand, over 64 steps of time.

interface State {
  h: Tensor;
  c: Tensor;
}

class LSTMCell extends nn.Module {
  wx: nn.Linear;
  wh: nn.Linear;

  constructor(
    inputs: number,
    readonly hidden: number,
  ) {
    super();
    this.wx = new nn.Linear(inputs, 4 * hidden);
    this.wh = new nn.Linear(hidden, 4 * hidden, { bias: false });
  }

  forward(x: Tensor, state: State): State {
    const gates = this.wx.forward(x).add(this.wh.forward(state.h));
    const [input, forget, offer, output] = gates.chunk(4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const kept = state.c.mul(forget.sigmoid());
    const taken = input.sigmoid().mul(offer.tanh());
    const c = kept.add(taken);
    const h = output.sigmoid().mul(c.tanh());
    return { h, c };
  }

  begin(batch: number): State {
    const h = zeros([batch, this.hidden]);
    const c = zeros([batch, this.hidden]);
    return { h, c };
  }
}

class CharLSTM extends nn.Module {
  embed = new nn.Embedding(vocabulary, 32);
  cell = new LSTMCell(32, hp.hidden);
  head = new nn.Linear(hp.hidden, vocabulary);

  forward(tokens: Tensor): Tensor {
    const x = this.embed.forward(tokens);
    let state = this.cell.begin(x.size(0));
    const outputs: Tensor[] = [];
    for (let t = 0; t < x.size(1); t++) {
      const now = x.select(1, t);
      state = this.cell.forward(now, state);
      outputs.push(state.h);
    }
    const states = stack(outputs, 1);
    return this.head.forward(states);
  }
}

function trainLSTM(): void {
  const model = new CharLSTM();
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const tokens = randint(0, vocabulary, [B, T]);
    const targets = randint(0, vocabulary, [B, T]);
    const logits = model.forward(tokens);
    const loss = F.crossEntropy(logits.view([-1, vocabulary]), targets.flatten());
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm(model.parameters(), 1);
    optimizer.step();
    log({ loss });
  }
}

// 2. A GPT whose attention is written by hand.

class SelfAttention extends nn.Module {
  qkv: nn.Linear;
  project: nn.Linear;

  constructor(
    width: number,
    readonly heads: number,
  ) {
    super();
    this.qkv = new nn.Linear(width, 3 * width);
    this.project = new nn.Linear(width, width);
  }

  split(x: Tensor): Tensor {
    const [batch, time, width] = x.shape as [number, number, number];
    const parts = x.view([batch, time, this.heads, width / this.heads]);
    return parts.transpose(1, 2);
  }

  forward(x: Tensor): Tensor {
    const [q, k, v] = this.qkv.forward(x).chunk(3, 2) as [Tensor, Tensor, Tensor];
    const [queries, keys, values] = [this.split(q), this.split(k), this.split(v)];
    const size = queries.size(-1);
    const scores = queries.matmul(keys.transpose(2, 3)).div(Math.sqrt(size));
    const time = x.size(1);
    const hidden = arange(time).unsqueeze(1).lt(arange(time));
    const weights = scores.maskedFill(hidden, -Infinity).softmax(-1);
    const looked = weights.matmul(values);
    const joined = looked.transpose(1, 2).reshape(x.shape);
    return this.project.forward(joined);
  }
}

class Block extends nn.Module {
  norm1: nn.LayerNorm;
  attention: SelfAttention;
  norm2: nn.LayerNorm;
  up: nn.Linear;
  down: nn.Linear;

  constructor(width: number, heads: number) {
    super();
    this.norm1 = new nn.LayerNorm(width);
    this.attention = new SelfAttention(width, heads);
    this.norm2 = new nn.LayerNorm(width);
    this.up = new nn.Linear(width, 4 * width);
    this.down = new nn.Linear(4 * width, width);
  }

  forward(x: Tensor): Tensor {
    const looked = this.attention.forward(this.norm1.forward(x));
    const middle = x.add(looked);
    const wide = F.gelu(this.up.forward(this.norm2.forward(middle)));
    return middle.add(this.down.forward(wide));
  }
}

class GPT extends nn.Module {
  symbols = new nn.Embedding(vocabulary, hp.width);
  places = new nn.Embedding(T, hp.width);
  blocks = new nn.ModuleList(Array.from({ length: hp.layers }, () => new Block(hp.width, 4)));
  norm = new nn.LayerNorm(hp.width);
  head = new nn.Linear(hp.width, vocabulary, { bias: false });

  forward(tokens: Tensor): Tensor {
    const places = this.places.forward(arange(tokens.size(1)));
    let x = this.symbols.forward(tokens).add(places);
    for (const block of this.blocks) x = block.forward(x);
    const normed = this.norm.forward(x);
    return this.head.forward(normed);
  }
}

function trainGPT(): void {
  const model = new GPT();
  const optimizer = new optim.AdamW(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const tokens = randint(0, vocabulary, [B, T]);
    const targets = randint(0, vocabulary, [B, T]);
    const logits = model.forward(tokens);
    const loss = F.crossEntropy(logits.view([-1, vocabulary]), targets.flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}

// 3. LeNet.

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 });
  conv2 = new nn.Conv2d(6, 16, 5);
  pool = new nn.MaxPool2d(2);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  head = new nn.Linear(84, 10);

  forward(x: Tensor): Tensor {
    const low = this.conv1.forward(x).relu();
    const smaller = this.pool.forward(low);
    const high = this.conv2.forward(smaller).relu();
    const smallest = this.pool.forward(high);
    const flat = smallest.flatten(1);
    const wide = this.fc1.forward(flat).relu();
    const narrow = this.fc2.forward(wide).relu();
    return this.head.forward(narrow);
  }
}

function trainLeNet(): void {
  const digits = data.digits({ count: 2000 });
  const loader = data.loader(digits, { batchSize: 64, shuffle: true });
  const model = new LeNet();
  const optimizer = new optim.SGD(model.parameters(), { lr: hp.lr, momentum: 0.9 });
  for (const { x, y } of loader.epochs(3)) {
    const scores = model.forward(x);
    const loss = F.crossEntropy(scores, y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    const right = scores.argmax(1).eq(y).to('float32').mean();
    log({ loss, right });
  }
}

// 4. Sequence to sequence, with attention.

class Encoder extends nn.Module {
  embed: nn.Embedding;
  rnn: nn.GRU;

  constructor(symbols: number, hidden: number) {
    super();
    this.embed = new nn.Embedding(symbols, 24);
    this.rnn = new nn.GRU(24, hidden, { batchFirst: true });
  }

  forward(x: Tensor): [states: Tensor, last: Tensor] {
    const embedded = this.embed.forward(x);
    const [states, last] = this.rnn.forward(embedded);
    return [states, last.squeeze(0)];
  }
}

class Attention extends nn.Module {
  query: nn.Linear;
  key: nn.Linear;
  score: nn.Linear;

  constructor(hidden: number) {
    super();
    this.query = new nn.Linear(hidden, hidden, { bias: false });
    this.key = new nn.Linear(hidden, hidden, { bias: false });
    this.score = new nn.Linear(hidden, 1, { bias: false });
  }

  forward(h: Tensor, states: Tensor): [context: Tensor, weights: Tensor] {
    const asked = this.query.forward(h).unsqueeze(1);
    const met = this.key.forward(states).add(asked).tanh();
    const weights = this.score.forward(met).squeeze(2).softmax(1);
    const context = weights.unsqueeze(1).matmul(states).squeeze(1);
    return [context, weights];
  }
}

class Seq2Seq extends nn.Module {
  encoder: Encoder;
  embed: nn.Embedding;
  cell: nn.GRUCell;
  attention: Attention;
  head: nn.Linear;

  constructor(symbols: number, hidden: number) {
    super();
    this.encoder = new Encoder(symbols, hidden);
    this.embed = new nn.Embedding(symbols, 24);
    this.cell = new nn.GRUCell(24 + hidden, hidden);
    this.attention = new Attention(hidden);
    this.head = new nn.Linear(2 * hidden, symbols);
  }

  forward(x: Tensor, y: Tensor): Tensor {
    const [states, last] = this.encoder.forward(x);
    let h = last;
    const scores: Tensor[] = [];
    for (let t = 0; t < y.size(1); t++) {
      const symbol = this.embed.forward(y.select(1, t));
      const [context] = this.attention.forward(h, states);
      h = this.cell.forward(cat([symbol, context], 1), h);
      scores.push(this.head.forward(cat([h, context], 1)));
    }
    return stack(scores, 1);
  }
}

function trainSeq2Seq(): void {
  const model = new Seq2Seq(14, 64);
  const optimizer = new optim.Adam(model.parameters(), { lr: hp.lr });
  for (let step = 0; step < hp.steps; step++) {
    const x = randint(0, 14, [B, 12]);
    const y = randint(0, 14, [B, 10]);
    const scores = model.forward(x, y.slice(1, 0, -1));
    const loss = F.crossEntropy(scores.flatten(0, 1), y.slice(1, 1).flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}

export function train(): void {
  trainLSTM();
  trainGPT();
  trainLeNet();
  trainSeq2Seq();
  const noise = randn([B, 1, 28, 28]);
  const scores = noGrad(() => new LeNet().forward(noise));
  log({ guess: scores.argmax(1).to('float32').mean() });
}
