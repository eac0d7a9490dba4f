// Values that were given up to save memory come back bit for bit; what cannot be afforded is said.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { statisticsOf } from '../../../engine/trace/summary';
import type { Tensor } from '../../../engine/tensor/tensor';
import { valueAt } from '../../../engine/trace/values';
import { models } from './models';
import { record, type Recorded } from './record';

/** A digest of a tensor's bits. */
const bits = (tensor: Tensor): string => {
  const { buffer, byteOffset, byteLength } = tensor.toTypedArray();
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return byteLength <= 16 ? bytes.toString('hex') : createHash('md5').update(bytes).digest('hex');
};

/** All values that rows have made or changed, as they were when each row had run. */
const valuesOf = ({ trace }: Recorded): string[] =>
  trace.rows.flatMap(({ outputs, changes }, row) => [
    ...outputs.map((output) => bits(valueAt(trace, output, trace.eventOfRow[row] + 1))),
    ...(changes ?? []).flatMap(({ before, after }) => [bits(before), bits(after)]),
  ]);

describe('The values of a step', () => {
  for (const [name, text] of Object.entries(models)) {
    it(`all come back when they were given up: ${name}`, async () => {
      const recorded = await record(text, 2);
      assert.equal(recorded.error, undefined);
      const { rows, store } = recorded.trace;
      const wanted = valuesOf(recorded);
      const made = rows
        .filter(({ inputs, outputs: [output] }) =>
          inputs.every(({ storage }) => storage !== output?.storage),
        )
        .flatMap(({ outputs }) => outputs);
      const statistics = made.map(statisticsOf);
      const before = store.bytes;
      store.evictAll();
      const gone = made.filter(({ storage }) => storage!.evicted);
      assert.ok(gone.length > made.length / 2);
      assert.ok(store.bytes < before);
      // Statistics of all that was given up are there, and do not bring it back.
      made.forEach((tensor, i) => {
        if (gone.includes(tensor)) assert.deepEqual(store.statisticsOf(tensor), statistics[i]);
      });
      assert.ok(gone.every(({ storage }) => storage!.evicted));
      assert.deepEqual(valuesOf(recorded), wanted);
      // From the last to the first, each alone.
      for (let row = rows.length - 1; row >= 0; row -= 7) {
        store.evictAll();
        const { outputs } = rows[row];
        const again = outputs.map((output) =>
          bits(valueAt(recorded.trace, output, recorded.trace.eventOfRow[row] + 1)),
        );
        const at = rows
          .slice(0, row)
          .reduce((sum, { outputs: o, changes: c = [] }) => sum + o.length + 2 * c.length, 0);
        assert.deepEqual(again, wanted.slice(at, at + outputs.length));
      }
    });

    it(`fit a smaller budget, and the step is the same: ${name}`, async () => {
      const whole = await record(text, 2);
      const { bytes } = whole.trace.store;
      const budget = Math.ceil(bytes * 0.8);
      const small = await record(text, 2, { budget });
      assert.equal(small.error, undefined);
      assert.ok(small.trace.store.bytes <= budget);
      assert.deepEqual(valuesOf(small), valuesOf(whole));
      assert.ok(
        small.trace.store.bytes <= budget + bytes / 4,
        'reading values does not pile up memory',
      );
    });
  }

  it('that cannot be afforded are said with numbers, and what there is can be walked', async () => {
    const [text] = Object.values(models);
    const { trace, moments, error } = await record(text, 2, { budget: 4096 });
    assert.match(
      (error as Error).message,
      /^recording this step needs more than its budget of 4\.0 KB: .* take \d+\.\d KB by op \d+; allow more memory/,
    );
    assert.ok(trace.rows.length > 3 && moments.length > 5);
    assert.equal(valuesOf({ trace, moments, error }).length > 0, true);
  });

  it('keep products, which are costly to make again', async () => {
    const [text] = Object.values(models);
    const whole = await record(text, 2);
    const small = await record(text, 2, { budget: Math.ceil(whole.trace.store.bytes * 0.8) });
    const { rows } = small.trace;
    assert.ok(rows.some(({ outputs }) => outputs.some(({ storage }) => storage?.evicted)));
    for (const { definition, outputs } of rows)
      if (definition.name === 'matmul') assert.ok(!outputs[0].storage!.evicted);
  });
});
