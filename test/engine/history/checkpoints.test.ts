// Which moments are kept within a budget: from the nearest of them no step is far. Knows no program.
import assert from 'node:assert/strict';
import { Checkpoints } from '../../../engine/history/checkpoints';

const budget = 128;
const steps = 10_000;

/** States of one byte each, kept whenever one is due; `each` sees every moment. */
function run(each: (kept: Checkpoints<number>, finished: number) => void): Checkpoints<number> {
  const scale = {
    bytes: 0,
    add: () => {
      scale.bytes++;
    },
    remove: () => {
      scale.bytes--;
    },
  };
  const kept = new Checkpoints<number>(budget, scale, { step: 1 });
  for (let finished = 0; finished <= steps; finished++) {
    // A state costs a tenth of a step, so that it may be taken every tenth one.
    if (kept.isDue(finished)) kept.keep(finished, finished, 0.1);
    each(kept, finished);
  }
  return kept;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Checkpoints', () => {
  it('keep within their budget, the first state and the latest among them', () => {
    run((kept, finished) => {
      assert.ok(kept.bytes <= budget && kept.bytes === kept.count);
      assert.equal(kept.first?.finished, 0);
      assert.ok(finished - kept.all().at(-1)!.finished < 10);
    });
  });

  it('lie so that any step is near, and the latest are nearest', () => {
    const kept = run(() => undefined);
    const distance = (target: number): number => target - kept.nearest(target)!.finished;
    const all = Array.from({ length: steps + 1 }, (_, target) => distance(target));
    // Evenly spread they would be 39 steps away, and as far near the head as anywhere.
    assert.ok(mean(all) < 65, `mean ${mean(all)}`);
    assert.ok(mean(all.slice(-500)) < 30, `near the head ${mean(all.slice(-500))}`);
    assert.ok(kept.widest <= 400, `widest ${kept.widest}`);
    assert.equal(kept.bound(steps), kept.widest + 0.1);
  });

  it('on the way into the past are a ring of their own', () => {
    const kept = run(() => undefined);
    for (const landing of [5000, 2000])
      for (let finished = landing - 16; finished < landing; finished++)
        kept.keepApproach(finished, finished);
    assert.ok(kept.bytes <= budget);
    const near = kept.all().filter(({ approach }) => approach);
    assert.ok(near.length <= 16 && near.every(({ finished }) => finished < 2000));
    assert.equal(kept.nearest(1999)?.finished, 1999);
  });
});
