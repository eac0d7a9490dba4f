// Shape runs as others start them: by the command line in a process of its own, and in a thread that may hang.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ShapeHint } from '../../../engine/protocol';
import { ShapeHost } from '../../../engine/shapes/host';

const folder = mkdtempSync(join(tmpdir(), 'retrograd-shapes-'));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function shapes(...words: string[]): { status: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/cli.cjs', 'shapes', ...words],
    { encoding: 'utf8' },
  );
  return { status, output: stdout, errors: stderr };
}

const fitting = `import { nn, randn } from 'retrograd';
export function train() {
  const layer = new nn.Linear(3, 4);
  const y = layer.forward(randn([2, 3]));
  return y;
}
`;

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('retrograd shapes', () => {
  it('--json prints one line in the published form, and exits with 0', () => {
    const file = write('fits.ts', fitting);
    const { status, output, errors } = shapes(file, '--json');
    assert.deepEqual([status, errors, output.trimEnd().includes('\n')], [0, '', false]);
    const { hints, problems, ...rest } = JSON.parse(output) as {
      hints: ShapeHint[];
      problems: object[];
    };
    assert.deepEqual([problems, rest], [[], {}]);
    const wanted = 'file line column endLine endColumn shape symbolic text calls'.split(' ');
    for (const hint of hints) assert.deepEqual(Object.keys(hint), wanted);
    assert.deepEqual(
      hints.find(({ line, column }) => line === 4 && column === 9),
      {
        ...{ file, line: 4, column: 9, endLine: 4, endColumn: 10 },
        ...{ shape: 'f32 [2, 4]', symbolic: 'f32 [2, 4]' },
        text: 'y: f32 [2, 4]\n[2, 3] × [3, 4]: inner sizes 3 = 3 → [2, 4]\nweight [4, 3] = 12 (+4) parameters\nonce in train · needs grad',
        calls: 1,
      },
    );
  });

  it('--json tells of problems with everything around them, and exits with 1', () => {
    const file = write('broken.ts', fitting.replace('Linear(3, 4)', 'Linear(5, 4)'));
    const { status, output } = shapes(file, '--json');
    assert.equal(status, 1);
    const { problems } = JSON.parse(output) as { problems: Record<string, unknown>[] };
    assert.equal(problems.length, 1);
    const [{ related, message, ...problem }] = problems;
    assert.deepEqual(problem, {
      ...{ severity: 'error', file, line: 4, column: 13, endLine: 4, endColumn: 41 },
      kind: 'shape',
    });
    assert.match(String(message), /\[2, 3\].*3.*5/);
    assert.deepEqual(related, [
      {
        ...{ file, line: 3, column: 17, endLine: 3, endColumn: 36 },
        message: 'Linear was made here',
      },
    ]);
  });

  it('without it prints a line for each name, and problems with their places', () => {
    const fits = shapes(write('fits.ts', fitting));
    assert.equal(fits.status, 0);
    assert.match(fits.output, /fits\.ts:4:9 +y +f32 \[2, 4\]\n/);
    const { status, errors } = shapes(
      write('broken.ts', fitting.replace('Linear(3, 4)', 'Linear(5, 4)')),
    );
    assert.equal(status, 1);
    assert.match(
      errors,
      /^error \(shape\): .*\n {4}at .*broken\.ts:4:13\n {4}Linear was made here/,
    );
  });
});

describe('A thread for shapes', () => {
  const host = new ShapeHost(resolve('dist/shape-worker.cjs'));
  after(() => host.close());

  const ask = (text: string, limit = 10_000) => {
    const file = join(folder, 'asked.ts');
    return host.shapes({ file, texts: { [file]: text }, limit });
  };

  it('is ended when it hangs where no hook can end it, and another goes on', async () => {
    const hang = fitting.replace('return y', `/^(a+)+$/.test('${'a'.repeat(40)}b');\n  return y`);
    const { hints, reason } = await ask(hang, 400);
    assert.equal(hints, '[]');
    assert.match(reason!, /did not end within 400 ms \(is there a loop without end\?\)/);
    assert.match((await ask(fitting)).hints, /"f32 \[2, 4\]"/);
  });

  it('waits for a program that waits for timers, again and again', async () => {
    const { hints, reason } = await ask(`import { nn, optim, randn } from 'retrograd';
export async function train() {
  const net = new nn.Linear(3, 2);
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
  for (let step = 0; step < 9; step++) {
    for (let i = 0; i < 3; i++) await new Promise((done) => setTimeout(done, 1000));
    const loss = net.forward(randn([4, 3])).mean();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
  const y = randn([2, 3]);
  return y;
}
`);
    assert.equal(reason, undefined);
    assert.match(hints, /"y: f32 \[2, 3\]/);
  });

  it('lives on when a timer or a promise throws that nobody awaits', async () => {
    const { hints, reason } = await ask(`import { randn } from 'retrograd';
export async function train() {
  setTimeout(() => { throw new Error('a timer'); }, 1);
  void Promise.reject(new Error('a promise'));
  await new Promise((done) => setTimeout(done, 20));
  const x = randn([2, 3]);
  return x;
}
`);
    assert.equal(reason, undefined);
    assert.match(hints, /"x: f32 \[2, 3\]/);
  });

  it('may not write, send or start anything', async () => {
    const witness = join(folder, 'witness');
    const { hints, problems } = await ask(`import * as fs from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { randn } from 'retrograd';
export async function train() {
  fs.writeFileSync('${witness}', '1');
  await writeFile('${witness}', '2');
  fs.promises.appendFile('${witness}', '3');
  spawn('touch', ['${witness}']);
  new Worker('process.exit()', { eval: true });
  process.exit(3);
  const x = randn([2, 3]);
  return x;
}
`);
    assert.deepEqual(problems, []);
    assert.match(hints, /"x: f32 \[2, 3\]/);
    assert.equal(existsSync(witness), false);
  });
});

describe('A file with modules alone', () => {
  const host = new ShapeHost(resolve('dist/shape-worker.cjs'));
  after(() => host.close());

  const part = `import { nn, Tensor } from 'retrograd';
export class Part extends nn.Module {
  fc = new nn.Linear(3, 2);
  forward(x: Tensor) {
    const y = this.fc.forward(x);
    return y;
  }
}
`;
  const main = (from: string): string => `import { randn } from 'retrograd';
import { Part } from '${from}';
export function train() {
  return new Part().forward(randn([5, 3]));
}
`;
  const hintsOf = async (file: string, texts: Record<string, string> = {}) => {
    const { hints, reason } = await host.shapes({ file, texts, limit: 10_000 });
    return { reason, y: (JSON.parse(hints) as ShapeHint[]).find(({ name }) => name === 'y') };
  };

  it('has hints from the train of a file beside it, above it or below it', async () => {
    const file = write('beside/part.ts', part);
    const alone = await hintsOf(file);
    assert.equal(alone.y, undefined);
    assert.match(
      alone.reason!,
      /exports neither train\(\) nor example\(\), and no file .* imports it/,
    );
    write('beside/main.ts', main('./part'));
    assert.equal((await hintsOf(file)).y?.shape, 'f32 [5, 2]');
    const deep = write('above/models/part.ts', part);
    write('above/main.ts', main('./models/part.js'));
    assert.equal((await hintsOf(deep)).y?.shape, 'f32 [5, 2]');
    const high = write('below/part.ts', part);
    write('below/runs/main.ts', main('../part'));
    assert.equal((await hintsOf(high)).y?.shape, 'f32 [5, 2]');
  });

  it('has them from its own example() before all others, and as it is edited', async () => {
    const file = write('own/part.ts', part);
    write('own/main.ts', main('./part'));
    const example = `${part}import { randn } from 'retrograd';\nexport function example() {\n  return new Part().forward(randn([7, 3]));\n}\n`;
    assert.equal((await hintsOf(file, { [file]: example })).y?.shape, 'f32 [7, 2]');
    assert.equal((await hintsOf(file)).y?.shape, 'f32 [5, 2]');
    const wider = part.replace('Linear(3, 2)', 'Linear(3, 9)');
    assert.equal((await hintsOf(file, { [file]: wider })).y?.shape, 'f32 [5, 9]');
  });
});
