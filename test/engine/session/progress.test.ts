// What a report of a run carries: thinned out when a run is fast, never without its last point.
import assert from 'node:assert/strict';
import { ProgressReport } from '../../../engine/session/progress';

describe('the report of a run', () => {
  it('keeps the last point, however many were logged since the one before', () => {
    for (let count = 1; count <= 2600; count++) {
      const report = new ProgressReport(1, { gradients: [], ratios: [] });
      for (let step = 1; step <= count; step++) report.add({ step, values: { loss: step } });
      const { points } = report.take(count, true)!;
      assert.equal(points.at(-1)!.step, count);
      assert.ok(points.length <= 1000, `${points.length} points of ${count}`);
      const steps = points.map(({ step }) => step);
      assert.deepEqual(
        steps,
        [...new Set(steps)].sort((a, b) => a - b),
      );
    }
  });
});
