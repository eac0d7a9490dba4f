// A person looks at attention: weights, heads, masks and positions are the lecture’s.
import assert from 'node:assert/strict';
import { galleryModel } from './models';
import { hold, leave, numbers, numeric, open, text } from './support/held-step';
import { screenshot } from './support/ui';

describe('looking at attention', () => {
  afterEach(async function () {
    await leave(this.currentTest);
  });

  it('A1: every stage of attention by hand', async () => {
    await hold('attention-by-hand.ts');
    const view = await open('showAttention');
    assert.deepEqual(await numbers(view, 'weights'), ['0.401112 0.197776 0.401112']);
    const shown = await text(view, /Σ weight · value = \[1\.20334, 1\]/);
    assert.match(shown, /1 · 0\.707107 = 0\.707107/);
    await screenshot('attention');
  });

  it('A3: a decoder that has learned to copy looks along the diagonal', async () => {
    const view = await hold('alignment.ts', galleryModel('alignment.ts'), undefined, 200);
    await open('showAttention');
    const rows = await numbers(view, 'weights');
    const weights = rows.map((row) => row.split(' ').map(numeric));
    assert.deepEqual([weights.length, weights[0].length], [7, 6]);
    weights.forEach((row, t) => {
      assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-4);
      if (t < 6) assert.equal(row.indexOf(Math.max(...row)), t, `turn ${t}: ${row.join()}`);
    });
    await text(view, /one query in each turn of the loop/i);
    await screenshot('alignment');
  });

  it('A5: eight heads of 64 are 512 wide, in and out', async () => {
    await hold('multi-head.ts', galleryModel('multi-head.ts'), (all) =>
      all
        .replace('width: 32, heads: 2', 'width: 512, heads: 8')
        .replace('count: 1500', 'count: 100'),
    );
    const view = await open('showAttention');
    await text(view, /8 heads of 64 \(8 · 64 = 512 wide, in and out\)/);
    await text(view, /weights \[50, 8, 5, 5\]/);
    await screenshot('heads');
    await open('showLayers');
    await text(view, /attention[\s\S]*MultiHead[\s\S]*\[50, 5, 512\]/);
  });

  it('A6: the waves of the first four positions', async () => {
    await hold('positional-encoding.ts', galleryModel('positional-encoding.ts'), (all) =>
      all.replace('width: 32', 'width: 4').replace('count: 1500', 'count: 100'),
    );
    const view = await open('showAttention');
    const rows = await numbers(view, 'positions.pe');
    const four = rows
      .slice(0, 4)
      .map((row) => row.split(' ').map((value) => numeric(value).toFixed(5)));
    assert.deepEqual(four, [
      ['0.00000', '1.00000', '0.00000', '1.00000'],
      ['0.84147', '0.54030', '0.01000', '0.99995'],
      ['0.90930', '-0.41615', '0.02000', '0.99980'],
      ['0.14112', '-0.98999', '0.03000', '0.99955'],
    ]);
    await view.locator('.waves').first().scrollIntoViewIfNeeded();
    await screenshot('positions');
  });

  it('A8: a decoder layer sees nothing ahead, looks across, and has its 4,204,032 weights', async () => {
    await hold('decoder-layer.ts', galleryModel('decoder-layer.ts'), (all) =>
      all
        .replace('width: 32', 'width: 512')
        .replace('batchSize: 50, count: 2000', 'batchSize: 4, count: 100'),
    );
    const view = await open('showAttention');
    const rows = await numbers(view, 'weights');
    assert.equal(rows.length, 7);
    rows.forEach((row, t) =>
      row.split(' ').forEach((value, s) => {
        if (s > t) assert.equal(value, '0', `query ${t} sees key ${s}`);
      }),
    );
    await text(view, /masked where crossed out/);
    await screenshot('decoder');
    await view
      .locator('select[aria-label=Attention]')
      .selectOption({ label: 'layer.crossAttention · across' });
    await text(view, /Looks across: 7 queries over 6 keys/);
    await open('showLayers');
    await text(view, /DecoderLayer[\s\S]*4,204,032 parameters/);
  });

  it('A9: heads of a small GPT see the letters before, and nothing after', async () => {
    await hold('gpt-sort.ts', galleryModel('gpt-sort.ts'), (all) =>
      all.replace('count: 4000, epochs: 6', 'count: 128, epochs: 1'),
    );
    const view = await open('showAttention');
    const rows = await numbers(view, 'weights');
    rows.forEach((row, t) => {
      row.split(' ').forEach((value, s) => {
        if (s > t) assert.equal(value, '0', `query ${t} sees key ${s}`);
      });
    });
    await text(view, /head 2/);
    const label = await view.locator('.stages h3').innerText();
    assert.match(label, /^(#\d|[a-f]) looks at (#\d|[a-f])$/);
    await screenshot('gpt attention');
  });
});
