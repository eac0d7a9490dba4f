// Any moment of a run is reached again, bit for bit, in place.
import assert from 'node:assert/strict';
import { stateHash } from '../../../engine/session/hash';
import { seekable } from './programs';
import { Rig } from './rig';

/** Numbers that look random and are not. */
function* dice(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    yield (state >>> 8) / 2 ** 24;
  }
}

describe('Going to a past step', () => {
  for (const [name, text] of Object.entries(seekable)) {
    it(`reaches it bit for bit: ${name}`, async () => {
      const plain: string[] = [];
      const first = new Rig(text, ({ loop }) => {
        plain[loop.finished] = stateHash();
        return undefined;
      });
      await first.run();
      const firstHash = stateHash();
      const last = plain.length - 1;
      assert.ok(last >= 30, `${last} steps`);
      const random = dice(last);
      let visits = 0;
      let target: number | undefined;
      let anew = 0;
      let moved = false;
      const rig: Rig = new Rig(text, ({ loop }) => {
        assert.equal(stateHash(), plain[loop.finished], `state after step ${loop.finished}`);
        if (visits === 0 && loop.finished < last - 3) return undefined;
        if (visits > 25) return undefined;
        if (visits++ > 0) assert.equal(loop.finished, target);
        if (moved) assert.equal(rig.history.from, target, 'the past was moved, not run again');
        moved = false;
        // The same in another run of the program, into which the past is moved.
        if (visits % 10 === 5) {
          anew++;
          moved = true;
          target = loop.finished;
          return 'anew';
        }
        return (target = Math.floor(random.next().value * (last - 3)));
      });
      await rig.run();
      assert.equal(visits, 26);
      assert.deepEqual(rig.divergences, []);
      assert.equal(rig.history.obstacle, undefined);
      assert.equal(rig.anew, anew);
      assert.equal(stateHash(), firstHash);
      assert.deepEqual(rig.logged, first.logged);
    });
  }
});
