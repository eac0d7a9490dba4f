// Programs that fail: each gives one clear message at the right place, and the next run works.
import assert from 'node:assert/strict';
import type { Problem } from '../../../engine/protocol';
import { Lab, model, step } from './runs';

const good = model(`for (let i = 0; i < 5; i++) { ${step} }`);

/** The text that a problem's range covers. */
function covered(text: string, { range }: Problem): string {
  const lines = text.split('\n');
  assert.ok(range, 'the problem has a place');
  assert.equal(range.line, range.endLine);
  return lines[range.line - 1].slice(range.column - 1, range.endColumn - 1);
}

interface Case {
  name: string;
  text: string;
  kind: Problem['kind'];
  message: RegExp;
  at?: string;
  modulePath?: string;
}

const cases: Case[] = [
  {
    name: 'a syntax error',
    text: "import 'retrograd';\nexport function train() {\n  const x = = 3;\n}\n",
    kind: 'syntax',
    message: /^Unexpected '='$/,
    at: '=',
  },
  {
    name: 'a decorator',
    text: 'function d(c: unknown) {}\n@d\nclass A {}\nexport function train() {}\n',
    kind: 'syntax',
    message: /decorators are not supported/,
    at: '@d',
  },
  {
    name: 'a missing train',
    text: "import 'retrograd';\nexport function trian() {}\n",
    kind: 'export',
    message: /does not export a function 'train'/,
  },
  {
    name: 'a train that is no function',
    text: 'export const train = 3;\n',
    kind: 'export',
    message: /'train' must be a function, but it is number/,
    at: 'train',
  },
  {
    name: 'a throw inside forward',
    text: "import { nn, randn } from 'retrograd';\nclass A extends nn.Module {\n  forward() { throw new TypeError('no such thing'); }\n}\nexport function train() {\n  new A().forward();\n}\n",
    kind: 'error',
    message: /^TypeError: no such thing$/,
    at: "new TypeError('no such thing')",
    modulePath: 'A',
  },
  {
    name: 'a shape mismatch inside a layer',
    text: model('net.forward(randn([4, 3]));'),
    kind: 'shape',
    message: /Linear: input \[4, 3\] ends with 3, but inFeatures is 2/,
    at: 'this.hidden.forward(x)',
    modulePath: 'hidden',
  },
  {
    name: 'a shape mismatch of an op',
    text: "import { randn } from 'retrograd';\nexport function train() {\n  const a = randn([64, 3]);\n  return a.matmul(randn([4, 5]));\n}\n",
    kind: 'shape',
    message: /matmul: inner sizes differ: \[64, 3\] x \[4, 5\] \(3 and 4\)/,
    at: 'a.matmul(randn([4, 5]))',
  },
  {
    name: 'a loss that is NaN',
    text: model(
      `for (let i = 0; i < 5; i++) {\n    const loss = net.forward(randn([4, 2])).mul(NaN).mean();\n    loss.backward();\n  }`,
    ),
    kind: 'nan',
    message: /the loss is NaN at step 1/,
    at: 'loss.backward()',
  },
  {
    name: 'an import that does not exist',
    text: "import { x } from './nowhere';\nexport function train() { return x; }\n",
    kind: 'import',
    message: /cannot find module '\.\/nowhere' \(looked for .*nowhere\.ts/,
    at: "'./nowhere'",
  },
  {
    name: 'a package that is not there',
    text: "import _ from 'lodash';\nexport function train() { return _; }\n",
    kind: 'import',
    message: /cannot find module 'lodash' \(a model file can import 'retrograd'/,
    at: "'lodash'",
  },
  {
    name: 'a data file that does not exist',
    text: "import { data } from 'retrograd';\nexport function train() {\n  return data.csv('none.csv');\n}\n",
    kind: 'data',
    message: /none\.csv.*no such file/,
    at: "data.csv('none.csv')",
  },
  {
    name: 'process.exit',
    text: 'export function train() {\n  process.exit(7);\n}\n',
    kind: 'exit',
    message: /model code called process\.exit\(7\)/,
    at: 'process.exit(7)',
  },
  {
    name: 'a promise that never settles',
    text: 'export async function train() {\n  await new Promise(() => {});\n}\n',
    kind: 'pending',
    message: /awaits a promise that never settles/,
    at: 'train',
  },
  {
    name: 'a rejection',
    text: "export async function train() {\n  await Promise.reject(new RangeError('too far'));\n}\n",
    kind: 'error',
    message: /^RangeError: too far$/,
    at: "new RangeError('too far')",
  },
  {
    name: 'something thrown that is no error',
    text: 'export function train() {\n  throw { toString() { throw 1; } };\n}\n',
    kind: 'error',
    message: /^Error: threw \{\}$/,
  },
  {
    name: 'an error whose stack is none',
    text: "import 'retrograd';\nexport function train() {\n  throw Object.assign(new Error('odd'), { stack: 5 });\n}\n",
    kind: 'error',
    message: /^Error: odd$/,
  },
  {
    name: 'an error that cannot be read',
    text: "import 'retrograd';\nexport function train() {\n  throw new Proxy(new Error('odd'), { get: () => { throw new Error('never'); } });\n}\n",
    kind: 'error',
    message: /^Error: threw a value that cannot be shown$/,
  },
  {
    name: 'functions that call each other without end',
    text: 'function f(): number {\n  return f() + 1;\n}\nexport function train() {\n  f();\n}\n',
    kind: 'error',
    message: /call each other without end/,
    at: 'return',
  },
  {
    name: 'a write outside the workspace',
    text: "import { writeFileSync } from 'node:fs';\nexport function train() {\n  writeFileSync('/var/tmp/retrograd-outside', 'x');\n}\n",
    kind: 'error',
    message: /may write only below its workspace folder/,
    at: "writeFileSync('/var/tmp/retrograd-outside', 'x')",
  },
  {
    name: 'another program started',
    text: "import { execSync } from 'node:child_process';\nexport function train() {\n  execSync('true');\n}\n",
    kind: 'error',
    message: /start no other program/,
    at: "execSync('true')",
  },
  {
    name: 'an unknown option of a layer',
    text: "import { nn } from 'retrograd';\nexport function train() {\n  new nn.Linear(2, 3, { bios: true } as object);\n}\n",
    kind: 'argument',
    message: /Linear: unknown option 'bios' \(it takes bias\)/,
    at: 'new nn.Linear(2, 3, { bios: true } as object)',
  },
];

/** What a call that cannot be says, by the call: V8's words as the user should read them. */
const misspelled: Record<string, RegExp> = {
  'opt.zero_grad()':
    /^TypeError: opt\.zero_grad is not a function; PyTorch's zero_grad is called zeroGrad here$/,
  'F.log_softmax(x, -1)': /; PyTorch's log_softmax is called logSoftmax here$/,
  'x.softmaxx(-1)': /; is softmax meant\?$/,
  'new optim.StepLR(opt, 3)':
    /^TypeError: optim\.StepLR is not a constructor; it is optim\.lrScheduler\.StepLR$/,
  'nn.relu(x)': /^TypeError: nn\.relu is not a function; it is F\.relu$/,
  'net(x)': /; a layer or a model is called by its method, as net\.forward\(…\)$/,
  'nn.Linear(2, 3)': /^TypeError: a class is called without new: write new in front, as in /,
  'x.sum().item().backward()': /; is it a tensor still\? item\(\), toArray\(\) and operators/,
  'new (class Empty extends nn.Module {})().forward(x)':
    /; is it a module whose class has a method forward\(x\)\?$/,
  'x.relu().nope()': /^TypeError: \(intermediate value\)\.nope is not a function$/,
  'JSON.parse(null).x': /^TypeError: Cannot read properties of null \(reading 'x'\)$/,
};
for (const [call, message] of Object.entries(misspelled)) {
  const place = call === 'JSON.parse(null).x' ? 'x' : call;
  const text = model(`const x = randn([2, 2]);\n  ${call};`);
  cases.push({ name: call, text, kind: 'error', message, at: place });
}

for (const [call, message] of Object.entries({
  'x.mul(2).sum() > 0':
    /^operators such as \* and > take numbers, not tensors: write a\.mul\(b\) for a \* b/,
  'x * 2': /^operators such as \* and > take numbers, not tensors/,
  'x.matmul(x + 1)':
    /^matmul: argument 2 must be a tensor, but got a text: \+ joins what tensors print as; write a\.add\(b\)$/,
  'x.matmul(null)': /^matmul: argument 2 must be a tensor, but got null$/,
  'net.hidden.forward([1, 2])': /must be a tensor, but got /,
})) {
  const text = model(`const x = randn([2, 2]);\n  ${call};`);
  // Operators are not calls: they are found by where they stand.
  const at = / ([*>]) /.exec(call)?.[1] ?? call;
  cases.push({ name: call, text, kind: 'argument', message, at });
}

describe('a program that fails', () => {
  let lab: Lab;
  before(() => {
    lab = new Lab();
  });
  after(async () => lab.close());

  for (const { name, text, kind, message, at, modulePath } of cases) {
    it(`${name}: one message, at its place`, async () => {
      const { problems, ended } = await lab.train(text);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      const problem = problems[0];
      assert.equal(problem.kind, kind);
      assert.match(problem.message, message);
      if (at !== undefined) assert.equal(covered(text, problem), at);
      if (modulePath !== undefined) assert.equal(problem.modulePath, modulePath);
      assert.equal(ended.reason, 'failed');
    });
  }

  it('and the next run works', async () => {
    assert.equal((await lab.train(good)).ended.reason, 'done');
  });

  for (const [name, lost] of [
    ['a timer', `setTimeout(() => { throw new Error('lost'); }, 1);`],
    ['a promise', `void wait(1).then(() => { throw new Error('lost'); });`],
  ])
    it(`an error of ${name} that nobody catches: told at its place, and training goes on`, async () => {
      const text = model(
        `const wait = (time: number) => new Promise((done) => setTimeout(done, time));
  for (let i = 0; i < 4; i++) {
    ${step}
    if (i === 0) ${lost}
    await wait(5);
  }`,
      ).replace('export function', 'export async function');
      const { problems, ended } = await lab.train(text);
      assert.deepEqual([ended.reason, ended.steps], ['done', 4]);
      assert.deepEqual(
        problems.map(({ severity, message }) => [severity, message]),
        [
          [
            'warning',
            'nobody awaits or catches this error; the training goes on without it: Error: lost',
          ],
        ],
      );
      assert.equal(covered(text, problems[0]), "new Error('lost')");
    });

  it('a program that takes away what the engine needs: ended, with what it was', async () => {
    const { problems, ended } = await lab.train(
      model(`Array.prototype.map = () => { throw new Error('taken'); };\n  ${step}`),
    );
    assert.equal(ended.reason, 'failed');
    assert.match(problems[0].message, /taken/);
    assert.equal((await lab.train(good)).ended.reason, 'done');
  });

  it('a million printed lines: the first are shown, the others counted', async () => {
    const { ended, lines, dropped } = await lab.train(
      "export function train() { for (let i = 0; i < 1e6; i++) console.log('line', i); }",
    );
    assert.equal(ended.reason, 'done');
    assert.equal(lines[0], 'line 0');
    assert.equal(lines.length + dropped, 1e6);
    assert.ok(lines.length <= 20_000, `${lines.length} lines were shown`);
  });

  it('a million logged numbers do not flood anybody', async () => {
    const { ended, points } = await lab.train(
      model(`for (let i = 0; i < 20000; i++) { if (i < 1) { ${step} } log({ i }); }`),
    );
    assert.equal(ended.reason, 'done');
    assert.equal(points.at(-1)!.values.i, 19_999);
  });
});

describe('a program that wants too much memory', () => {
  const hogs = {
    'arrays that grow': 'const a: unknown[] = []; for (;;) a.push(new Array(200_000).fill(0));',
    'typed arrays': 'const a: unknown[] = []; for (;;) a.push(new Float64Array(1e6).fill(1));',
    tensors: 'const a: unknown[] = []; for (;;) a.push(ones([1_000_000]));',
  };
  for (const [name, body] of Object.entries(hogs)) {
    it(`${name}: ended with a message, and the process lives`, async () => {
      const lab = new Lab(400 * 2 ** 20);
      const { problems, ended } = await lab.train(
        `import { ones } from 'retrograd';\nexport function train() { ${body} }\n`,
      );
      assert.equal(problems[0].kind, 'memory');
      assert.match(problems[0].message, /budget of 400\.0 MB/);
      assert.equal(ended.reason, 'failed');
      assert.equal((await lab.train(good)).ended.reason, 'done');
      await lab.close();
    });
  }

  it('a tensor beyond the budget: a typed error before anything is allocated', async () => {
    const lab = new Lab();
    const text =
      "import { zeros } from 'retrograd';\nexport function train() {\n  zeros([100_000, 100_000]);\n}\n";
    const { problems } = await lab.train(text);
    assert.equal(problems[0].kind, 'memory');
    assert.match(
      problems[0].message,
      /its result is f32 \[100000, 100000\], and 37\.3 GB more would exceed/,
    );
    assert.equal(covered(text, problems[0]), 'zeros([100_000, 100_000])');
    await lab.close();
  });
});
