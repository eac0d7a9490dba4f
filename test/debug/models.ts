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
