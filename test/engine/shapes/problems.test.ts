// What a run without data finds wrong, word by word, and the repairs that it offers.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShapeFix, ShapeReport } from '../../../engine/protocol';
import { reportShapes } from '../../../engine/shapes/report';

const file = '/model/main.ts';

async function report(
  text: string,
  limit = 20_000,
  more: Record<string, string> = {},
): Promise<ShapeReport> {
  return reportShapes(file, { read: (path) => (path === file ? text : more[path]), limit });
}

/** A model with these layers and this body of `forward`, trained on [8, 1, 12, 12] pictures. */
const model = (fields: string, forward: string, train = ''): string =>
  `import { cat, F, hyper, nn, optim, randn, tensor, zeros, Tensor } from 'retrograd';
void [cat, F, hyper, tensor, zeros] satisfies unknown[];
class Model extends nn.Module {
${fields}
  forward(x: Tensor) {
${forward}
  }
}
export function train() {
  const model = new Model();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  for (let step = 0; step < 100; step++) {
    const y = model.forward(randn([8, 1, 12, 12])) as Tensor;
    const loss = y.mean();
${train === '' ? '    optimizer.zeroGrad();\n    loss.backward();\n    optimizer.step();' : train}
  }
}
`;

function apply(text: string, fix: ShapeFix | undefined): string {
  assert.ok(fix);
  const lines = text.split('\n');
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  return fix.edits
    .map((edit) => ({
      start: offset(edit.line, edit.column),
      end: offset(edit.endLine, edit.endColumn),
      text: edit.text,
    }))
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end),
      text,
    );
}

const at = (
  text: string,
  {
    line,
    column,
    endLine,
    endColumn,
  }: { line: number; column: number; endLine: number; endColumn: number },
): string => {
  const lines = text.split('\n');
  return line === endLine ? lines[line - 1].slice(column - 1, endColumn - 1) : lines[line - 1];
};

/** Each repair must leave nothing that is wrong. */
const repairable: [name: string, text: string, where: string, says: RegExp, title: RegExp][] = [
  [
    'inFeatures',
    model('  fc = new nn.Linear(145, 3);', '    return this.fc.forward(x.flatten(1));'),
    'this.fc.forward(x.flatten(1))',
    /\[8, 144\].*144.*145/,
    /inFeatures of this Linear to 144/,
  ],
  [
    'inChannels',
    model('  conv = new nn.Conv2d(3, 4, 3);', '    return this.conv.forward(x);'),
    'this.conv.forward(x)',
    /\[8, 1, 12, 12\].*1 channels.*3/,
    /inChannels of this Conv2d to 1/,
  ],
  [
    'a window that does not fit',
    model('  conv = new nn.Conv2d(1, 4, 15);', '    return this.conv.forward(x);'),
    'this.conv.forward(x)',
    /height 12.*15/,
    /Pad this Conv2d with 2/,
  ],
  [
    'a transposed operand',
    model('  w = new nn.Parameter(randn([3, 144]));', '    return x.flatten(1).matmul(this.w);'),
    'x.flatten(1).matmul(this.w)',
    /\[8, 144\] x \[3, 144\].*144 and 3/,
    /Transpose/,
  ],
  [
    'a view of the wrong size',
    model('  fc = new nn.Linear(144, 3);', '    return this.fc.forward(x.reshape([8, 145]));'),
    'x.reshape([8, 145])',
    /1152 elements.*\[8, 145\]/,
    /last size to 144/,
  ],
  [
    'heads that do not divide',
    model(
      '  attention = new nn.MultiheadAttention(12, 5, { batchFirst: true });',
      '    const s = x.squeeze(1);\n    return this.attention.forward(s, s, s)[0];',
    ),
    'new nn.MultiheadAttention(12, 5, { batchFirst: true })',
    /5 heads do not divide embedDim 12/,
    /Use [46] heads/,
  ],
];

/** Each says why, has a repair that leaves nothing wrong, and can be silenced. */
const warned: [kind: string, text: string, where: string, says: RegExp, title: RegExp][] = [
  [
    'broadcast',
    model(
      '  fc = new nn.Linear(144, 1);',
      '    const y = this.fc.forward(x.flatten(1));\n    return y.sub(randn([8]));',
    ),
    'y.sub(randn([8]))',
    /\[8, 1\] and \[8\] give \[8, 8\]/,
    /Drop the last dim of \[8, 1\] with squeeze/,
  ],
  [
    'broadcast',
    model(
      '  fc = new nn.Linear(144, 1);',
      '    return F.mseLoss(this.fc.forward(x.flatten(1)), randn([8]));',
    ),
    'F.mseLoss(this.fc.forward(x.flatten(1)), randn([8]))',
    /input \[8, 1\] and target \[8\] differ/,
    /Drop the last dim of \[8, 1\] with squeeze/,
  ],
  [
    'softmax-twice',
    model(
      '  fc = new nn.Linear(144, 3);',
      "    return F.crossEntropy(this.fc.forward(x.flatten(1)).softmax(1), zeros([8], { dtype: 'int32' }));",
    ),
    "F.crossEntropy(this.fc.forward(x.flatten(1)).softmax(1), zeros([8], { dtype: 'int32' }))",
    /the loss takes the softmax itself/,
    /Pass the scores as they are/,
  ],
  [
    'softmax-batch',
    model('  fc = new nn.Linear(144, 3);', '    return this.fc.forward(x.flatten(1)).softmax(0);'),
    'this.fc.forward(x.flatten(1)).softmax(0)',
    /samples of the batch/,
    /softmax over the last dim/,
  ],
  [
    'dropped-pixels',
    model('  conv = new nn.Conv2d(1, 2, 5, { stride: 3 });', '    return this.conv.forward(x);'),
    'this.conv.forward(x)',
    /last 1 row and 1 column of \[8, 1, 12, 12\] are never looked at/,
    /Pad this Conv2d with 1/,
  ],
  [
    'missing-zero-grad',
    model(
      '  fc = new nn.Linear(144, 3);',
      '    return this.fc.forward(x.flatten(1));',
      '    loss.backward();\n    optimizer.step();',
    ),
    'loss.backward()',
    /gradients of the last step are still there/,
    /Insert optimizer\.zeroGrad\(\)/,
  ],
  [
    'unheld-parameter',
    model('  fc = new nn.Linear(144, 3);', '    return this.fc.forward(x.flatten(1));')
      .replace('  const optimizer', '  const head = new nn.Linear(3, 2);\n  const optimizer')
      .replace('y.mean()', 'head.forward(y).mean()'),
    'new optim.SGD(model.parameters(), { lr: 0.1 })',
    /2 parameters \[2\], \[2, 3\] get gradients, but no optimizer holds them/,
    /Train head, too/,
  ],
];

describe('Problems of a shape run', () => {
  for (const [name, text, where, says, title] of repairable) {
    it(`${name}: told at the call, and repaired for good`, async () => {
      const { problems } = await report(text);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      const [problem] = problems;
      assert.equal(problem.severity, 'error');
      assert.equal(at(text, problem), where);
      assert.match(problem.message, says);
      const fix = problem.fixes.find((each) => title.test(each.title));
      assert.deepEqual((await report(apply(text, fix))).problems, []);
    });
  }

  for (const [kind, text, where, says, title] of warned) {
    it(`${kind}: warned of at ${where.slice(0, 40)}, and silenced by a comment`, async () => {
      const { problems } = await report(text);
      assert.deepEqual(
        problems.map((problem) => [problem.severity, problem.kind, at(text, problem)]),
        [['warning', kind, where]],
      );
      assert.match(problems[0].message, says);
      const silence = problems[0].fixes.find((fix) => fix.title.startsWith('Ignore'));
      assert.deepEqual((await report(apply(text, silence))).problems, []);
      const mend = problems[0].fixes.find((fix) => !fix.title.startsWith('Ignore'));
      assert.match(mend?.title ?? 'no repair', title);
      assert.deepEqual((await report(apply(text, mend))).problems, []);
    });
  }

  it('several independent errors at once, and all else keeps its hints', async () => {
    const text = model(
      '  a = new nn.Linear(7, 3);\n  b = new nn.Linear(144, 5);\n  c = new nn.Linear(9, 2);',
      '    const flat = x.flatten(1);\n    const one = this.a.forward(flat);\n    const two = this.b.forward(flat);\n    const three = this.c.forward(two);\n    return [one, two, three][1];',
    );
    const { problems, hints } = await report(text);
    assert.deepEqual(
      problems.map((problem) => at(text, problem)),
      ['this.a.forward(flat)', 'this.c.forward(two)'],
    );
    assert.equal(hints.find(({ name }) => name === 'two')?.shape, 'f32 [8, 5]');
    assert.equal(
      hints.find(({ name }) => name === 'one'),
      undefined,
    );
    const related = problems[0].related.map(({ message }) => message);
    assert.deepEqual(related, [
      'Linear was made here',
      'f32 [8, 144] was made here',
      'Model.forward was called from here',
    ]);
  });

  it('a state that is carried without detach fails in the second step', async () => {
    const text = `import { nn, optim, randn, zeros } from 'retrograd';
export function train() {
  const cell = new nn.RNNCell(2, 3);
  const optimizer = new optim.SGD(cell.parameters(), { lr: 0.1 });
  let h = zeros([4, 3]);
  for (let step = 0; step < 9; step++) {
    h = cell.forward(randn([4, 2]), h);
    optimizer.zeroGrad();
    h.sum().backward();
    optimizer.step();
  }
}
`;
    const { problems } = await report(text);
    assert.equal(problems.length, 1, JSON.stringify(problems));
    assert.equal(at(text, problems[0]), 'h.sum().backward()');
    assert.match(problems[0].message, /detach\(\)/);
    const [fix] = problems[0].fixes;
    assert.equal(fix.title, 'Detach h at the start of each step');
    assert.deepEqual((await report(apply(text, fix))).problems, []);
  });
});

describe('Bad input of a shape run', () => {
  it('a syntax error is a problem, and no hint', async () => {
    const { problems, hints, reason } = await report('const x = (;');
    assert.equal(problems[0].kind, 'syntax');
    assert.deepEqual(hints, []);
    assert.match(reason!, /^no shapes: /);
  });

  it('an endless loop ends with the time, and what ran before keeps its hints', async () => {
    const text = `import { randn } from 'retrograd';
export function train() {
  const x = randn([2, 3]);
  let i = 0;
  while (x.sum().item() > 0) i++;
  return i;
}`;
    const { hints, reason } = await report(text, 300);
    assert.match(reason!, /ended after 300 ms/);
    assert.equal(hints.find(({ name }) => name === 'x')?.shape, 'f32 [2, 3]');
  });

  for (const [what, line] of [
    ['a loop without a body', 'for (;;);'],
    ['a promise that never comes', 'await new Promise(() => undefined);'],
    ['a generator without end', 'for (const n of (function* () { for (;;) yield 1; })()) void n;'],
  ]) {
    it(`${what} ends with the time`, async () => {
      const text = `import { randn } from 'retrograd';
export async function train() {
  const x = randn([2, 3]);
  ${line}
  const y = randn([4]);
  return [x, y];
}`;
      const { hints, problems, reason } = await report(text, 200);
      assert.match(reason!, /ended after 200 ms/);
      assert.deepEqual(problems, []);
      const names = hints.filter(({ role }) => role === 'declaration').map(({ name }) => name);
      assert.ok(names.includes('x') && !names.includes('y'), names.join());
    });
  }

  for (const half of ['', '    optimizer.step', '    optimizer.step.\n    loss.item();']) {
    it(`a loop that is being typed beside one that trains does not go on without end: ${half.trim()}`, async () => {
      const body = (steps: string): string =>
        model(
          '  fc = new nn.Linear(144, 1);',
          '    return this.fc.forward(x.flatten(1));',
          `    loss.backward();\n${steps}`,
        );
      const whole = body('    optimizer.step();').replace('train()', 'before()');
      const typed = body(half)
        .replace('step < 100', 'step < 1e9')
        .split('export function train() {')[1];
      const text = `${whole}export function train() {\n  before();${typed}`;
      const { hints, reason } = await report(text, 5000);
      assert.doesNotMatch(reason ?? '', /ended after/);
      const shapes = hints.filter(({ name, role }) => name === 'y' && role === 'declaration');
      assert.deepEqual(
        shapes.map(({ shape }) => shape),
        ['f32 [8, 1]', 'f32 [8, 1]'],
      );
    });
  }

  it('training until the loss is small shows all that a step does', async () => {
    const text = model(
      '  fc = new nn.Linear(144, 1);',
      '    return this.fc.forward(x.flatten(1));',
    ).replace('for (let step = 0; step < 100; step++) {', 'let last = 1;\n  while (last > 0.1) {');
    const done = text.replace('optimizer.step();', 'optimizer.step();\n    last = loss.item();');
    const { hints, problems, reason } = await report(done, 5000);
    assert.deepEqual([problems, reason], [[], undefined]);
    assert.equal(hints.find(({ name }) => name === 'y')?.shape, 'f32 [8, 1]');
    // What the loop comes to depends on data, so it is not told.
    const told = hints.filter(({ name, role }) => name === 'last' && role === 'assignment');
    assert.deepEqual(told, []);
  });

  it('a file that reads data has the shapes of that data; what is missing is told at its call', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'retrograd-data-'));
    writeFileSync(join(folder, 'points.csv'), 'a,b,label\n1,2,0\n3,4,1\n5,6,0\n');
    const text = `import { readFileSync } from 'node:fs';
import { data, tensor } from 'retrograd';
export function train() {
  const lines = readFileSync('${join(folder, 'points.csv')}', 'utf8').trim().split('\\n');
  const x = tensor(lines.slice(1).map((line) => line.split(',').map(Number)));
  const set = data.csv('none.csv');
  return [x, set];
}`;
    const { hints, problems } = await report(text);
    rmSync(folder, { recursive: true, force: true });
    assert.equal(hints.find(({ name }) => name === 'x')?.shape, 'i32 [3, 3]');
    assert.equal(problems.length, 1, JSON.stringify(problems));
    assert.match(problems[0].message, /none\.csv/);
    assert.equal(at(text, problems[0]), "data.csv('none.csv')");
  });

  it('recursion without end is told once', async () => {
    const text = `import { randn } from 'retrograd';
const f = (n: number): number => f(n + 1) + 1;
export function train() {
  const x = randn([2]);
  return f(0) + x.count;
}`;
    const { problems, hints } = await report(text);
    assert.equal(problems.length, 1);
    assert.match(problems[0].message, /call each other without end/);
    assert.equal(hints.find(({ name }) => name === 'x')?.shape, 'f32 [2]');
  });

  it('huge sizes take no memory', async () => {
    const before = process.memoryUsage();
    const text = `import { data, nn, randn } from 'retrograd';
export function train() {
  const x = randn([1000000, 100000]);
  const y = new nn.Linear(100000, 200000).forward(x);
  const set = new data.TensorDataset(x, y);
  return [y, set];
}`;
    const { problems, hints } = await report(text);
    assert.deepEqual(problems, []);
    assert.equal(hints.find(({ name }) => name === 'y')?.shape, 'f32 [1000000, 200000]');
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < 2 ** 26);
  });

  it('a branch that depends on data is said not to be reached, and its size is no guess', async () => {
    const text = `import { randn } from 'retrograd';
export function train() {
  const x = randn([2, 3]);
  let y = x;
  if (x.sum().item() > 1.5) y = x.flatten();
  const n = Math.round(x.sum().item());
  const z = randn([n, 3]);
  return [y, z];
}`;
    const { hints, unreached } = await report(text);
    assert.deepEqual(
      unreached.map(({ line, text: says }) => [line, says]),
      [[5, 'not reached in the shape run']],
    );
    assert.equal(hints.find(({ name }) => name === 'z')?.symbolic, 'f32 [?, 3]');
  });

  it('a train with arguments, and a file without train, say why there is nothing', async () => {
    const asks = await report(
      "import { nn } from 'retrograd';\nexport function train(a: number) { return [a, nn]; }\n",
    );
    assert.match(asks.reason!, /takes arguments/);
    const none = await report(
      "import { nn } from 'retrograd';\nexport class A extends nn.Module { forward() {} }\n",
    );
    assert.match(none.reason!, /neither train\(\) nor example\(\)/);
  });

  it('example() runs a file that does not train', async () => {
    const { hints } = await report(
      "import { nn, randn } from 'retrograd';\nexport function example() {\n  const y = new nn.Linear(3, 4).forward(randn([2, 3]));\n  return y;\n}\n",
    );
    assert.equal(hints.find(({ name }) => name === 'y')?.shape, 'f32 [2, 4]');
  });

  it('nothing is written, sent or started', async () => {
    const witness = '/tmp/retrograd-shapes-witness';
    const text = `import { existsSync, writeFileSync } from 'node:fs';
import { execSync } from 'node:child_process';
import { connect } from 'node:net';
import { randn } from 'retrograd';
export async function train() {
  writeFileSync('${witness}', 'ran');
  execSync('touch ${witness}');
  connect(1, 'localhost');
  const answer = await fetch('http://localhost:1/');
  const x = randn([2, 3]);
  return [x, answer, existsSync('${witness}')];
}`;
    const { problems, hints } = await report(text);
    assert.deepEqual(problems, []);
    assert.equal(hints.find(({ name }) => name === 'x')?.shape, 'f32 [2, 3]');
    assert.equal(process.getBuiltinModule('node:fs').existsSync(witness), false);
  });

  it('a model in another file is reached through its importer, and the other way round', async () => {
    const part =
      "import { nn, Tensor } from 'retrograd';\nexport class Part extends nn.Module {\n  fc = new nn.Linear(3, 2);\n  forward(x: Tensor) { const y = this.fc.forward(x); return y; }\n}\n";
    const main =
      "import { randn } from 'retrograd';\nimport { Part } from './part';\nexport function train() { const z = new Part().forward(randn([5, 3])); return z; }\n";
    const { hints, modules } = await report(main, 20_000, { '/model/part.ts': part });
    assert.equal(hints.find(({ name }) => name === 'y')?.file, '/model/part.ts');
    assert.deepEqual(
      modules.map(({ name, parameters, output }) => [name, parameters, output]),
      [['Part', 8, 'f32 [5, 2]']],
    );
  });

  it('what the user catches is no problem', async () => {
    const { problems } = await report(
      "import { randn } from 'retrograd';\nexport function train() {\n  try { randn([2, 3]).matmul(randn([2, 3])); } catch { return 1; }\n  return 2;\n}\n",
    );
    assert.deepEqual(problems, []);
  });
});
