// What is kept of a run's curves, and what views are sent of them. Knows no editor.
import assert from 'node:assert/strict';
import type { Progress } from '../../engine/protocol';
import { addProgress, newRecord } from '../../extension/run-record';

/** A report of `count` steps, each with its own number as its loss. */
function report(first: number, count: number): Progress {
  const points = Array.from({ length: count }, (_, i) => ({
    step: first + i,
    values: { loss: first + i },
  }));
  return {
    run: 1,
    step: first + count - 1,
    stepsPerSecond: 20_000,
    points,
    gradients: [],
    ratios: [],
    pictures: {},
    place: { branch: 0, parent: 0, begins: 0 },
  };
}

describe('the curves of a run', () => {
  it('keep the past of a fast and endless run, at even distances, up to its newest point', () => {
    const record = newRecord(1, 'fast.ts');
    const [reports, count] = [1500, 400];
    let [sent, thinned] = [0, 0];
    for (let i = 0; i < reports; i++) {
      const told = addProgress(record, report(1 + i * count, count));
      sent += told.change.curves.loss.steps.length;
      thinned += Number(told.thinned);
      assert.equal(record.curves.loss.values.at(-1), (i + 1) * count);
    }
    const { steps, values } = record.curves.loss;
    assert.deepEqual(steps, values, 'a value stays at its step');
    assert.ok(steps.length > 1900 && steps.length <= 4000, `${steps.length} points`);
    assert.equal(steps[0], 1);
    const widest = Math.max(...steps.subarray(1).map((step, i) => step - steps[i]));
    assert.ok(widest <= (2 * reports * count) / 1900, `${widest} steps between two points`);
    // Each thinning makes every page ask for all curves again.
    assert.ok(thinned < 20, `thinned ${thinned} times`);
    assert.ok(sent < 60_000, `${sent} of ${reports * count} points were sent`);
  });

  it('of a run that logs little are whole', () => {
    const record = newRecord(1, 'slow.ts');
    for (let i = 0; i < 200; i++) addProgress(record, report(1 + i * 10, 10));
    assert.deepEqual(
      [...record.curves.loss.steps],
      Array.from({ length: 2000 }, (_, i) => i + 1),
    );
  });
});
