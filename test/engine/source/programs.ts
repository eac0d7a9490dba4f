// Small programs that between them use most of the language; each fills `seen`. Run with and without the loader.
const rows: Readonly<Record<string, string>> = {
  'places where a wrapped expression would mean something else': `
    const o: any = { v: 1, f() { return this?.v; }, n: null, t(p: any, x: any) { return [this.v, x]; }, make() { return class { static k = 2; m = 3; }; } };
    seen.push((o?.f)(), (o?.f as any)(), (o.n?.f)?.(), (o.n?.f!.g.h)?.x, new (o.make())().m, new (o?.make())().m, o?.make().k, o.t\`a\${1}\`);
    seen.push(delete o.make().k, delete o?.n, 'n' in o, typeof o.gone?.(), void o.f(), (0, o.f)(), [(1, 2), o.f()]);
    let a: any, b = (1, 2), c: any = 5; a = b = (c, 7); const g = () => (a, b); a ||= () => c; b += (c++, ++c, -c--); seen.push(a, b, c, g(), ((x = (1, 4)) => x)());
    const named = (() => {}) as any, other = function () {} satisfies any, Klass = class {}; let later: any; later = () => {}; const { d = () => {} }: any = {};
    seen.push(named.name, other.name, Klass.name, later.name, d.name, (() => {}).name, [class {}][0]!.name);
    for (const x of [1]) { const x = 2; seen.push(x); } for (let i = 0, j = 9; i < 2; i++) { let i = j; seen.push(i); } for (const k of ['q']) if (k) { var w = k; } else seen.push(w!);
    block: if (a) break block; else seen.push('no'); lab: { seen.push('in'); if (b) break lab; seen.push('no'); } one: two: for (;;) { for (;;) break one; }
    class Base { constructor(public z = (() => 1)()) {} } class Derived extends Base { y = ((q: number) => q + this.z)(1); constructor() { const early = (() => 2)(); super(((n: number) => n)(early)); return; } } seen.push(new Derived().y);
    const arrows = [async (x: number): Promise<number> => (await x, x), (x: { a: () => void }) /* => */ => ({ x }), // =>
      (y = (z: any) => z) => // not this: =>
        y(3)]; seen.push((arrows[2] as any)(), Object.keys((arrows[1] as any)(1)));
    function f(this: any, x: number) { if (x) return; else do x++; while (x < 3) return x } seen.push(f.call(0, 0), f.call(0, 1))
    var q = c as number
    ;[q] = [8]
    let r = q
    seen.push(q, r); switch (q) { case 8: let s = q; seen.push(s); case (seen.push('t'), 9): default: seen.push('d') }`,
  'enums: numbers, strings, computed, merged': `
    enum A { One, Two = 5, Three }
    enum A { Four = 9 }
    const enum S { Up = 'up', Down = 'down' }
    enum C { Low = 1 << 2, High = Low | 3, Len = 'abc'.length, After = Len + 1, 'quoted name' = 7 }
    seen.push(A.One, A[6], A.Four, A[9], S.Up, S.Down, C.High, C.Len, C.After, C['quoted name'], Object.keys(A));`,
  'an enum inside a function': `
    function f(n: number) { enum Local { A = 3, B } return Local[n]; }
    seen.push(f(4), f(9));`,
  'namespaces: live members, merging, nesting, aliases': `
    namespace N { export let count = 0; export function up(): number { return ++count; } const hidden = 1; export const sum = hidden + 1; }
    namespace N { export const twice = N.sum * 2; }
    namespace Outer.Inner { export const deep = 'deep'; }
    namespace Outer { import I = Outer.Inner; export const again = I.deep; export interface Only { a: 1 } }
    N.up(); N.up(); N.count = 7; N.up();
    seen.push(N.count, N.twice, Outer.Inner.deep, Outer.again);`,
  'a class merged with a namespace': `
    class Box { static make() { return new Box(Box.size); } constructor(readonly n: number) {} }
    namespace Box { export const size = 4; }
    function fn() { return fn.tag; }
    namespace fn { export const tag = 'tag'; }
    seen.push(Box.make().n, Box.size, fn());`,
  'parameter properties': `
    class P { constructor(public a: number, private readonly b = a + 1, protected c?: string) { seen.push(this.a, this.b); } sum() { return this.a + this.b; } }
    class Q extends P { d = this.a * 2; constructor(public e: number) { super(e, e); seen.push(this.d, this.e); } }
    class R extends P { constructor(public override a: number) { 'directive'; const pre = a * 3; super(pre); seen.push(Object.keys(this)); } }
    seen.push(new P(1).sum(), new Q(3).sum(), new R(2).a);`,
  'classes: abstract, overloads, accessors, statics, index signatures': `
    abstract class Shape { abstract area(): number; abstract readonly name: string; static made = 0; declare ghost: number; optional?: number; definite!: string; [key: string]: unknown;
      get double() { return this.area() * 2; } set double(v: number) { seen.push('set', v); } static { Shape.made = 10; } }
    class Square extends Shape { readonly name = 'square'; static override made = super.made + 1; constructor(private side: number) { super(); }
      area(): number; area(scale: number): number; area(scale = 1) { return this.side ** 2 * scale; } }
    const s = new Square(3);
    s.double = 4;
    seen.push(s.area(), s.area(2), s.double, Square.made, Object.keys(s), 'ghost' in s);`,
  'private fields, methods and brand checks': `
    class Account { #total = 1; static #count = 0; static has(o: object) { return #total in o; }
      #add(n: number) { this.#total += n; return this; } get #both() { return this.#total * 2; }
      run() { Account.#count++; return this.#add(4).#both + Account.#count; } }
    seen.push(new Account().run(), new Account().run(), Account.has({}), Account.has(new Account()));`,
  'generators and delegation': `
    function* inner(): Generator<number, string, number> { const got = yield 1; seen.push('got', got); try { yield 2; } finally { seen.push('cleanup'); } return 'end'; }
    function* outer() { const r = yield* inner(); seen.push(r); yield 3; }
    const g = outer();
    seen.push(g.next(), g.next(7), g.next(), g.next(), g.next());
    const h = outer(); h.next(); h.next(); seen.push(h.return('early' as never));
    const t = inner(); t.next(); t.next(); try { t.throw(new Error('thrown in')); } catch (e) { seen.push((e as Error).message); }
    const o = { *items() { yield* [1, 2]; }, async *later() { yield 1; } };
    seen.push([...o.items()], typeof o.later().next);`,
  'generators: this, arguments, defaults, return in finally': `
    class L { items = [3, 4]; *[Symbol.iterator]() { for (const i of this.items) yield i; } }
    function* args(this: unknown, a = 2, ...rest: number[]) { yield a + rest.length; yield arguments.length; }
    function* last() { try { return 1; } finally { seen.push('fin'); } }
    seen.push([...new L()], [...args(1, 2, 3)], [...args()], last().next());`,
  'async functions, async generators, for await': `
    export const done = (async () => {
      async function* ticks(n: number) { for (let i = 0; i < n; i++) { await null; yield i; } }
      for await (const t of ticks(3)) seen.push(t);
      for await (const p of [Promise.resolve('a'), 'b']) seen.push(p);
      try { await Promise.reject(new Error('no')); } catch ({ message }: any) { seen.push(message); }
      const f = async (x: number) => x * 2;
      seen.push(await f(4), await Promise.all([1, 2].map(async (x) => (await f(x)) + 1)));
    })();`,
  'optional chains': `
    const o: any = { a: { f(this: any) { return this.v; }, v: 5 }, n: null };
    let calls = 0; const key = () => (calls++, 'a');
    seen.push(o?.a?.f(), o.n?.x.y.z(), o.missing?.[key()], o[key()]?.['f']?.(), delete o?.gone?.x, calls, (o.n?.x)?.y, o!.a!.v!);`,
  'types that leave an expression behind': `
    const a = { x: 1 } as const; const b = [1, 2] satisfies number[]; const c = <number>(<unknown>3);
    const d = (b as unknown as number[])!.length!; let e!: number; e = 2; const f = <T,>(x: T): T => x; const g = f<number>;
    const h = new Map<string, number>([['k', 1]]); type X = typeof a; const i = ((x: number): x is 3 => x === 3)(3);
    (e as number) = 8; (e as any)++; for (let q = 0 as number; q < 1; q++) seen.push(q);
    let z = e as number
    ;[z] = [4]
    seen.push(a, b, c, d, e, f<string>('s'), g(2), h.size, i, z);`,
  'a type at the end of a line before brackets': `
    let n = 1 as number
    let list = [1] as number[]
    const text = 'a' as string
    ;(function () { seen.push('ran'); })()
    const u = list!
    seen.push(n, u, text);`,
  'arrows with types over several lines': `
    const f = async (
      x: number,
      y?: string,
    ): Promise<
      number
    > => x;
    const g = (x: number):
      number => { return x; };
    const h = function <T extends object>(this: T, k: keyof T): T[keyof T] { return this[k]; };
    seen.push(typeof f(1).then, g(4), h.call({ a: 5 }, 'a' as never));`,
  'tagged templates': `
    function tag(parts: TemplateStringsArray, ...values: unknown[]) { return [parts.raw, Object.isFrozen(parts), values, this === undefined]; }
    const o = { k: 3, tag(p: TemplateStringsArray) { return this.k; } };
    const same = () => ((p: TemplateStringsArray) => p)\`x\`;
    seen.push(tag\`a\${1}\\n\${2}b\`, o.tag\`\`, same() === same(), \`n\${\`m\${1}\`}\`);`,
  'labels, switch and every loop': `
    outer: for (let i = 0; i < 4; i++) { for (const j of [0, 1, 2]) { if (j === 1) continue outer; if (i === 3) break outer; seen.push([i, j]); } }
    let k = 0; do { k += f(1); if (k === 2) continue; if (k > 4) break; } while (k < 9); seen.push(k);
    block: { seen.push('in'); if (k) break block; seen.push('never'); }
    for (const key in { a: 1, b: 2 }) seen.push(key, f(0)); while (k-- > f(2)) seen.push(k);
    for (;;) { if (f(k++) > 3) break; } seen.push(k); for (var v = 0, w = 5; v < w; v++, w--); seen.push(v, w);
    lab: while (true) { switch (f(k)) { case 4: k++; continue lab; default: break lab; case 5: k = 9; let scoped = k; seen.push(scoped); } }
    function f(x: number): number { return x; } seen.push(k);
    for (const x of [1]) lbl: for (const y of [2]) { f(y); continue lbl; }`,
  'loops without blocks, and else after them': `
    const f = (x: number) => seen.push(x);
    if (seen.length === 0) for (const x of [1, 2]) f(x); else while (f(3)) f(4);
    if (seen.length > 0) do f(9); while (seen.length < 5)
    else f(8);
    for (const a of [1]) for (let b = 0; b < 2; b++) f(b);
    for (let i = 0, fs = [] as (() => number)[]; i < 3; i++) { fs.push(() => i); if (i === 2) seen.push(fs.map((q) => q())); }
    let x = 0; for (f(0); x < 2; ) x++; for (; ; ) { f(x); break; } for (let [p, q] = [1, 2]; p < q; p++) f(p);
    for (x of [5, 6]) f(x); const o: any = {}; for (o.k of [7]) f(o.k); for (o.k in { z: 1 }) f(8);`,
  'iterators are closed, by break, return and throw': `
    function iterate(n: number) { let i = 0; return { [Symbol.iterator]() { return { next: () => ({ done: i >= n, value: i++ }), return(v?: unknown) { seen.push('closed'); return { done: true, value: v } as any; } }; } }; }
    const f = (x: unknown) => seen.push(x);
    for (const x of iterate(3) as any) { f(x); break; }
    (() => { for (const x of iterate(3) as any) { f(x); return; } })();
    try { for (const x of iterate(3) as any) { f(x); throw new Error('t'); } } catch (e) { f((e as Error).message); }
    for (const x of iterate(2) as any) f(x);
    try { for (const x of 5 as any) f(x); } catch (e) { f(e instanceof TypeError); }
    for (const c of 'h\\u{1F600}y') f(c); for (const [k, v] of new Map([[1, 2]])) f(k + v);`,
  'try, catch, finally and what they return': `
    const f = (n: number): unknown => { try { if (n === 0) throw new Error('zero'); if (n === 1) return 'one'; } catch { return 'caught'; } finally { seen.push('f', n); if (n === 2) return 'over'; } return 'end'; };
    seen.push(f(0), f(1), f(2), f(3));
    try { (() => { seen.push(tdz); let tdz = 1; })(); } catch (e) { seen.push((e as Error).name); }`,
  'destructuring with defaults that run code': `
    let n = 0; const next = () => ++n;
    const { a = next(), b: { c = next(), ...rest } = { d: 4 } as any, [\`k\${n}\`]: dyn = next() } = { a: undefined } as any;
    const [x, , y = next(), ...zs] = [1, 2, undefined, 4, 5];
    function f({ p = next(), q }: { p?: number; q: number }, [r] = [next()], s = p + q, ...more: number[]) { return [p, q, r, s, more]; }
    let s1 = 1, s2 = 2; [s1, s2] = [s2, s1]; ({ a: s1, ...n as any } = { a: 9 } as any, seen.push(s1));
    seen.push(a, c, rest, dyn, x, y, zs, f({ q: 1 }), f({ p: 5, q: 2 }, [7], 8, 9), s2, f.length);`.replace(
    '...n as any',
    'b: s2',
  ),
  'closures, hoisting, shadowing, names': `
    seen.push(hoisted(), typeof later); function hoisted() { return inner(); function inner() { return 'inner'; } } var later = 1;
    const counter = (start: number) => { let n = start; return { up: () => ++n, get value() { return n; }, set value(v) { n = v; } }; };
    const c = counter(3); c.up(); c.value += 2; seen.push(c.value);
    const fs: any[] = []; for (let i = 0; i < 2; i++) { const k = i * 2; fs.push(() => k, function named() { return i; }, async () => i, class { v = k; }); }
    seen.push(fs.map((g) => g.name), fs[0](), fs[5](), new fs[7]().v);
    function names(q: number) { const arrow = () => q; const o = { m() { return q; }, p: () => q, ['c' + 1]: () => q, get g() { return q; } }; let cls = class { x = q; }; const d = (z = () => q) => z.name; return [arrow.name, o.m.name, o.p.name, (o as any).c1.name, cls.name, d(), o.g]; }
    seen.push(names(1)); const self = function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1); }; seen.push(self(5));
    { const seenToo = seen; { let seen = 5; seenToo.push(seen++); } }`,
  'this, super, new.target, arguments': `
    class A { name = 'a'; hi() { return 'A' + this.name; } static create() { return new this(); } constructor() { seen.push(new.target.name); } }
    class B extends A { override name = 'b'; override hi() { return [1].map(() => super.hi()).join() + '!'; } arrow = () => this.name; get sup() { return super.hi; } }
    const b = B.create() as B; const o = { __proto__: { m() { return 'proto'; } }, m() { return (super.m as any)() + '+'; } };
    function sloppy(this: unknown) { return [this === undefined, arguments.length]; }
    seen.push(b.hi(), b.arrow.call(null), b.sup.call({ name: 'x' }), o.m(), (sloppy as any)(1, 2));
    class D extends Array<number> { constructor(...xs: number[]) { for (const x of xs) seen.push(x); super(...xs); } } seen.push(new D(1, 2).length);`,
  'sequence, void, in, exponent, logical assignment': `
    let a: any = null; a ??= { n: 2 }; a.n **= 3; a.m ||= 4; a.m &&= 5; let b = (1, 2);
    seen.push(a, b, void 0, 'n' in a, typeof nothing, 10n ** 20n, /a(?<x>b)/u.exec('ab')!.groups!.x, 1_000, typeof (b ? (x: number) => x : 0));
    declare const nothing: number; declare function gone(): void; declare module 'm' {} declare global {} 
    if (b) { interface Local { x: 1 } type T = Local; } else type; var type: any = 3; let of = 1, as = 2, satisfies = 3; seen.push(of + as + satisfies, type);`
    .replace(" declare module 'm' {} declare global {} ", '')
    .replace('else type;', 'else seen.push(0);'),
  'class fields: order, computed keys, arrow captures': `
    const log = (x: unknown) => (seen.push(x), x);
    function make(n: number) { return class { static s = log('static' + n); [String(log('key'))] = log('field'); f = () => n + this.g; g = n * 2; static m() { return n; } static { log('block' + n); } }; }
    const K = make(3); const k = new K(); seen.push(k.f(), K.m(), Object.keys(k));`,
  'functions declared in blocks and switches that capture': `
    function f(n: number) { if (n) { function g() { return n; } seen.push(g()); } switch (n) { case 1: function h() { return n + 1; } seen.push(h()); } label: { const m = n; function i() { return m; } seen.push(i()); } }
    f(1); f(2);`,
  'object methods and accessors that capture': `
    function f(n: number) { const o = { get a() { return n; }, set a(v) { n = v; }, m(k = n) { return k; }, async am() { return n; }, *g() { yield n; }, [\`c\${n}\`](x: number) { return x + n; } }; o.a = 4; return [o.a, o.m(), [...o.g()], (o as any).c2(1)]; }
    seen.push(f(2));`,
  'comments and strings that look like types': `
    const a /* : number */ = 1 as /* as */ number; // as string
    const s = ': number as any'; const re = /as number[/]/g; const f = (x /*?*/ ? : /* ? */ number) => x;
    class C { /* readonly */ readonly public /* ? */ ?: number; private static readonly static = 1; get = 2; declare = 3; readonly = 4; abstract?: number }
    seen.push(a, s, re.source, f(1), new C().get, new C().declare, new C().readonly);`
    .replace('readonly public /* ? */', 'readonly open /* ? */')
    .replace('private static readonly static = 1;', 'private static readonly st = 1;'),
  'return and throw before a type, no semicolons': `
    function f(x: number | string) { return x as number }
    const g = (x: unknown) => { if (!x) throw new Error('e') as Error; return <number>x }
    const h = () => ({ a: 1 } as { a: number })
    const i = (): { a: number } => ({ a: 2 })
    seen.push(f(1), g(2), h().a, i().a)`,
};

export const programs: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(rows).map(([name, text]) => [name, `export const seen: any[] = [];${text}\n`]),
);
