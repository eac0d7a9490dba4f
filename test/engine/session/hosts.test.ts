// The engine behind both carriers, a worker and a forked process: the same run gives the same result.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { RunEnded } from '../../../engine/protocol';
import { startEngine, type EngineClient, type EngineHost } from '../../../extension/engine-client';
import { Lab, model, step } from './runs';

const text = model(`for (let i = 0; i < 30; i++) { ${step} }`);
const endless = model(`for (;;) { ${step} }`);
const hog =
  'export function train() { const a: unknown[] = []; for (;;) a.push(new Array(1e5).fill(0)); }';

function endOf(engine: EngineClient): Promise<RunEnded> {
  return new Promise((found) => {
    const forget = engine.on('ended', (ended) => {
      forget();
      found(ended);
    });
  });
}

async function train(engine: EngineClient, file: string): Promise<RunEnded> {
  const ended = endOf(engine);
  await engine.request.train({ file, seed: 3, hyper: {} });
  return ended;
}

describe('the engine in a worker and in a process', () => {
  const lab = new Lab();
  const file = lab.write('model.ts', text);
  const endlessFile = lab.write('endless.ts', endless);
  const hogFile = lab.write('hog.ts', hog);
  const engines = new Map<EngineHost, EngineClient>();

  before(() => {
    for (const host of ['worker', 'process'] as const) {
      const gone = (reason: string): void => {
        throw new Error(`the ${host} died: ${reason}`);
      };
      const limits = { memoryBudget: 500 * 2 ** 20, threads: 2 };
      engines.set(host, startEngine(resolve('dist/supervisor.cjs'), host, limits, gone));
    }
  });
  after(async () => {
    for (const engine of engines.values()) engine.dispose();
    await lab.close();
  });

  it('trains with the same result', async () => {
    const hashes = new Set<string>();
    for (const engine of engines.values()) {
      const { reason, steps, hash } = await train(engine, file);
      assert.deepEqual([reason, steps], ['done', 30]);
      hashes.add(hash);
    }
    assert.equal(hashes.size, 1);
  });

  it('tells what each layer put out', async () => {
    for (const engine of engines.values()) {
      await train(engine, file);
      const { layers } = await engine.request.activations();
      const { summary, heatMap, kind, parameters } = layers.find(({ path }) => path === 'hidden')!;
      assert.equal(kind, 'Linear');
      assert.equal(parameters, 24);
      assert.deepEqual(summary.shape, [16, 8]);
      assert.equal(heatMap.values.length, 16 * 8);
      const mean = heatMap.values.reduce((sum, value) => sum + value, 0) / 128;
      assert.ok(Math.abs(mean - summary.mean) < 1e-6);
    }
  });

  it('stops an endless run, and survives one that wants too much memory', async () => {
    for (const engine of engines.values()) {
      const ended = endOf(engine);
      await engine.request.train({ file: endlessFile, seed: 0, hyper: {} });
      await engine.request.stop();
      assert.equal((await ended).reason, 'stopped');
      assert.equal((await train(engine, hogFile)).reason, 'failed');
      assert.equal((await train(engine, file)).reason, 'done');
    }
  });

  it('refuses a request that it does not know', async () => {
    for (const engine of engines.values()) {
      const request = engine.request as unknown as Record<string, () => Promise<unknown>>;
      await assert.rejects(request.dance(), /unknown request 'dance'/);
    }
  });
});
