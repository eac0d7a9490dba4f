// What a program prints in a step is found from the cursor, and the cursor from what is printed.
import assert from 'node:assert/strict';
import { positionOf, printedBefore, printedLines } from '../../../engine/trace/printed';
import { printMoment } from '../../../engine/trace/print';
import { record } from './record';

const text = `import { tensor, optim, type Tensor } from 'retrograd';
const twice = (x: Tensor): Tensor => {
  console.log('inside ' + x.item());
  return x.mul(2);
};
export function train() {
  const w = tensor(1, { dtype: 'float32' });
  w.requiresGrad = true;
  const opt = new optim.SGD([w], { lr: 0.1 });
  for (let step = 0; step < 2; step++) {
    const y = twice(w);
    y.hooks = [() => console.log('backward')];
    console.log('loss ' + y.item());
    y.backward();
    opt.step();
  }
}
`;

describe('Printed lines', () => {
  it('stand at the statement that printed them, also in backward', async () => {
    const { trace, moments } = await record(text);
    const lines = printedLines(trace);
    assert.deepEqual(
      lines.map((line) => [line.text, line.range?.line]),
      [
        ['inside 1', 3],
        ['loss 2', 13],
        ['backward', 12],
      ],
    );
    const places = lines.map((line) => positionOf(moments, line));
    const [inside, loss] = places.map((at) => printMoment(trace, moments[at]).trim());
    assert.match(inside, /^twice:3 /);
    assert.match(loss, /^train:13 /);
    // About to print: what comes before is there, what comes now is not.
    places.slice(0, 2).forEach((at, i) => {
      assert.equal(printedBefore(lines, moments[at]), i);
      assert.equal(printedBefore(lines, moments[at + 1]), i + 1);
    });
    assert.equal(printedBefore(lines, moments.at(-1)!), 3);
  });
});
