// The command line as scripts and people meet it: in a process of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Lab, model, step } from './runs';

function retrograd(...words: string[]): { status: number | null; lines: string[]; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.cjs', ...words], {
    encoding: 'utf8',
  });
  return { status, lines: stdout.trim().split('\n'), errors: stderr };
}

describe('retrograd train', () => {
  const lab = new Lab();
  const file = lab.write(
    'model.ts',
    model(`for (let i = 0; i < 12; i++) { ${step} }\n  console.log('ready');`),
  );
  const broken = lab.write('broken.ts', model('net.forward(randn([4, 3]));'));
  after(async () => lab.close());

  it('--json prints a line for each logged step and a last one with the hash', () => {
    const { status, lines, errors } = retrograd('train', file, '--json', '--seed', '5');
    assert.equal(status, 0);
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      objects.slice(0, -1).map((object) => object.step),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    );
    assert.ok(objects.slice(0, -1).every(({ loss }) => typeof loss === 'number'));
    const last = objects.at(-1)!;
    assert.deepEqual(Object.keys(last), [
      'done',
      'steps',
      'params',
      'hash',
      'ms',
      'profile',
      'tier',
      'threads',
    ]);
    assert.deepEqual([last.done, last.steps, last.params], [true, 12, 33]);
    assert.match(String(last.hash), /^[0-9a-f]{16}$/);
    assert.equal(errors.trim(), 'ready', "the model's own lines do not mix with the JSON");
  });

  it('gives the same hash with any number of threads', () => {
    const large = lab.write(
      'large.ts',
      `import { F, nn, optim, randn } from 'retrograd';
      export function train() {
        const net = new nn.Sequential(new nn.Linear(300, 200), new nn.GELU(), new nn.Linear(200, 7));
        const opt = new optim.Adam(net.parameters(), { lr: 1e-3 });
        for (let i = 0; i < 4; i++) {
          opt.zeroGrad();
          F.mseLoss(net.forward(randn([96, 300])), randn([96, 7])).backward();
          opt.step();
        }
      }`,
    );
    const ends = [1, 2, 3].map((threads) => {
      const { lines } = retrograd('train', large, '--json', '--threads', String(threads));
      return JSON.parse(lines.at(-1)!) as { hash: string; threads: number; profile: string };
    });
    assert.deepEqual(
      ends.map(({ threads }) => threads),
      [1, 2, 3],
    );
    assert.equal(new Set(ends.map(({ hash }) => hash)).size, 1);
  });

  it('gives the same hash in another process, and in a supervisor of ours', async () => {
    const hash = (line: string): unknown => (JSON.parse(line) as { hash: unknown }).hash;
    const first = hash(retrograd('train', file, '--json').lines.at(-1)!);
    const second = hash(retrograd('train', file, '--json').lines.at(-1)!);
    const ended = lab.next('ended');
    await lab.supervisor.handlers().train({ file, seed: 0, hyper: {} });
    assert.equal(first, second);
    assert.equal(first, (await ended).hash);
  });

  it('--set changes hyperparameters and --steps the length', () => {
    const { lines } = retrograd(
      'train',
      file,
      '--json',
      '--steps',
      '3',
      '--set',
      'hidden=4',
      '--set',
      'lr=1e-3',
    );
    const last = JSON.parse(lines.at(-1)!) as { steps: number; params: number };
    assert.deepEqual([last.steps, last.params], [3, 17]);
  });

  it('shows people the values, the place of an error, and the end', () => {
    const good = retrograd('train', file);
    assert.equal(good.lines[0], 'seed 0  lr=0.1  hidden=8  name=net  bias=true');
    assert.ok(good.lines.includes('ready'));
    assert.match(good.lines.at(-2)!, /^strict arithmetic \((simd (4x8|5x8)|reference)\)$/);
    assert.match(
      good.lines.at(-1)!,
      /^done: 12 steps in [\d.]+ s, 33 parameters, state [0-9a-f]{16}$/,
    );
    const { status, errors } = retrograd('train', broken);
    assert.equal(status, 1);
    assert.match(
      errors,
      /^error: Linear: input \[4, 3\] ends with 3, but inFeatures is 2\n {4}in hidden\n {4}at Net\.forward .*broken\.ts:7:\d+\n {4}at train .*broken\.ts:13:\d+\n$/,
    );
  });

  it('--help says what a verb takes', () => {
    for (const verb of ['train', 'trace', 'verify', 'shapes', 'ops']) {
      const { status, lines, errors } = retrograd(verb, '--help');
      assert.deepEqual([status, errors, lines.length], [0, '', 2]);
      assert.match(lines[0], new RegExp(`^usage: retrograd ${verb} .*\\[--json\\]`));
    }
  });

  it('says what is wrong with the words, and exits with 2', () => {
    const cases: [string[], RegExp][] = [
      [['train'], /which FILE\?/],
      [['train', file, '--steps', 'many'], /--steps must be a whole number ≥ 1, but it is 'many'/],
      [['train', file, '--set', 'lr'], /--set needs name=value, but got 'lr'/],
      [['train', file, '--fast'], /unknown option '--fast' \(there are --steps, .*--help\)\nusage/],
      [['train', file, '--seed', '-1'], /--seed needs a value, as in --seed=…/],
      [['trace', file, '--step', '0'], /--step must be a whole number ≥ 1, but it is '0'/],
      [['trace', file], /which --step K\?/],
      [['shapes', file, '--json=yes'], /--json takes no value/],
      [['ops', 'add'], /unexpected 'add'/],
      [['train', file, 'other.ts'], /unexpected 'other\.ts'/],
      [['dance'], /unknown command 'dance'/],
    ];
    for (const [words, message] of cases) {
      const { status, errors } = retrograd(...words);
      assert.equal(status, 2, words.join(' '));
      assert.match(errors, message);
    }
  });

  it('a file that does not exist, or a wrong hyperparameter, exits with 1', () => {
    for (const verb of ['train', 'trace', 'verify', 'shapes']) {
      const more = verb === 'trace' ? ['--step', '1'] : [];
      const { status, errors, lines } = retrograd(verb, 'none.ts', ...more);
      assert.deepEqual([status, lines], [1, ['']]);
      assert.match(errors, new RegExp(`^retrograd ${verb}: there is no file .*none\\.ts\\n$`));
    }
    assert.match(retrograd('shapes', lab.folder).errors, /is a folder: name a model file in it/);
    const { status, errors } = retrograd('train', file, '--set', 'size=3');
    assert.equal(status, 1);
    assert.match(errors, /no hyperparameter 'size' \(it has lr, hidden, name, bias\)/);
  });
});

describe('retrograd ops', () => {
  it('--json lists each op with its arguments and whether it has a gradient', () => {
    const { status, lines } = retrograd('ops', '--json');
    assert.equal(status, 0);
    const ops = JSON.parse(lines[0]) as Record<string, unknown>[];
    const find = (name: string) => ops.find((op) => op.name === name);
    assert.deepEqual(find('matmul'), {
      name: 'matmul',
      torch: 'torch.matmul',
      callable: ['Tensor', 'retrograd'],
      parameters: ['x', 'other'],
      options: [],
      dtypes: ['float32', 'float64', 'int32', 'bool'],
      gradient: true,
    });
    assert.equal(find('argmax')?.gradient, false);
    assert.ok(ops.length > 100);
  });

  it('without it, a line for each', () => {
    const { lines } = retrograd('ops');
    assert.ok(lines.includes('relu(x)  torch.relu'));
  });
});
