// The bug zoo: small models with one mistake each, at the line that ends with `// ←`. Knows no test.
import type { Cause } from '../../../engine/trace/causes';

export interface Mistake {
  readonly name: string;
  readonly cause: Cause;
  /** What the finding says. */
  readonly says: RegExp;
  readonly text: string;
  /** The first step in which it can be seen. Default 1. */
  readonly step?: number;
}

const head = `import { nn, optim, F, tensor, ones, zeros, randn, noGrad, stack, type Tensor } from 'retrograd';\n`;

/** A program with the body of a class, what stands in front of the loop, and the loop's body. */
function program(members: string, before: string, body: string): string {
  return `${head}class Net extends nn.Module {
${members}
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.01 });
  ${before}
  for (let step = 0; step < 3; step++) {
    ${body}
  }
}
`;
}

const layers = `  first = new nn.Linear(2, 3);
  second = new nn.Linear(3, 3);`;

const trained = (loss: string): string => `const x = randn([4, 2]);
    const labels = tensor([0, 1, 2, 1], { dtype: 'int32' });
    opt.zeroGrad();
    ${loss}
    loss.backward();
    opt.step();`;

const classify = 'const loss = F.crossEntropy(net.forward(x), labels);';

const cell = (
  size: number,
  forward: string,
): string => `  w = new nn.Linear(${size}, ${size}, { bias: false });
  u = new nn.Linear(2, ${size});
  forward(x: Tensor, h: Tensor): Tensor {
    ${forward}
  }`;

const through = (update: string, before = ''): string => `opt.zeroGrad();
    const xs = randn([12, 3, 2]).unbind(0);
    ${before}
    let h = zeros([3, 4]);
    for (const x of xs) {
      ${update}
    }
    const loss = h.pow(2).sum();
    loss.backward();
    opt.step();`;

export const zoo: readonly Mistake[] = [
  {
    name: 'a forgotten zeroGrad',
    cause: 'carried',
    says: /gradients are added to those of an earlier step: zeroGrad\(\) did not run before backward\(\)/,
    step: 2,
    text: program(
      `${layers}
  forward(x: Tensor) { return this.second.forward(this.first.forward(x).tanh()); }`,
      '',
      `const x = randn([4, 2]);
    const loss = net.forward(x).pow(2).mean();
    loss.backward(); // ←
    opt.step();`,
    ),
  },
  {
    name: 'a detached state',
    cause: 'detached',
    says: /detached in every iteration: no gradient flows through time, though the loop runs 12 times/,
    text: program(
      cell(4, 'return this.w.forward(h).add(this.u.forward(x)).tanh();'),
      '',
      through('h = net.forward(x, h.detach()); // ←'),
    ),
  },
  {
    name: 'a truncated window',
    cause: 'truncated',
    says: /the window ends here: detached at iteration 4, 8 of 12/,
    text: program(
      cell(4, 'return this.w.forward(h).add(this.u.forward(x)).tanh();'),
      '',
      through(
        `if (t > 0 && t % 4 === 0)
        h = h.detach(); // ←
      t++;
      h = net.forward(x, h);`,
        'let t = 0;',
      ),
    ),
  },
  {
    name: 'a dead ReLU',
    cause: 'dead',
    says: /relu is off: all 12 inputs are ≤ 0/,
    text: program(
      `${layers}
  forward(x: Tensor) {
    const h = this.first.forward(x).sub(50);
    const on = h.relu(); // ←
    return this.second.forward(on);
  }`,
      '',
      trained(classify),
    ),
  },
  {
    name: 'a saturated sigmoid',
    cause: 'saturated',
    says: /sigmoid is flat: 12 of 12 outputs are at its ends/,
    text: program(
      `${layers}
  forward(x: Tensor) {
    const h = this.first.forward(x).add(30);
    return this.second.forward(h.sigmoid()); // ←
  }`,
      '',
      trained(classify),
    ),
  },
  {
    name: 'the logarithm of zero',
    cause: 'nan',
    says: /the logarithm of 0 is −∞; then mul makes NaN of it/,
    text: program(
      `${layers}
  forward(x: Tensor) { return this.second.forward(this.first.forward(x)).mul(200).softmax(-1); }`,
      '',
      trained(`const p = net.forward(x);
    const target = F.oneHot(labels, 3);
    const logs = p.log(); // ←
    const loss = logs.mul(target).sum().neg();`),
    ),
  },
  {
    name: 'a division by zero',
    cause: 'nan',
    says: /a division of 0 by 0/,
    text: program(
      `${layers}
  forward(x: Tensor) {
    const h = this.second.forward(this.first.forward(x)).mul(0);
    return h.div(h.sum()); // ←
  }`,
      '',
      trained(classify),
    ),
  },
  {
    name: 'a softmax over the batch',
    cause: 'softmaxAxis',
    says: /softmax runs along dim 0 \(size 4\), but the loss picks from dim 1 \(size 3\): use softmax\(-1\)/,
    text: program(
      `${layers}
  forward(x: Tensor) { return this.second.forward(this.first.forward(x)); }`,
      '',
      trained(`const p = net.forward(x).softmax(0); // ←
    const loss = F.nllLoss(p.log(), labels);`),
    ),
  },
  {
    name: 'attention that sums over queries',
    cause: 'softmaxAxis',
    says: /softmax runs along dim 0 \(size 4\), but the product behind it sums over dim 1/,
    text: program(
      `${layers}
  forward(x: Tensor) {
    const q = this.first.forward(x);
    const k = this.second.forward(q).narrow(0, 0, 3);
    const weights = q.matmul(k.t()).softmax(0); // ←
    return weights.matmul(k);
  }`,
      '',
      trained(classify),
    ),
  },
  {
    name: 'a softmax in front of cross entropy',
    cause: 'softmaxTwice',
    says: /give crossEntropy the raw scores/,
    text: program(
      `${layers}
  forward(x: Tensor) { return this.second.forward(this.first.forward(x)).softmax(-1); }`,
      '',
      trained(`${classify} // ←`),
    ),
  },
  {
    name: 'a frozen layer',
    cause: 'frozen',
    says: /it does not require a gradient/,
    text: program(
      `  first = new nn.Linear(2, 3); // ←
  second = new nn.Linear(3, 3);
  forward(x: Tensor) { return this.second.forward(this.first.forward(x)); }`,
      'for (const parameter of net.first.parameters()) parameter.requiresGrad = false;',
      trained(classify),
    ),
  },
  {
    name: 'a layer that the optimizer does not know',
    cause: 'notUpdated',
    says: /it has a gradient, but no optimizer of this step changes it/,
    text: `${head}class Net extends nn.Module {
  first = new nn.Linear(2, 3);
  second = new nn.Linear(3, 3); // ←
  forward(x: Tensor) { return this.second.forward(this.first.forward(x)); }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.first.parameters(), { lr: 0.01 });
  for (let step = 0; step < 3; step++) {
    ${trained(classify)}
  }
}
`,
  },
  {
    name: 'a branch that is not used',
    cause: 'unused',
    says: /nothing in this step uses it/,
    text: program(
      `  first = new nn.Linear(2, 3);
  skip = new nn.Linear(2, 3); // ←
  forward(x: Tensor) { return this.first.forward(x); }`,
      '',
      trained(classify),
    ),
  },
  {
    name: 'a branch whose result is dropped',
    cause: 'unused',
    says: /what is made from it does not reach the loss/,
    text: program(
      `${layers}
  skip = new nn.Linear(2, 3);
  forward(x: Tensor) {
    const h = this.first.forward(x);
    this.skip.forward(x).tanh(); // ←
    return this.second.forward(h);
  }`,
      '',
      trained(classify),
    ),
  },
  {
    name: 'an exploding recurrence',
    cause: 'exploding',
    says: /the gradient of h grows \d+\.\d\d times with each step back in time|h grows from \S+ to \S+ within \d+ of 12 steps, and its gradient is no number any more/,
    text: program(
      cell(4, 'return this.w.forward(h).mul(6).add(this.u.forward(x));'),
      '',
      through('h = net.forward(x, h); // ←'),
    ),
  },
  {
    name: 'a vanishing recurrence',
    cause: 'vanishing',
    says: /the gradient of h shrinks \d+\.\d\d times with each step back in time/,
    text: program(
      cell(4, 'return this.w.forward(h).mul(0.1).add(this.u.forward(x)).tanh();'),
      '',
      through('h = net.forward(x, h); // ←'),
    ),
  },
  {
    name: 'a label that is masked',
    cause: 'masked',
    says: /2 of 4 labels are 1, which does not count here \(ignoreIndex\)/,
    text: program(
      `${layers}
  forward(x: Tensor) { return this.second.forward(this.first.forward(x)); }`,
      '',
      trained(`const scores = net.forward(x);
    const loss = F.crossEntropy(scores, labels, { ignoreIndex: 1 }); // ←`),
    ),
  },
  {
    name: 'a silent broadcast',
    cause: 'broadcast',
    says: /sub broadcasts \[4, 1\] and \[4\] to \[4, 4\]: each of 4 is paired with every other/,
    text: program(
      `  first = new nn.Linear(2, 1);
  forward(x: Tensor) { return this.first.forward(x); }`,
      'const y = randn([4]);',
      trained(`const error = net.forward(x).sub(y); // ←
    const loss = error.pow(2).mean();`),
    ),
  },
  {
    name: 'a learning rate that is far too high',
    cause: 'hugeUpdate',
    says: /the update changes \w+\.weight by [\d.]+ times its own norm: the learning rate is far too high/,
    text: program(
      `${layers}
  forward(x: Tensor) { return this.second.forward(this.first.forward(x)); }`,
      '',
      trained(classify).replace('opt.step();', 'opt.step(); // ←'),
    ).replace('lr: 0.01', 'lr: 100'),
  },
  {
    name: 'dropout in a test',
    cause: 'dropoutInNoGrad',
    says: /dropout is at work inside noGrad\(\).*call model\.eval\(\) before/,
    text: program(
      `${layers}
  drop = new nn.Dropout(0.5);
  forward(x: Tensor) {
    const h = this.first.forward(x).relu();
    return this.second.forward(this.drop.forward(h)); // ←
  }`,
      '',
      `${trained(classify)}
    noGrad(() => net.forward(x));`,
    ),
  },
  {
    name: 'a part computed inside noGrad',
    cause: 'noGrad',
    says: /inside noGrad/,
    text: program(
      `${layers}
  forward(x: Tensor) {
    const h = noGrad(() => this.first.forward(x)); // ←
    return this.second.forward(h);
  }`,
      '',
      trained(classify),
    ),
  },
];
