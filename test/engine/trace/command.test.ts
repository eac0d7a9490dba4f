// A step recorded on demand: in a run, and as the command line prints it; what can go wrong is said.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Finding, RecordedStep, RunAnswer, TraceRow } from '../../../engine/protocol';
import { Lab, model, step } from '../session/runs';
import { zoo } from './zoo';

const looped = model(`for (let i = 0; i < 6; i++) {\n    ${step}\n  }`);

/** Mistakes that leave no weight a number. */
const spoiling = /zero$|exploding/;

function retrograd(file: string, ...words: string[]) {
  const command = [resolve('dist/cli.cjs'), 'trace', file, ...words];
  return spawnSync(process.execPath, command, { encoding: 'utf8' });
}

describe('A step recorded on demand', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(async () => lab.close());

  /** Records a step; problems' messages when there are any. */
  async function record(
    text: string,
    wanted: number,
  ): Promise<{ recorded: RecordedStep | undefined; hash: string; problems: string[] }> {
    let recorded: RecordedStep | undefined;
    void lab.next('recorded').then((found) => (recorded = found));
    const { ended, problems } = await lab.train(text, { record: wanted });
    return { recorded, hash: ended.hash, problems: problems.map(({ message }) => message) };
  }

  it('leaves the model bit for bit as the plain step does', async () => {
    for (const wanted of [1, 4]) {
      const plain = await lab.train(looped, { steps: wanted });
      const { recorded, hash, problems } = await record(looped, wanted);
      assert.deepEqual(problems, []);
      assert.equal(recorded?.step, wanted);
      assert.equal(hash, plain.ended.hash);
    }
  });

  it('has forward, backward and update rows, each at its place and served row', async () => {
    const { recorded } = await record(looped, 2);
    const rows = recorded!.rows;
    const phases = rows.map(({ phase }) => phase);
    assert.deepEqual([...new Set(phases)], ['forward', 'backward', 'update']);
    const tanh = rows.find(({ op }) => op === 'tanh')!;
    const place = looped.split('\n')[tanh.line! - 1].slice(tanh.column! - 1);
    assert.ok(place.startsWith('this.hidden.forward(x).tanh()'), place);
    assert.equal(tanh.module, 'Net');
    for (const { of, phase, line, row } of rows.slice(0, -1)) {
      if (phase !== 'backward' || of === undefined) continue;
      assert.ok(of < row && rows[of].phase === 'forward');
      assert.equal(line, rows[of].line);
    }
    assert.deepEqual(
      rows
        .filter(({ phase, parameter }) => phase === 'update' && parameter)
        .map(({ parameter }) => parameter),
      ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias'],
    );
  });

  it('that does not exist is said, with how many there are', async () => {
    const { recorded, problems } = await record(looped, 7);
    assert.equal(recorded, undefined);
    assert.deepEqual(problems, ['step 7 does not exist: train() ended after 6 steps']);
    const without = model(step);
    assert.equal((await record(without, 1)).recorded?.step, 1);
    assert.match(
      (await record(without, 2)).problems[0],
      /^step 2 does not exist: train\(\) ended after 1 step; no training loop was found/,
    );
  });

  it('is kept up to where the program fails, in forward and in backward', async () => {
    const fails = (line: string): string =>
      model(
        `let n = 0; for (;;) { n++; opt.zeroGrad(); const x = randn([16, 2]); const y = net.forward(x); ${line} y.sum().backward(); opt.step(); }`,
      );
    const forward = await record(fails("if (n === 3) throw new Error('in the middle');"), 3);
    assert.deepEqual(forward.problems, ['Error: in the middle']);
    assert.ok(forward.recorded!.rows.length > 3);
    assert.ok(forward.recorded!.rows.every(({ phase }) => phase === 'forward'));
    const backward = await record(
      fails("if (n === 2) y.hooks = [() => { throw new Error('in backward'); }];"),
      2,
    );
    assert.deepEqual(backward.problems, ['Error: in backward']);
    assert.equal(backward.recorded!.rows.at(-1)!.phase, 'backward');
  });

  it('that does not fit its budget is said with numbers, and kept up to there', async () => {
    let recorded: RecordedStep | undefined;
    void lab.next('recorded').then((found) => (recorded = found));
    const { problems } = await lab.train(looped, { record: 2, traceBudget: 2048 });
    assert.match(problems[0].message, /^recording this step needs more than its budget of 2\.0 KB/);
    assert.ok(recorded!.rows.length > 3);
  });

  it('tells what seems to be wrong with it', async () => {
    const dead = looped.replace('.tanh()', '.sub(100).relu()');
    const findings = async (text: string): Promise<Finding[]> => {
      const held = lab.next('held');
      const file = lab.write('model.ts', text);
      const options = { file, seed: 0, hyper: {}, workspace: lab.folder };
      await lab.supervisor.handlers().train({ ...options, hold: true, record: 1 });
      await held;
      return (await lab.supervisor.ask('findings', undefined)) as Finding[];
    };
    const found = (await findings(dead)).find(({ cause }) => cause === 'dead')!;
    assert.equal(found.severity, 'error');
    assert.match(found.text, /^relu is off: all \d+ inputs are ≤ 0/);
    const [line] = dead.split('\n').slice(found.place!.line - 1);
    assert.ok(line.includes('.relu()'));
    assert.ok(found.subjects.includes('hidden.weight'));
    assert.deepEqual(await findings(looped), []);
  });

  it('that others have spoiled leads to the step that did it, and to the mistake in it', () => {
    for (const { name, cause, text } of zoo.filter((each) => spoiling.test(each.name))) {
      const file = lab.write('model.ts', text);
      const { stdout, stderr } = retrograd(file, '--step', '3', '--why', '--json');
      const findings = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Finding & { step: number });
      const line = text.split('\n').findIndex((each) => each.endsWith('// ←')) + 1;
      const found = findings.find((each) => each.cause === cause && each.place?.line === line);
      assert.ok(found && found.step < 3, `${name}: ${stdout}${stderr}`);
    }
  });

  it('is part of a run that can be asked: who changed a weight, what grew when, what is different', () => {
    const file = lab.write('model.ts', looped);
    const ask = (...words: string[]): RunAnswer => {
      const { stdout, stderr, status } = retrograd(file, '--step', '6', '--json', ...words);
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout) as RunAnswer;
    };
    const changed = ask('--changed', 'out.bias');
    assert.deepEqual([changed.step, changed.op], [6, 'adamUpdate']);
    const { step, value } = ask('--over', 'hidden.weight.grad=0');
    assert.ok(step === 1 && value! > 0);
    assert.match(ask('--over', 'loss=1e9').text, /^the loss has never been more than 1\.000e\+9$/);
    const rate = ask('--against', 'lr=0.2');
    assert.match(rate.text, /^step 1, row \d+: adamUpdate: lr is 0\.1 here, 0\.2 there$/);
    const other = lab.write(
      'other.ts',
      looped.replace('net.forward(x)', 'net.forward(i === 3 ? x.mul(2) : x)'),
    );
    assert.equal(ask('--against', other).step, 4);
    assert.equal(
      ask('--against', file).text,
      'the same losses in steps 1 to 6, and the same rows in steps 1 and 6',
    );
    const wrong = retrograd(file, '--step', '6', '--over', 'loss');
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--over needs name=limit, as in loss=10/);
    const unknown = retrograd(file, '--step', '6', '--changed', 'out.nothing');
    assert.match(unknown.stderr, /'out\.nothing' is no parameter.*called as in hidden\.weight/);
  });

  it('is printed by the command line, as a table and as lines of JSON', () => {
    const file = lab.write('model.ts', looped);
    const run = (...words: string[]) => retrograd(file, ...words);
    const json = run('--step', '2', '--json');
    assert.equal(json.status, 0, json.stderr);
    const lines = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TraceRow);
    const last = lines.pop() as unknown;
    assert.deepEqual(last, { done: true, step: 2, rows: lines.length });
    assert.deepEqual(
      lines.map(({ row }) => row),
      lines.map((_, i) => i),
    );
    const table = run('--step', '2');
    assert.match(table.stdout, /^ *row +phase +op +shapes +module +place +iteration +of\n/);
    assert.match(table.stdout, /update +adamUpdate .* hidden\.weight\n/);
    assert.match(table.stdout, new RegExp(`\nstep 2: ${lines.length} rows\n$`));
    const why = run('--step', '2', '--why', '--budget', '64');
    assert.equal(why.stdout, 'step 2: nothing found\n');
    assert.equal(run().status, 2);
    assert.equal(run('--step', '70').status, 1);
  });
});
