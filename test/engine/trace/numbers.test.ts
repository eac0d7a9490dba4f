// The numbers of the recorded models are those that one can compute by hand.
import assert from 'node:assert/strict';
import type { Tensor } from '../../../engine/tensor/tensor';
import { gradientAt, valueAt } from '../../../engine/trace/values';
import type { Trace } from '../../../engine/trace/trace';
import { readFileSync } from 'node:fs';
import { goldenSource, record, recordGolden } from './record';

function close(tensor: Tensor | undefined, wanted: readonly number[], within = 1e-6): void {
  const values = [...tensor!.toTypedArray()];
  assert.equal(values.length, wanted.length);
  values.forEach((value, i) => {
    assert.ok(Math.abs(value - wanted[i]) <= within, `${value} is not ${wanted[i]}`);
  });
}

/** Outputs of all forward rows of one op, in order. */
function outputs({ rows }: Trace, op: string): Tensor[] {
  return rows
    .filter(({ definition, phase }) => definition.name === op && phase === 'forward')
    .map((row) => row.outputs[0]);
}

/** The parameters in the order in which they are updated. */
const updated = ({ rows }: Trace): Tensor[] =>
  rows.flatMap(({ changes }) => (changes ?? []).map(({ tensor }) => tensor));

describe('Recorded numbers', () => {
  it('of a scalar recurrent cell: states and gradients through time', async () => {
    const { trace } = await recordGolden('r1');
    const states = outputs(trace, 'tanh');
    const wanted = [0.761594, 0.363399, 0.179726, 0.089622];
    const gradients = [0.104145, 0.239981, 0.495984, 1];
    states.forEach((h, t) => {
      close(h, [wanted[t]]);
      close(gradientAt(trace, h), [gradients[t]]);
    });
    const [w, u] = updated(trace);
    close(gradientAt(trace, w), [0.511333]);
    close(gradientAt(trace, u), [0.043738]);
    close(valueAt(trace, w, 0), [0.5]);
    close(valueAt(trace, w, trace.events.count), [0.5 - 0.1 * 0.511333]);
  });

  it('of truncated backpropagation: k / (T − 1) of the whole gradient', async () => {
    const { trace } = await recordGolden('r5');
    const [w] = updated(trace);
    const whole = 9 * 0.5 ** 8;
    assert.equal(gradientAt(trace, w)!.item() / whole, 5 / 9);
    const cut = trace.rows.find(({ definition }) => definition.name === 'detach')!;
    assert.equal(cut.inputs[0].requiresGrad, true);
    assert.equal(gradientAt(trace, cut.inputs[0]), undefined);
  });

  it('of truncated backpropagation over twenty steps: 5 / 19, whatever the weight', async () => {
    const text = readFileSync(goldenSource('r5'), 'utf8')
      .replace('t < 10', 't < 20')
      .replace('t === 5', 't === 15');
    for (const w of [0.5, 0.75]) {
      const { trace } = await record(text.replace('tensor(0.5,', `tensor(${w},`));
      const [parameter] = updated(trace);
      const part = gradientAt(trace, parameter)!.item() / (19 * w ** 18);
      assert.ok(Math.abs(part - 5 / 19) < 1e-7, String(part));
    }
  });

  it('of a convolution: both its gradients', async () => {
    const { trace } = await recordGolden('c4');
    const [x, weight] = updated(trace);
    close(outputs(trace, 'conv2d')[0], [12, 12, 17, 10, 17, 19, 9, 6, 14], 0);
    close(gradientAt(trace, weight), [15, 15, 15, 9, 11, 16, 10, 7, 12], 0);
    const rows = [
      [0, 1, 3, 3, 2],
      [2, 5, 7, 5, 2],
      [2, 6, 10, 8, 4],
      [2, 5, 7, 5, 2],
      [0, 1, 3, 3, 2],
    ];
    close(gradientAt(trace, x), rows.flat(), 0);
  });

  it('of attention: weights and their sum', async () => {
    const { trace } = await recordGolden('a1');
    close(outputs(trace, 'softmax')[0], [0.4011, 0.1978, 0.4011], 5e-5);
    close(outputs(trace, 'matmul')[1], [1.2033, 1], 5e-5);
  });
});
