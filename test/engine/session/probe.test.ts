// Asking the model as it stands: right answers, and nothing of the run is touched.
import assert from 'node:assert/strict';
import type { ProbeAnswer, ProbeInfo } from '../../../engine/protocol';
import { Lab, model, step } from './runs';

const loop = (count: number): string =>
  model(`for (let i = 0; i < ${count}; i++) {\n    ${step}\n  }`);

describe('probing a model', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(async () => lab.close());

  const train = async (text: string, meanwhile?: () => Promise<void>) =>
    lab.train(text, {}, meanwhile);

  it('tells what it takes, and answers in evaluation mode', async () => {
    await train(loop(5));
    const info = (await lab.supervisor.ask('probeInfo', undefined)) as ProbeInfo;
    assert.deepEqual([info.model, info.shape, info.output], ['Net', [2], [16, 1]]);
    assert.equal(info.points.length, 32);
    const values = [0.5, -1, 2, 3];
    const ask = () => lab.supervisor.ask('probe', { values, count: 2 }) as Promise<ProbeAnswer>;
    const [first, second] = [await ask(), await ask()];
    assert.deepEqual(first.shape, [2, 1]);
    // Dropout is off: the same question has the same answer.
    assert.deepEqual(first.values, second.values);
    assert.notEqual(first.values[0], first.values[1]);
  });

  it('leaves the run as it was, bit for bit', async () => {
    const plain = await train(loop(150));
    const asked = await train(loop(150), async () => {
      for (let i = 0; i < 5; i++) {
        const values = [i, 1];
        await lab.supervisor.ask('probe', { values, count: 1 }).catch(() => undefined);
      }
    });
    assert.equal(asked.ended.hash, plain.ended.hash);
  });

  it('refuses what does not fit, in words', async () => {
    await train(loop(2));
    await assert.rejects(
      lab.supervisor.ask('probe', { values: [1], count: 1 }),
      /1 numbers do not fill \[1, 2\]/,
    );
  });
});
