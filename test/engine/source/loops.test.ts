// The training loop is found, whatever its form, and every iteration asks for leave.
import assert from 'node:assert/strict';
import type { Hooks } from '../../../engine/source/hooks';
import { readAll } from '../../../engine/source/roots';
import { load, textAt } from './build';

interface Seen {
  iterations: number;
  done: number;
  length: number | undefined;
  variables: unknown[];
}

/** Counts what the step loop reports, and ends it after `limit` iterations. */
function counting(limit = Infinity): { hooks: Hooks; seen: Seen } {
  const seen: Seen = { iterations: 0, done: 0, length: undefined, variables: [] };
  const hooks: Hooks = {
    enterLoop: ({ kind, length, variables }) => ({
      next: () => {
        if (kind !== 'step') return true;
        if (seen.iterations >= limit) return false;
        seen.iterations++;
        seen.length = length;
        seen.variables = readAll(variables);
        return true;
      },
      done: () => {
        if (kind === 'step') seen.done++;
      },
    }),
  };
  return { hooks, seen };
}

const loss = 'const loss = { backward() { count++; } }, opt = { step() {} }; let count = 0;\n';

const forms: readonly [loop: string, iterations: number][] = [
  ['for (const x of [1, 2, 3]) { loss.backward(); opt.step(); }', 3],
  ['for (const { x } of [{ x: 1 }, { x: 2 }] as { x: number }[]) loss.backward();', 2],
  ['for await (const x of [1, 2]) loss.backward();', 2],
  ['for (let i = 0; i < 4; i++) loss.backward();', 4],
  ['for (let i = 0; ; i++) { if (i === 2) break; loss.backward(); }', 3],
  ['for (;;) { loss.backward(); if (count === 2) break; }', 2],
  ['while (count < 5) loss.backward();', 5],
  ['do { loss.backward(); } while (count < 3);', 3],
  ['do loss.backward(); while (count < 3);', 3],
];

describe('The training loop', () => {
  for (const [loop, iterations] of forms) {
    it(`is found as ${loop}`, async () => {
      const { hooks, seen } = counting();
      const text = `${loss}export async function train() {\n${loop}\nreturn count; }`;
      const program = await load(text, hooks);
      assert.deepEqual(
        program.stepLoops.map((range) => textAt(text, range)),
        [loop],
      );
      await (program.exports.train as () => Promise<number>)();
      assert.equal(seen.iterations, iterations);
      assert.equal(textAt(text, program.train), 'train');
    });

    it(`is ended by the runtime: ${loop}`, async () => {
      const { hooks, seen } = counting(1);
      const text = `${loss}export async function train() {\n${loop}\nreturn count; }`;
      const program = await load(text, hooks);
      assert.ok((await (program.exports.train as () => Promise<number>)()) <= 1);
      assert.deepEqual([seen.iterations, seen.done], [1, 1]);
    });
  }

  it('is the innermost of nested epochs, also through a local function', async () => {
    const inner = 'for (const x of [1, 2]) one(x);';
    const text = `${loss}function one(x: number) { loss.backward(); opt.step(); }\nexport function train() { for (let epoch = 0; epoch < 3; epoch++) { ${inner} } }`;
    const { hooks, seen } = counting();
    const program = await load(text, hooks);
    assert.deepEqual(
      program.stepLoops.map((range) => textAt(text, range)),
      [inner],
    );
    (program.exports.train as () => void)();
    assert.deepEqual([seen.iterations, seen.done], [6, 3]);
  });

  it('tells its length and the variables around it, this included', async () => {
    const { hooks, seen } = counting();
    const program = await load(
      `${loss}class T { mark = 1; run(rate: number) { const name = 'n'; for (const x of [5, 6]) loss.backward(); const later = 2; return later; } }\nexport const train = () => new T().run(0.5);`,
      hooks,
    );
    (program.exports.train as () => void)();
    assert.equal(seen.length, 2);
    assert.ok(seen.variables.includes('n') && seen.variables.includes(0.5));
    assert.ok(seen.variables.some((value) => (value as { mark?: number }).mark === 1));
  });

  for (const [what, functions, found] of [
    ['by itself', ['for (const x of [1]) loss.backward();'], 2],
    ['around another one', ['for (const x of [1]) { for (const y of [2]) loss.backward(); }'], 2],
    [
      'as a part of a step',
      ['for (const x of [1]) { for (const y of [2]) loss.backward(); opt.step(); }'],
      2,
    ],
    [
      'in a function that a step calls',
      ['for (const x of [1]) { some(); opt.step(); }', 'for (const x of [1]) loss.backward();'],
      2,
    ],
    [
      'beside another one in an epoch',
      [
        'for (;;) { for (const x of [1]) { loss.backward(); opt.step(); } for (const y of [2]) loss.backward(); }',
      ],
      3,
    ],
  ] as const) {
    it(`computes gradients ${what}, its step still to be typed: only in a shape run`, async () => {
      const [train, some = ''] = functions;
      const whole = 'function whole() { for (const x of [1]) { loss.backward(); opt.step(); } }';
      const text = `${loss}${whole}\nfunction some() { ${some} }\nexport function train() { ${train} whole(); some(); }`;
      const [run, shapes] = (await Promise.all(
        [false, true].map(async (deep) => {
          const { stepLoops } = await load(text, undefined, {}, undefined, deep);
          return stepLoops.map((range) => textAt(text, range));
        }),
      )) as [string[], string[]];
      const unfinished = shapes.filter((loop) => !run.includes(loop));
      assert.equal(shapes.length, found, shapes.join('\n'));
      assert.ok(
        run.every((loop) => loop.includes('opt.step()')),
        run.join('\n'),
      );
      assert.ok(
        unfinished.every((loop) => !loop.includes('opt.step()')),
        unfinished.join('\n'),
      );
    });
  }

  it('may be missing', async () => {
    const { stepLoops } = await load(
      'export function train() { for (const x of [1]) x.toFixed(); }',
    );
    assert.deepEqual(stepLoops, []);
  });
});
