// A program does the same with and without the loader, whether or not someone listens to it.
import assert from 'node:assert/strict';
import type { Hooks } from '../../../engine/source/hooks';
import { readAll } from '../../../engine/source/roots';
import { loaded, plainly } from './build';
import { programs } from './programs';
import { Notes } from './recording';

/** Reads all there is to read, at every loop and iteration. */
const reading: Hooks = {
  enterLoop: ({ variables }) => ({
    next: (head) => {
      readAll(variables);
      if (head) readAll(head);
      return true;
    },
    done: () => undefined,
  }),
};

describe('A loaded program does what the plain one does', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(name, async () => {
      const expected = await plainly(text);
      assert.deepEqual(await loaded(text), expected);
      assert.deepEqual(await loaded(text, reading), expected);
      const notes = new Notes();
      assert.deepEqual(await loaded(text, undefined, notes), expected);
      assert.ok(notes.count > 0);
      const more = new Notes();
      assert.deepEqual(await loaded(text, undefined, more, true), expected);
      assert.ok(more.count > notes.count);
    });
  }
});
