// Steps of every shape are recorded whole: each row has its place, and walks through them can be undone.
import assert from 'node:assert/strict';
import { into, inverse, next, out, step, type Move } from '../../../engine/trace/cursor';
import { framesAt, localsAt } from '../../../engine/trace/scopes';
import { rowsOf } from '../../../engine/trace/rows';
import { record, type Recorded } from './record';

const head = `import { nn, optim, randn, ones, grad, stack, tensor, noGrad, type Tensor } from 'retrograd';
class Net extends nn.Module { a = new nn.Linear(2, 2); forward(x: Tensor): Tensor { return this.a.forward(x).tanh(); } }
`;
const loop = (body: string, before = ''): string => `${head}
export async function train() {
  const net = new Net(); const opt = new optim.Adam(net.parameters(), { lr: 0.1 });
  ${before}
  for (let i = 0; i < 3; i++) { const x = randn([3, 2]); opt.zeroGrad(); ${body} opt.step(); }
}`;

const programs: Readonly<Record<string, string>> = {
  'awaits between ops': loop(
    'const y = await Promise.resolve(net.forward(x)); await null; const l = y.sum(); l.backward();',
  ),
  'a generator that computes': loop(
    'let l = tensor(0); for (const part of parts(x)) l = l.add(net.forward(part).sum()); l.backward();',
    'function* parts(x: Tensor) { for (let k = 0; k < 2; k++) { const p = x.mul(k + 1); yield p; } }',
  ),
  'callbacks, recursion and arrows': loop(
    'const deep = (n: number, y: Tensor): Tensor => n === 0 ? y : deep(n - 1, net.forward(y)); const l = stack([1, 2].map((n) => deep(n, x).sum())).sum(); l.backward();',
  ),
  'two backward passes over one graph': loop(
    'const y = net.forward(x); y.sum().backward(undefined, { retainGraph: true }); y.mul(2).sum().backward();',
  ),
  'gradients of gradients': loop(
    'const y = net.forward(x).sum(); const [g] = grad(y, net.a.weight, { createGraph: true }); y.add(g!.pow(2).sum()).backward();',
  ),
  'ops and calls inside a tensor hook': loop(
    'const y = net.forward(x); y.hooks = [(g: Tensor) => halve(g)]; y.sum().backward();',
    'const halve = (g: Tensor): Tensor => { const half = g.mul(0.5); return half; };',
  ),
  'a loop without blocks, labels and continue': loop(
    'let l = tensor(0); outer: for (const k of [1, 2, 3]) for (;;) { if (k === 2) continue outer; l = l.add(net.forward(x).sum()); break; } l.backward();',
  ),
  'an error that the program catches': loop(
    'try { net.forward(ones([3, 5])); } catch { x.sum(); } net.forward(x).sum().backward();',
  ),
};

/** Every move from every moment, undone. */
function checkMoves({ moments }: Recorded): void {
  for (let at = 0; at < moments.length; at++) {
    const moves = ([1, -1] as const).flatMap((direction): Move[] =>
      (['statement', 'row'] as const).flatMap((grain) => [
        into(grain, direction),
        next(moments, at, grain, direction),
        out(moments, at, grain, direction),
      ]),
    );
    for (const move of moves) {
      const to = step(moments, at, move);
      assert.equal(step(moments, to, inverse(moments, at, move)), at);
    }
  }
}

describe('A recorded step with', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(name, async () => {
      const recorded = await record(text, 2);
      const { trace, moments, error } = recorded;
      assert.equal(error, undefined);
      for (const row of rowsOf(trace)) {
        assert.ok(row.line !== undefined && row.line > 1, JSON.stringify(row));
        if (row.of !== undefined) assert.ok(row.of < row.row);
      }
      checkMoves(recorded);
      for (const moment of moments.slice(1, -1)) {
        const frames = framesAt(trace, moment);
        assert.equal(frames.at(-1)!.name, 'train');
        assert.ok(localsAt(trace, frames.at(-1)!).has('net'));
        assert.ok(moment.depth >= 0);
      }
      const updates = rowsOf(trace).filter(
        ({ phase, op }) => phase === 'update' && op === 'adamUpdate',
      );
      assert.deepEqual(
        updates.map(({ parameter }) => parameter),
        ['a.weight', 'a.bias'],
      );
    });
  }
});
