// Files that import each other behave as ECMAScript modules; what cannot be found is named where it is imported.
import assert from 'node:assert/strict';
import { load, sourceError, textAt } from './build';

describe('Modules', () => {
  it('share live bindings, also through re-exports and namespaces', async () => {
    const { exports } = await load({
      'main.ts': `import { n, up as raise } from './lib/counter'; import * as all from './again.js'; import fallback, { type Kind } from './lib/counter.ts';
        raise(); raise(); export const seen = [n, all.n, all.many, Object.keys(all).sort(), fallback(), { n }.n]; export type K = Kind;
        export function shadow(n: string) { return n; } export { n as counted }; export const later = () => n;`,
      'lib/counter.ts': `export let n = 0; export const up = () => { n += 1; }; export type Kind = 'a'; export default () => 'default';`,
      'again.ts': `export * from './lib/counter'; export { n as many } from './lib/counter'; export * as whole from './lib/counter';`,
    });
    assert.deepEqual(exports.seen, [2, 2, 2, ['many', 'n', 'up', 'whole'], 'default', 2]);
    assert.equal((exports.shadow as (n: string) => string)('own'), 'own');
    assert.equal(exports.counted, 2);
  });

  it('may import each other in a circle', async () => {
    const { exports } = await load({
      'main.ts': `import { odd } from './odd'; export function even(n: number): boolean { return n === 0 || odd(n - 1); } export const seen = () => [even(10), odd(7)];`,
      'odd.ts': `import { even } from './main'; export function odd(n: number): boolean { return n !== 0 && even(n - 1); }`,
    });
    assert.deepEqual((exports.seen as () => unknown)(), [true, true]);
  });

  it('run once, in the order of their imports, and may await', async () => {
    const order: string[] = [];
    const { exports } = await load(
      {
        'main.ts': `import { order } from 'given'; import './b'; import { v } from './a'; order.push('main'); export const seen = v;`,
        'a.ts': `import { order } from 'given'; order.push('a'); export const v = await Promise.resolve(3);`,
        'b.ts': `import { order } from 'given'; import './a'; order.push('b');`,
      },
      undefined,
      { given: { order } },
    );
    assert.deepEqual([order, exports.seen], [['a', 'b', 'main'], 3]);
  });

  it('find index files and JSON, and load on demand', async () => {
    const { exports } = await load({
      'main.ts': `import sizes from './sizes.json'; import { name } from './folder'; export const seen = async () => [sizes.wide, name, (await import('./late')).late, import.meta.filename];`,
      'sizes.json': '{ "wide": 4 }',
      'folder/index.ts': `export const name = 'index';`,
      'late.ts': `export const late = 'late';`,
    });
    const seen = await (exports.seen as () => Promise<unknown>)();
    assert.deepEqual(seen, [4, 'index', 'late', '/model/main.ts']);
  });

  it('do not load what is imported as a type only', async () => {
    const { exports } = await load({
      'main.ts': `import type { A } from './nowhere'; import { B } from './nothing'; export type { C } from './none'; export const seen = (x: A, y: B) => [x, y];`,
    });
    assert.deepEqual((exports.seen as (x: number, y: number) => unknown)(1, 2), [1, 2]);
  });

  it('that are missing are named with where they were looked for', async () => {
    const text = `export const a = 1;\nimport { x } from './gone';\nexport const b = x;`;
    const error = await sourceError(text);
    assert.equal(error.kind, 'import');
    assert.equal(
      error.message,
      "cannot find module './gone' (looked for /model/gone.ts, /model/gone/index.ts)",
    );
    assert.equal(textAt(text, error.range), "'./gone'");
    const other = await sourceError(`import x from 'lodash'; x;`);
    assert.match(other.message, /^cannot find module 'lodash' \(a model file can import/);
  });
});
