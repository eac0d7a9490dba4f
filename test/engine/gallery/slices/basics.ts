// The first chapter of the gallery: short runs, and the exact facts of the lecture.
import assert from 'node:assert/strict';
import { trainModel } from '../run';
import type { Slices } from '../slice';

export const basics: Slices = {
  'hello-autograd.ts': {},
  'spiral.ts': { hyper: { epochs: 20 }, falls: 0.8 },
  'bug-zoo.ts': { hyper: { epochs: 5 }, falls: 0.9, check: eachBug },
};

/** What the bug zoo shows with one bug; a run that throws shows the message. */
async function zoo(bug: string) {
  const run = await trainModel('bug-zoo.ts', { hyper: { bug, epochs: 10 } });
  const last = (name: string): number => run.curves.get(name)!.at(-1)!;
  return { loss: last('loss'), accuracy: last('accuracy'), gradient: last('gradient') };
}

async function eachBug(): Promise<void> {
  const healthy = await zoo('none');
  assert.ok(healthy.accuracy > 0.9 && healthy.gradient > 0, JSON.stringify(healthy));
  const detached = await zoo('detached');
  assert.equal(detached.gradient, 0);
  const dead = await zoo('deadRelu');
  assert.equal(dead.gradient, 0);
  assert.ok(Math.abs(dead.loss - Math.LN2) < 0.05, `${dead.loss}`);
  const twice = await zoo('softmaxTwice');
  assert.ok(twice.loss > 0.3, `${twice.loss}`);
  const huge = await zoo('hugeRate');
  assert.ok(!(huge.loss < 0.3), `${huge.loss}`);
  assert.ok(Number.isNaN((await zoo('logOfZero')).loss));
  await assert.rejects(zoo('unknown'), /there is no bug 'unknown'/);
}
