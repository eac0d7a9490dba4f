// The programs whose hooks are timed, as texts: each exports one training step. Knows no clock.
const head = `import { nn, optim, F, randn, randint, zeros, arange, manualSeed, type Tensor } from 'retrograd';
manualSeed(1);
`;

const recurrent = (batch: number, size: number, time: number): string => `${head}
class Cell extends nn.Module {
  input = new nn.Linear(8, ${4 * size});
  hidden = new nn.Linear(${size}, ${4 * size});
  forward(x: Tensor, h: Tensor, c: Tensor): [Tensor, Tensor] {
    const gates = this.input.forward(x).add(this.hidden.forward(h));
    const [i, f, g, o] = gates.chunk(4, 1);
    const next = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
    return [o.sigmoid().mul(next.tanh()), next];
  }
}
const cell = new Cell();
const opt = new optim.Adam(cell.parameters(), { lr: 0.001 });
const xs = Array.from({ length: ${time} }, () => randn([${batch}, 8]));
export function step(): void {
  opt.zeroGrad();
  let h = zeros([${batch}, ${size}]);
  let c = zeros([${batch}, ${size}]);
  for (const x of xs) {
    [h, c] = cell.forward(x, h, c);
  }
  const loss = h.pow(2).mean();
  loss.backward();
  opt.step();
}
`;

export const programs: Readonly<Record<string, string>> = {
  'LSTM by hand, T 64, batch 32, 64 units': recurrent(32, 64, 64),
  'LSTM by hand, T 64, batch 1, 8 units': recurrent(1, 8, 64),
  'MLP, batch 64': `${head}
const net = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
const opt = new optim.SGD(net.parameters(), { lr: 0.01 });
const x = randn([64, 784]);
const y = randint(0, 10, [64]);
export function step(): void {
  opt.zeroGrad();
  const loss = F.crossEntropy(net.forward(x), y);
  loss.backward();
  opt.step();
}
`,
  'LeNet, batch 16': `${head}
class Net extends nn.Module {
  first = new nn.Conv2d(1, 6, 5, { padding: 2 });
  second = new nn.Conv2d(6, 16, 5);
  a = new nn.Linear(400, 120);
  b = new nn.Linear(120, 84);
  c = new nn.Linear(84, 10);
  forward(x: Tensor): Tensor {
    const h = this.first.forward(x).relu().maxPool2d(2);
    const k = this.second.forward(h).relu().maxPool2d(2).flatten(1);
    return this.c.forward(this.b.forward(this.a.forward(k).relu()).relu());
  }
}
const net = new Net();
const opt = new optim.Adam(net.parameters(), { lr: 0.001 });
const x = randn([16, 1, 28, 28]);
const y = randint(0, 10, [16]);
export function step(): void {
  opt.zeroGrad();
  const loss = F.crossEntropy(net.forward(x), y);
  loss.backward();
  opt.step();
}
`,
  'GPT, 2 blocks, T 32, batch 8': `${head}
class Block extends nn.Module {
  attention = new nn.MultiheadAttention(64, 4, { batchFirst: true });
  one = new nn.LayerNorm(64);
  two = new nn.LayerNorm(64);
  up = new nn.Linear(64, 256);
  down = new nn.Linear(256, 64);
  forward(x: Tensor): Tensor {
    const n = this.one.forward(x);
    const [a] = this.attention.forward(n, n, n, { needWeights: false });
    const y = x.add(a);
    return y.add(this.down.forward(this.up.forward(this.two.forward(y)).gelu()));
  }
}
class Net extends nn.Module {
  tokens = new nn.Embedding(65, 64);
  places = new nn.Embedding(32, 64);
  blocks = [new Block(), new Block()];
  head = new nn.Linear(64, 65);
  forward(x: Tensor): Tensor {
    let h = this.tokens.forward(x).add(this.places.forward(arange(0, 32, 1, { dtype: 'int32' })));
    for (const block of this.blocks) h = block.forward(h);
    return this.head.forward(h);
  }
}
const net = new Net();
const opt = new optim.AdamW(net.parameters(), { lr: 0.001 });
const x = randint(0, 65, [8, 32]);
export function step(): void {
  opt.zeroGrad();
  const loss = F.crossEntropy(net.forward(x).reshape([256, 65]), x.flatten());
  loss.backward();
  opt.step();
}
`,
};

/** A step of about a hundred thousand rows. */
export const long: string = recurrent(1, 8, 1800).replace(
  'export function step',
  'export function train',
);
