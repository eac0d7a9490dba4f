// Which addend of the loss moves which step: the parts add up to the whole, and nothing flows forwards in time.
import assert from 'node:assert/strict';
import { Graph } from '../../../engine/trace/graph';
import { contributionsTo, lossTerms } from '../../../engine/trace/loss-terms';
import { sweep } from '../../../engine/trace/sweep';
import { record } from './record';

const steps = 6;

/** h = w · h + x, and the loss is what `loss` makes of all outputs. */
const program = (
  loss: string,
  term = 'h.mul(h)',
): string => `import { nn, optim, stack, tensor, type Tensor } from 'retrograd';
class Net extends nn.Module {
  w = new nn.Parameter(tensor(0.5, { dtype: 'float64' }));
  forward(x: number, h: Tensor): Tensor { return h.mul(this.w).add(x); }
}
export function train() {
  const net = new Net();
  const opt = new optim.Adam(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 2; step++) {
    opt.zeroGrad();
    let h = tensor(1, { dtype: 'float64' });
    const terms: Tensor[] = [];
    for (let t = 0; t < ${steps}; t++) {
      h = net.forward(t, h);
      terms.push(${term});
    }
    const loss = ${loss};
    loss.backward();
    opt.step();
  }
}
`;

describe('The addends of a loss', () => {
  for (const [name, loss, scale] of [
    ['a running sum', 'terms.reduce((sum, term) => sum.add(term))', 1],
    ['the sum of a stack', 'stack(terms).sum()', 1],
    ['the mean of a stack', 'stack(terms).mean()', 1 / steps],
    ['a sum that is divided', 'stack(terms).sum().div(4)', 1 / 4],
  ] as const) {
    it(`are found, and carried back alone: ${name}`, async () => {
      const { trace } = await record(program(loss), 2);
      const graph = new Graph(trace);
      const terms = lossTerms(graph);
      assert.equal(terms.length, steps);
      assert.deepEqual(
        terms.map(({ iterations }) => iterations),
        Array.from({ length: steps }, (_, t) => [t]),
      );
      const { norms, steps: columns } = contributionsTo(graph, 'h');
      assert.equal(columns.length, steps);
      const w = trace.rows.at(-1)!.changes![0].before.item();
      const hs = columns.map(({ tensor }) => tensor.item());
      norms.forEach((line, term) => {
        line.forEach((norm, column) => {
          // d(scale · h_term²)/d h_column = 2 · scale · h_term · w^(term − column)
          const wanted = column > term ? 0 : 2 * scale * hs[term] * w ** (term - column);
          assert.ok(
            Math.abs(norm - Math.abs(wanted)) < 1e-12,
            `${term}, ${column}: ${norm} ${wanted}`,
          );
        });
      });
      // All of one sign, so that norms add up to that of the whole gradient.
      columns.forEach(({ norm }, column) => {
        const sum = norms.reduce((total, line) => total + line[column], 0);
        assert.ok(Math.abs(sum - norm!) < 1e-12);
      });
    });
  }

  it('are the loss itself when it is no sum', async () => {
    const { trace } = await record(program('h.mul(h)'));
    assert.equal(lossTerms(new Graph(trace)).length, 1);
  });

  it('leave the step as it was: gradients, tape and memory of what it saw', async () => {
    const { trace } = await record(program('stack(terms).sum()'), 2);
    const graph = new Graph(trace);
    const count = trace.rows.length;
    const [{ tensor, gradient }] = lossTerms(graph);
    const before = trace.rows.at(-1)!.changes![0].tensor.grad;
    sweep(graph, tensor, gradient, () => undefined);
    assert.equal(trace.rows.length, count);
    assert.equal(trace.rows.at(-1)!.changes![0].tensor.grad, before);
  });
});
