// Small models of every kind, as users write them: what tests record. Knows no test.
const program = (
  imports: string,
  model: string,
  batch: string,
  loss: string,
  optimizer = 'Adam',
): string =>
  `import { nn, optim, F, randn, tensor, zeros, arange, type Tensor } from 'retrograd';
${imports}
${model}
export function train() {
  const net = new Net();
  const opt = new optim.${optimizer}(net.parameters(), { lr: 0.05 });
  for (let step = 0; step < 3; step++) {
    ${batch}
    opt.zeroGrad();
    const loss = ${loss};
    loss.backward();
    opt.step();
  }
}
`;

const sequence = 'const x = randn([5, 3, 4]);';

/** Programs by name; each trains three steps. */
export const models: Readonly<Record<string, string>> = {
  'an LSTM written by hand': program(
    '',
    `class Net extends nn.Module {
  input = new nn.Linear(4, 12);
  hidden = new nn.Linear(3, 12);
  forward(xs: Tensor): Tensor {
    let h = zeros([3, 3]);
    let c = zeros([3, 3]);
    for (const x of xs.unbind(0)) {
      const gates = this.input.forward(x).add(this.hidden.forward(h));
      const [i, f, g, o] = gates.chunk(4, 1);
      c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
      h = o.sigmoid().mul(c.tanh());
    }
    return h;
  }
}`,
    sequence,
    'net.forward(x).pow(2).sum()',
  ),
  'layers of LSTM and GRU': program(
    '',
    `class Net extends nn.Module {
  lstm = new nn.LSTM(4, 6, { numLayers: 2 });
  gru = new nn.GRU(6, 5);
  head = new nn.Linear(5, 2);
  forward(x: Tensor): Tensor {
    const [y] = this.lstm.forward(x) as [Tensor, unknown];
    const [z] = this.gru.forward(y) as [Tensor, unknown];
    return this.head.forward(z);
  }
}`,
    sequence,
    'net.forward(x).tanh().mean()',
    'RMSprop',
  ),
  'convolution, batch norm, pooling': program(
    '',
    `class Net extends nn.Module {
  conv = new nn.Conv2d(2, 4, 3, { padding: 1 });
  norm = new nn.BatchNorm2d(4);
  head = new nn.Linear(4 * 3 * 3, 3);
  forward(x: Tensor): Tensor {
    const y = this.norm.forward(this.conv.forward(x)).relu().maxPool2d(2);
    return this.head.forward(y.flatten(1));
  }
}`,
    `const x = randn([4, 2, 6, 6]); const target = tensor([0, 1, 2, 1], { dtype: 'int32' });`,
    'F.crossEntropy(net.forward(x), target)',
    'SGD',
  ),
  'attention with dropout and layer norm': program(
    '',
    `class Net extends nn.Module {
  embed = new nn.Embedding(7, 8);
  attention = new nn.MultiheadAttention(8, 2, { batchFirst: true });
  norm = new nn.LayerNorm(8);
  drop = new nn.Dropout(0.3);
  head = new nn.Linear(8, 7);
  forward(tokens: Tensor): Tensor {
    const x = this.embed.forward(tokens);
    const [y] = this.attention.forward(x, x, x);
    return this.head.forward(this.norm.forward(x.add(this.drop.forward(y))).gelu());
  }
}`,
    `const x = arange(0, 10, 1, { dtype: 'int32' }).reshape([2, 5]).remainder(7); const target = x;`,
    'F.crossEntropy(net.forward(x).reshape([10, 7]), target.flatten())',
    'AdamW',
  ),
};
