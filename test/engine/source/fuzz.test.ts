// Programs made at random do the same with and without the loader.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loaded, plainly } from './build';
import { Notes } from './recording';

const variable = fc.constantFrom('a', 'b', 'c');

/** Expressions of small numbers; all names in them are always declared. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: 4 }).map(String),
    variable,
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '??', '||', '<'), tie('expression'))
      .map(([x, operator, y]) => `(((${x}) as any) ${operator} (${y}))`),
    fc.tuple(variable, tie('expression')).map(([name, x]) => `(${name} = (${x}) as number)`),
    tie('expression').map((x) => `((n: any): any => n + ${x})(1)`),
    tie('expression').map((x) => `({ get g() { return ${x}; } }).g!`),
    tie('expression').map((x) => `({ v: { w: ${x} } } as any)?.v?.w`),
    tie('expression').map((x) => `new (class { constructor(public p: any = ${x}) {} })().p`),
    tie('expression').map((x) => `[...(function* (q = 1) { yield ${x}; yield q; })()].length`),
    tie('expression').map((x) => `f(${x})`),
    fc
      .tuple(variable, fc.constantFrom('++', '--'), fc.boolean())
      .map(([name, step, first]) => (first ? `(${step}${name})` : `(${name}${step})`)),
    fc
      .tuple(variable, fc.constantFrom('+=', '*=', '??=', '&&=', '||='), tie('expression'))
      .map(([name, operator, x]) => `((${name} as any) ${operator} ${x})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `(${x}, ${y})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => '`${' + x + '}-${' + y + '}`'),
    tie('expression').map((x) => 'tag`x${' + x + '}y`'),
    tie('expression').map((x) => `Math.max(...([${x}, ...[1, 2]] as number[]))`),
    tie('expression').map((x) => `(((null as any)?.(${x}) ?? ${x}) as any)`),
    tie('expression').map(
      (x) => `(({ k = ${x}, ...rest }: any) => k + Object.keys(rest).length)({ z: 1 })`,
    ),
    tie('expression').map((x) => `(([p, , q = ${x}]: any[]) => p + q)([1, 2])`),
    tie('expression').map(
      (x) =>
        `new (class extends Base { #s = ${x}; static t = ${x}; m() { return super.m() + this.#s; } })().m()`,
    ),
    tie('expression').map(
      (x) => `(function (this: any) { return new.target ? 1 : ${x}; }).call({})`,
    ),
    tie('expression').map(
      (x) => `(typeof ${x} === 'number' ? void 0 : delete ({ x: ${x} } as any).x)`,
    ),
  ),
}));

/** Statements; loops count down a shared budget, so that every program ends. */
const { statement } = fc.letrec<{ statement: string; block: string }>((tie) => ({
  block: fc.array(tie('statement'), { maxLength: 3 }).map((all) => `{ ${all.join('\n')} }`),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    expression.map((x) => `see(${x});`),
    fc.tuple(variable, expression).map(([name, x]) => `${name} = ${x} satisfies any`),
    fc
      .tuple(variable, expression, tie('block'))
      .map(([name, x, body]) => `{ let { ${name} = ${x} }: any = {}; ${body} }`),
    fc.tuple(expression, tie('block')).map(([x, body]) => `if (${x}) ${body} else see('else');`),
    fc.tuple(expression, tie('block')).map(([x, body]) => `while (tick() && ${x}) ${body}`),
    fc.tuple(expression, tie('block')).map(([x, body]) => `do ${body} while (tick() && ${x});`),
    tie('block').map((body) => `for (let a = 0 as number; a < 3 && tick(); a++) ${body}`),
    tie('block').map((body) => `for (const b0 of [1, 2] as number[]) ${body}`),
    expression.map(
      (body) =>
        `out: for (;;) { if (!tick()) break; for (a of [1, 2]) { if (a > b) continue out; see(${body}); break out; } }`,
    ),
    fc
      .tuple(tie('block'), tie('block'), expression)
      .map(
        ([body, last, x]) =>
          `try { ${body} throw new Error('' + ${x}); } catch (e: any) { see(e.message); } finally ${last}`,
      ),
    fc
      .tuple(expression, tie('block'))
      .map(
        ([x, body]) =>
          `switch (${x} as any) { case 1: ${body} break; default: see('d'); case 2: ${body} }`,
      ),
    fc
      .tuple(expression, tie('block'))
      .map(([x, body]) => `for (const k in { p: ${x}, q: 1 }) { see(k); ${body} }`),
    fc
      .tuple(tie('block'), expression)
      .map(
        ([body, x]) =>
          `for (const [i, { v = ${x} }] of [{}, { v: 2 }].entries() as any) { see([i, v]); ${body} }`,
      ),
    fc
      .tuple(tie('block'), expression)
      .map(([body, x]) => `see((() => { try { ${body} return ${x}; } finally { see('f'); } })());`),
    fc
      .tuple(tie('block'), expression)
      .map(
        ([body, x]) =>
          `later.push((async () => { ${body} await null; see(await ${x}); for await (const k of [${x}]) see(k); })());`,
      ),
    fc
      .tuple(tie('block'), expression)
      .map(
        ([body, x]) =>
          `{ const g = (function* (): any { ${body} const got = yield ${x}; see(got); return 7; })(); see(g.next().value); see(g.next(${x}).value); }`,
      ),
    fc
      .tuple(tie('block'), expression)
      .map(
        ([body, x]) =>
          `{ class K extends Base { static { see(${x}); } get h() { ${body} return ${x}; } set h(v: any) { see(v); } } const k: any = new K(); k.h = k.h; }`,
      ),
    expression.map((x) => `if (${x}) see('alone'); else for (const only of [${x}]) see(only);`),
    tie('block').map((body) => `kept.push((): any => { ${body} return [a, b, c]; });`),
  ),
}));

const program = fc.array(statement, { minLength: 1, maxLength: 5 }).map(
  (all) => `export const seen: any[] = [];
let budget = 40;
const tick = (): boolean => budget-- > 0;
const see = (x: any): void => { if (seen.length < 200) seen.push(typeof x === 'function' ? x.name : x); };
function f(x: number): number { return x < 3 ? x + 1 : 0; }
class Base { m(): any { return 1; } }
const tag = (parts: any, ...values: any[]): string => parts.raw.join('|') + values.join();
const later: Promise<unknown>[] = [];
function run(a: any, b: any = 2, ...[c = 3]: any[]) { const kept: (() => any)[] = [];
${all.join('\n')}
for (const k of kept.slice(0, 5)) see(k()); see([a, b, c]); }
try { run(1); } catch (e: any) { see(e.constructor.name); }
export const done = Promise.allSettled(later);
`,
);

describe('Random programs', () => {
  it('do the same with and without the loader', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(program, async (text) => {
        const expected = await plainly(text);
        assert.deepEqual(await loaded(text), expected);
        assert.deepEqual(await loaded(text, undefined, new Notes()), expected);
        assert.deepEqual(await loaded(text, undefined, new Notes(), true), expected);
      }),
      { seed: 20, numRuns: 40 },
    );
  });
});
