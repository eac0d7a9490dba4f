// Models that the debugger's tests walk through. Knows no test.

/** An LSTM by hand over eight time steps; the cell's lines begin at 14, the loop over time at 30. */
export const lstm = `import { nn, optim, F, log, randn, zeros, type Tensor } from 'retrograd';

class Cell extends nn.Module {
  inputs: nn.Linear;
  hidden: nn.Linear;

  constructor(sizeIn: number, size: number) {
    super();
    this.inputs = new nn.Linear(sizeIn, 4 * size);
    this.hidden = new nn.Linear(size, 4 * size);
  }

  forward(x: Tensor, h: Tensor, c: Tensor): [Tensor, Tensor] {
    const gates = this.inputs.forward(x).add(this.hidden.forward(h));
    const [i, f, g, o] = gates.chunk(4, -1);
    const next = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
    const out = o.sigmoid().mul(next.tanh());
    return [out, next];
  }
}

class Net extends nn.Module {
  cell = new Cell(3, 4);
  head = new nn.Linear(4, 1);

  forward(xs: Tensor): Tensor {
    let h = zeros([2, 4]);
    let c = zeros([2, 4]);
    for (let t = 0; t < 8; t++) {
      [h, c] = this.cell.forward(xs.select(0, t), h, c);
    }
    return this.head.forward(h);
  }
}

export function train() {
  const model = new Net();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
  for (let step = 0; step < 12; step++) {
    const xs = randn([8, 2, 3]);
    const loss = F.mseLoss(model.forward(xs), xs.sum(0).sum(1, { keepdim: true }));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
`;

/** The line of the first line that contains a text, counted from 1. */
export function lineOf(text: string, part: string): number {
  const at = text.split('\n').findIndex((line) => line.includes(part));
  if (at < 0) throw new Error(`no line with ${part}`);
  return at + 1;
}

/** A loss that becomes NaN at step 4: the logarithm of a negative number. */
export const logOfZero = `import { nn, optim, log, tensor, type Tensor } from 'retrograd';

class Net extends nn.Module {
  w = new nn.Parameter(tensor([1.5, 2.5]));
  forward(x: Tensor): Tensor {
    const shifted = this.w.sub(x);
    const logs = shifted.log();
    return logs.sum();
  }
}

export function train() {
  const model = new Net();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.001 });
  for (let step = 0; step < 9; step++) {
    const loss = model.forward(tensor(step < 3 ? [0, 0] : [5, 0]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
`;

/** LeNet on random images. */
export const lenet = `import { nn, optim, F, log, randn, tensor, type Tensor } from 'retrograd';

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 });
  conv2 = new nn.Conv2d(6, 16, 5);
  pool = new nn.MaxPool2d(2);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  head = new nn.Linear(84, 10);

  forward(x: Tensor): Tensor {
    x = this.pool.forward(this.conv1.forward(x).relu());
    x = this.pool.forward(this.conv2.forward(x).relu());
    x = this.fc1.forward(x.flatten(1)).relu();
    x = this.fc2.forward(x).relu();
    return this.head.forward(x);
  }
}

export function train() {
  const model = new LeNet();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  for (let step = 0; step < 20; step++) {
    const images = randn([4, 1, 28, 28]);
    const loss = F.crossEntropy(model.forward(images), tensor([0, 1, 2, 3]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
`;

/** Attention with two heads, by hand. */
export const attention = `import { nn, optim, F, log, randn, type Tensor } from 'retrograd';

class Attention extends nn.Module {
  query = new nn.Linear(8, 8);
  key = new nn.Linear(8, 8);
  value = new nn.Linear(8, 8);

  forward(x: Tensor): Tensor {
    const split = (t: Tensor): Tensor => t.reshape([2, 5, 2, 4]).transpose(1, 2);
    const q = split(this.query.forward(x));
    const k = split(this.key.forward(x));
    const v = split(this.value.forward(x));
    const scores = q.matmul(k.transpose(-1, -2)).div(2);
    const weights = scores.softmax(-1);
    return weights.matmul(v).transpose(1, 2).reshape([2, 5, 8]);
  }
}

export function train() {
  const model = new Attention();
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01 });
  for (let step = 0; step < 10; step++) {
    const x = randn([2, 5, 8]);
    const loss = F.mseLoss(model.forward(x), x);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ loss });
  }
}
`;
