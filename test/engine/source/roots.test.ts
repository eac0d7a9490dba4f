// All that a program can still reach is found, however well it hides.
import assert from 'node:assert/strict';
import { walk } from '../../../engine/source/roots';
import { load } from './build';

/** The texts that `{ mark: … }` objects reachable from the exported `root` carry. */
async function marks(text: string): Promise<string[]> {
  const { exports } = await load(text);
  const found: string[] = [];
  walk([exports.root], (value) => {
    const { mark } = value as { mark?: unknown };
    if (typeof mark === 'string') found.push(mark);
    return true;
  });
  return found.sort();
}

const cases: Readonly<Record<string, [text: string, found: string[]]>> = {
  'fields, elements, keys, symbols and circles': [
    `const a: any = { mark: 'a', list: [{ mark: 'b' }], [Symbol()]: { mark: 'c' } }; a.self = a;
     export const root = new Map<any, any>([[{ mark: 'key' }, new Set([a])]]);`,
    ['a', 'b', 'c', 'key'],
  ],
  'private fields, inherited ones too': [
    `class A { #a = { mark: 'a' }; static #s = { mark: 's' }; use() { return [this.#a, A.#s]; } } class B extends A { #b = { mark: 'b' }; get b() { return this.#b; } }
     export const root = new B();`,
    ['a', 'b'],
  ],
  'closures: arrows, functions, declarations, classes': [
    `function make() { const a = { mark: 'a' }, b = { mark: 'b' }, c = { mark: 'c' }, d = { mark: 'd' };
       function declared() { return c; } return [() => a, function () { return b; }, declared, class { x = d; }]; }
     export const root = make();`,
    ['a', 'b', 'c', 'd'],
  ],
  'a closure within a closure, with a value assigned later': [
    `function make() { let late: any; const outer = () => () => late; const inner = outer(); late = { mark: 'late' }; return inner; }
     export const root = make();`,
    ['late'],
  ],
  'object methods and accessors': [
    `function make() { const a = { mark: 'a' }, b = { mark: 'b' }; return { method() { return a; }, get value() { return b; } }; }
     export const root = make();`,
    ['a', 'b'],
  ],
  'methods of a class inside a function': [
    `function make() { const a = { mark: 'a' }; class C { use() { return a; } } return new C(); }
     export const root = make();`,
    ['a'],
  ],
  'a getter is not run': [
    `export const root = { get x(): object { throw new Error('run'); }, y: { mark: 'y' } };`,
    ['y'],
  ],
};

describe('Reaching', () => {
  for (const [name, [text, found]] of Object.entries(cases)) {
    it(name, async () => assert.deepEqual(await marks(text), found));
  }

  it('sees the variables of a generator that is not finished', async () => {
    const { exports } = await load(
      `function* hold() { const inside = { mark: 'inside of a generator' }; yield 1; yield inside; } export const root = hold(); root.next();`,
    );
    const found: unknown[] = [];
    const collect = (): void => {
      found.length = 0;
      walk([exports.root], (value) => found.push((value as { mark?: unknown }).mark) > 0);
    };
    collect();
    assert.ok(found.includes('inside of a generator'));
    (exports.root as Generator).return(undefined);
    collect();
    assert.ok(!found.includes('inside of a generator'));
  });
});
