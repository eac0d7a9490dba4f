// Errors of the user's are placed on the user's own text, at the whole expression that failed.
import assert from 'node:assert/strict';
import { LoadFailure } from '../../../engine/source/load';
import { load, sourceError, textAt } from './build';

/** The innermost frame's text, of an error thrown by `fail` (a function that is given). */
async function failing(text: string): Promise<(string | undefined)[]> {
  const fail = (): never => {
    throw new Error('failed');
  };
  const program = await load(text, undefined, {
    given: {
      fail,
      Fail: class {
        constructor() {
          fail();
        }
      },
    },
  });
  try {
    await (program.exports.train as () => unknown)();
  } catch (error) {
    return program.locate(error as Error).map((range) => textAt(text, range));
  }
  throw new Error('nothing failed');
}

const header = `import { fail, Fail } from 'given';\nenum E { A }\nclass O { constructor(public k: any = 1) {} m(x?: any) { return fail(x); } }\n`;

/** The body of `train`, in which «…» is the expression that must be found. */
const bodies: readonly string[] = [
  '«fail()»;',
  'const a = 1 as number, b: number = «fail(a)»;',
  '«fail(\n      1,\n      2,\n    )»;',
  'return ((x: number): number => «fail(x)»)(1);',
  '«new Fail()»;',
  "throw «new Error('own')»;",
  'for (const x of [1] as number[]) { «fail(x)»; }',
  'let i = 0; while (i++ < 2) «fail(i)»;',
  'let i = 0; do { «fail(i)»; } while (i < 2);',
  'for (;;) { [1].map((q: number) => «fail(q)»); }',
  'const o: any = { f: fail }; «o.f(E.A)»;',
  'const o: any = { f: { g: fail } }; o?.f!.«g(1)»;',
  'function* g() { yield «fail(1)»; } [...g()];',
  'const q = 2; const held = () => q + «fail(q)»; held();',
  'const { a = «fail(1)» } = {} as { a?: any };',
  'if (true) { const z = [1, «fail(<any>2)»]; }',
];

describe('Positions', () => {
  for (const body of bodies) {
    it(`finds ${JSON.stringify(body)}`, async () => {
      const wanted = body.slice(body.indexOf('«') + 1, body.indexOf('»'));
      const text = `${header}export function train(steps?: number): any {\n    ${body.replace(/[«»]/g, '')}\n}\n`;
      const [found] = await failing(text);
      assert.ok(found?.endsWith(wanted), `${String(found)} is not ${wanted}`);
      assert.ok(found?.split('\n').length === wanted.split('\n').length);
    });
  }

  it('finds every caller, with its name', async () => {
    const text = `${header}function outer(n: number) { return new O(n).m(n); }\nexport async function train() { await null; return outer(1 as number); }\n`;
    assert.deepEqual(await failing(text), ['fail(x)', 'new O(n).m(n)', 'outer(1 as number)']);
  });

  it('finds the line of a file that fails while it loads', async () => {
    const text = `type T = number;\nlet f: any;\nconst x = 1 as T; f(x);\n`;
    await assert.rejects(load(text), (error: unknown) => {
      assert.ok(error instanceof LoadFailure);
      const [frame] = error.program.locate(error.reason as Error);
      assert.equal(textAt(text, frame), 'f(x)');
      return true;
    });
  });

  const wrong: readonly [text: string, message: RegExp, at: string][] = [
    ['const a = 1;\nconst = 2;', /^Unexpected/, '='],
    ['const a = 1;\nconst a = 2;', /already been declared/, 'a'],
    ['const f = (x: ) => x;', /./, ')'],
    ['@decorated class A {}', /decorators are not supported/, '@decorated'],
    ['class A { accessor x = 1 }', /'accessor' fields are not supported/, 'accessor x = 1'],
    ["import x = require('y');", /import … from …/, "import x = require('y');"],
  ];
  for (const [text, message, at] of wrong) {
    it(`refuses ${JSON.stringify(text)} at its place`, async () => {
      const error = await sourceError(text);
      assert.equal(error.kind, 'syntax');
      assert.match(error.message, message);
      assert.equal(textAt(text, error.range), at);
    });
  }
});
