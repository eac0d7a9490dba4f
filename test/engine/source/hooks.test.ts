// What the hooks tell of a program: every function, statement, iteration, value and binding, in order.
import assert from 'node:assert/strict';
import { load } from './build';
import { Notes } from './recording';

/** What is heard while the file `body` runs, without the frame of the file itself. */
async function heard(body: string): Promise<string[]> {
  const notes = new Notes();
  const { sites } = await load(body, undefined, {}, notes);
  return notes.lines(sites).slice(1);
}

describe('Hooks', () => {
  it('tell of calls, parameters, values under their names, and returns', async () => {
    assert.deepEqual(
      await heard('const add = (a: number, b = 2) => a + b;\nlet x = add(1);\nx += add(x, x);'),
      [
        '0 at const add = (a: number, b = 2) => a + b;',
        '0 at let x = add(1);',
        '1 enter add in 0',
        '1 bind a = 1',
        '1 bind b = 2',
        '1 at a + b',
        '1 leave a + b = 3',
        '0 value add(1) (x) = 3',
        '0 at x += add(x, x);',
        '2 enter add in 0',
        '2 bind a = 3',
        '2 bind b = 3',
        '2 at a + b',
        '2 leave a + b = 6',
        '0 value add(x, x) = 6',
        '0 value x += add(x, x) (x) = 9',
      ],
    );
  });

  it('tell of every iteration, at each level, with what its head binds', async () => {
    assert.deepEqual(
      await heard('for (const { k } of [{ k: 7 }])\n  for (let i = 0; i < 2; i++) { String(i); }'),
      [
        '0 at for (const { k } of [{ k: 7 }])',
        '0 iterate for (const { k } of [{ k: 7 }])',
        '0 bind k = 7',
        '0 at for (let i = 0; i < 2; i++)',
        '0 value 0 (i) = 0',
        '0 iterate for (let i = 0; i < 2; i++)',
        '0 bind i = 0',
        '0 at String(i);',
        '0 value String(i) = 0',
        '0 value i++ (i) = 1',
        '0 iterate for (let i = 0; i < 2; i++)',
        '0 bind i = 1',
        '0 at String(i);',
        '0 value String(i) = 1',
        '0 value i++ (i) = 2',
      ],
    );
  });

  it('tell of patterns, fields, methods and awaits', async () => {
    const body = `class P { h = Number(4); m({ q }: any) { [this.h] = [q]; return await_(q); } }
async function await_(x: number) { const y = await x; return y; }
await new P().m({ q: 5 });`;
    assert.deepEqual(await heard(body), [
      '0 at await new P().m({ q: 5 });',
      '· value Number(4) (this.h) = 4',
      '0 value new P() = object',
      '1 enter m in 0',
      '1 bind q = 5',
      '1 at [this.h] = [q];',
      '1 value [this.h] = [q] = object',
      '1 at return await_(q);',
      '2 enter await_ in 0',
      '2 bind x = 5',
      '2 at const y = await x;',
      '1 leave await_(q) = object',
      '0 value new P().m({ q: 5 }) = object',
      '2 value await x (y) = 5',
      '2 at return y;',
      '2 leave y = 5',
      '0 value await new P().m({ q: 5 }) = 5',
    ]);
  });
});
