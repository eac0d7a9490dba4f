// Models with one mistake each: the questions name the true cause, at its place.
import assert from 'node:assert/strict';
import { Graph } from '../../../engine/trace/graph';
import { firstNonFinite, gradientNorms } from '../../../engine/trace/questions';
import { whyGradient } from '../../../engine/trace/why';
import type { Cause } from '../../../engine/trace/causes';
import { record, recordGolden } from './record';

/** A model of two layers whose forward and loss are given; x is [4, 2]. */
function model(forward: string, loss = 'net.forward(x).sum()', setup = ''): string {
  return `import { nn, optim, F, tensor, ones, zeros, where, noGrad, full, type Tensor } from 'retrograd';
class Net extends nn.Module {
  first = new nn.Linear(2, 3);
  second = new nn.Linear(3, 1);
  spare = new nn.Linear(2, 3);
  forward(x: Tensor): Tensor { ${forward} }
}
export function train() {
  const net = new Net();
  const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
  ${setup}
  for (let step = 0; step < 1; step++) {
    const x = ones([4, 2]);
    const loss = ${loss};
    loss.backward();
    opt.step();
  }
}
`;
}

interface Case {
  readonly name: string;
  readonly text: string;
  readonly state: 'absent' | 'zero' | 'tiny';
  readonly cause: Cause;
  /** What stands at the place that is named. */
  readonly at: string;
  readonly says: RegExp;
}

const through = (change: string): string =>
  model(`const h = this.first.forward(x); const k = ${change}; return this.second.forward(k);`);

const cases: readonly Case[] = [
  {
    name: 'a detached layer',
    text: through('h.tanh().detach()'),
    state: 'absent',
    cause: 'detached',
    at: 'h.tanh().detach()',
    says: /no gradient comes back/,
  },
  {
    name: 'a part computed inside noGrad',
    text: through('noGrad(() => h.tanh())'),
    state: 'absent',
    cause: 'noGrad',
    at: 'h.tanh()',
    says: /inside noGrad/,
  },
  {
    name: 'a choice that has no gradient',
    text: through("h.argmax(1, { keepdim: true }).to('float32').mul(ones([4, 3]))"),
    state: 'absent',
    cause: 'notDifferentiable',
    at: 'h.argmax(1, { keepdim: true })',
    says: /has no gradient/,
  },
  {
    name: 'a branch that is not used',
    text: model('this.first.forward(x).tanh(); return this.second.forward(this.spare.forward(x));'),
    state: 'absent',
    cause: 'unused',
    at: 'this.first.forward(x).tanh()',
    says: /does not reach the loss/,
  },
  {
    name: 'a frozen layer',
    text: model(
      'return this.second.forward(this.first.forward(x));',
      'net.forward(x).sum()',
      'net.first.weight.requiresGrad = false;',
    ),
    state: 'absent',
    cause: 'frozen',
    at: '',
    says: /does not require a gradient/,
  },
  {
    name: 'a dead relu',
    text: through('h.sub(100).relu()'),
    state: 'zero',
    cause: 'dead',
    at: 'h.sub(100).relu()',
    says: /all 12 inputs are ≤ 0/,
  },
  {
    name: 'a saturated sigmoid',
    text: through('h.mul(0.01).add(10).sigmoid()'),
    state: 'tiny',
    cause: 'saturated',
    at: 'h.mul(0.01).add(10).sigmoid()',
    says: /12 of 12 outputs are at its ends/,
  },
  {
    name: 'a mask of zeros',
    text: through('h.mul(zeros([4, 3]))'),
    state: 'zero',
    cause: 'masked',
    at: 'h.mul(zeros([4, 3]))',
    says: /multiplied by 0 in 12 of 12/,
  },
  {
    name: 'a mask that takes nothing',
    text: through('where(full([4, 3], 1).gt(2), h, 0)'),
    state: 'zero',
    cause: 'masked',
    at: 'where(full([4, 3], 1).gt(2), h, 0)',
    says: /where takes 0/,
  },
];

describe('Why a gradient is missing', () => {
  for (const { name, text, state, cause, at, says } of cases) {
    it(name, async () => {
      const { trace, error } = await record(text);
      assert.equal(error, undefined);
      const graph = new Graph(trace);
      const tensor = trace.rows
        .flatMap(({ inputs }) => inputs)
        .find(({ shape }) => shape.join() === '3,2')!;
      const answer = whyGradient(graph, tensor);
      assert.equal(answer.state, state, JSON.stringify(answer));
      const found = answer.findings.find((finding) => finding.cause === cause);
      assert.ok(found, JSON.stringify(answer.findings));
      assert.match(found.text, says);
      if (at !== '') assert.equal(lineText(text, found.range!), at);
    });
  }

  function lineText(
    text: string,
    range: { line: number; column: number; endColumn: number },
  ): string {
    return text.split('\n')[range.line - 1].slice(range.column - 1, range.endColumn - 1);
  }

  it('is nothing but the distance in a step that works', async () => {
    const { trace } = await record(
      model('return this.second.forward(this.first.forward(x).tanh());'),
    );
    const graph = new Graph(trace);
    const [{ tensor }] = trace.rows.flatMap(({ changes }) => changes ?? []);
    assert.deepEqual(whyGradient(graph, tensor).findings, []);
    assert.equal(whyGradient(graph, tensor).state, 'present');
  });

  it('may be that backward never ran', async () => {
    const { trace } = await record(model('throw new Error(String(this.first.forward(x).shape));'));
    const graph = new Graph(trace);
    const weight = trace.rows[1].inputs[0];
    assert.equal(whyGradient(graph, weight).findings[0].cause, 'noBackward');
  });
});

describe('Gradients through time', () => {
  it('are told step by step', async () => {
    const { trace } = await recordGolden('r1');
    const found = gradientNorms(new Graph(trace), 'h');
    const norms = found.map(({ norm }) => norm);
    // h0 needs no gradient; then h1 to h4.
    assert.equal(norms[0], undefined);
    [0.104145, 0.239981, 0.495984, 1].forEach((wanted, t) => {
      assert.ok(Math.abs(norms[t + 1]! - wanted) < 1e-6);
      assert.deepEqual(found[t + 1].iterations, t === 3 ? [3] : found[t + 1].iterations);
    });
  });

  it('end where they are truncated: no path, which is not zero', async () => {
    const { trace } = await recordGolden('r5');
    const graph = new Graph(trace);
    const found = gradientNorms(graph, 'h');
    const without = found.filter(({ norm, tensor }) => norm === undefined && tensor.requiresGrad);
    assert.equal(without.length, 5);
    for (const { tensor } of without) {
      const { state, findings } = whyGradient(graph, tensor);
      assert.equal(state, 'absent');
      assert.equal(findings[0].cause, 'truncated');
      assert.match(findings[0].text, /^detached at iteration 5, and this is of iteration [0-4]$/);
      assert.equal(findings[0].range?.line, 20);
    }
  });
});

describe('The first number that is none', () => {
  it('is where log(0) meets a product, and what made it infinite', async () => {
    const text = through('h.mul(0).relu().log().mul(0)');
    const { trace } = await record(text);
    const found = firstNonFinite(new Graph(trace))!;
    assert.equal(found.kind, 'nan');
    assert.equal(trace.rows[found.row].definition.name, 'mul');
    assert.deepEqual(found.operands, [-Infinity, 0]);
    assert.equal(trace.rows[found.from].definition.name, 'log');
  });

  it('may be an infinity alone', async () => {
    const { trace } = await record(
      model('ones([2]).mul(100).exp(); return this.second.forward(this.first.forward(x));'),
    );
    const found = firstNonFinite(new Graph(trace))!;
    assert.deepEqual([found.kind, found.operands], ['infinite', [100]]);
    assert.equal(trace.rows[found.row].definition.name, 'exp');
  });

  it('is not a mask of −∞ before a softmax', async () => {
    const { trace } = await record(
      through('h.maskedFill(tensor([[true, false, false]]), -Infinity).softmax(-1)'),
    );
    assert.equal(firstNonFinite(new Graph(trace)), undefined);
  });
});
