// What a recorded run can be given that is wrong: each ends in a clear message, and what there is can be walked.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeldInfo, Problem, TrainOptions } from '../../../engine/protocol';
import { Lab, model, step } from '../session/runs';

const looped = (body = step, count = 8): string =>
  model(
    `for (let i = 0; i < ${count}; i++) {\n    ${body}\n  }`,
    "import { readFileSync } from 'node:fs';",
  );

interface Case {
  readonly name: string;
  readonly text: string;
  readonly options?: Partial<TrainOptions>;
  /** What to do with the run once a step is held; resolves when it has been done. */
  readonly then?: (lab: Lab, file: string) => Promise<unknown>;
  readonly says: RegExp;
  /** The step that is held at the end, and whether it was broken off; absent when none is. */
  readonly held?: { step: number; failed: boolean };
}

const record = async (lab: Lab, wanted: number): Promise<void> => {
  const arrived = Promise.race([lab.next('held'), lab.next('ended'), lab.next('failed')]);
  await lab.supervisor.handlers().record({ step: wanted });
  await arrived;
};

const cases: readonly Case[] = [
  {
    name: 'a step that does not exist',
    text: looped(),
    options: { record: 60 },
    says: /^step 60 does not exist: train\(\) ended after 8 steps$/,
  },
  {
    name: 'a loop that cannot be found',
    text: model(
      `const once = () => { ${step.replace('opt.step();', 'opt.step(); return;')} };\n  [1, 2, 3].forEach(once);`,
    ),
    options: { record: 7 },
    says: /^step 7 does not exist: train\(\) ended after \d steps; no training loop was found \(a loop whose body calls backward\(\)\), so steps are counted by optimizer\.step\(\)$/,
  },
  {
    name: 'a file that is read in every step, and has changed',
    text: looped(
      step.replace('loss.backward()', "loss.mul(Number(readFileSync('SCALE', 'utf8'))).backward()"),
    ),
    options: { record: 6 },
    then: async (lab) => {
      writeFileSync(lab.write('scale.txt', ''), '2');
      await record(lab, 3);
    },
    says: /^step \d+ diverged: .* is not what it was when the step ran before\. Something outside of the recorded state has changed: a file, the network, or a source of randomness/,
    held: { step: 3, failed: false },
  },
  {
    name: 'a budget for values that is too small for one step',
    text: looped(),
    options: { record: 2, traceBudget: 2048 },
    says: /^recording this step needs more than its budget of 2\.0 KB/,
    held: { step: 2, failed: true },
  },
  {
    name: 'a program that throws in the middle of a step',
    text: looped(
      step.replace(
        'loss.backward();',
        "if (i === 3) throw new Error('broken');\n loss.backward();",
      ),
    ),
    options: { record: 4 },
    says: /^Error: broken$/,
    held: { step: 4, failed: true },
  },
  {
    name: 'a program that throws in the middle of backward',
    text: looped(
      step.replace(
        'loss.backward();',
        "if (i === 3) x.requiresGrad = true, (loss as any).hooks = [() => { throw new Error('in backward'); }];\n loss.backward();",
      ),
    ),
    options: { record: 4 },
    says: /^Error: in backward$/,
    held: { step: 4, failed: true },
  },
];

describe('A recorded run that is given', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(() => lab.close());

  for (const { name, text, options = {}, then, says, held } of cases)
    it(`${name} says so, and what there is of it can be walked`, async () => {
      const problems: Problem[] = [];
      let holds: HeldInfo | undefined;
      lab.on('problem', (problem) => problems.push(problem));
      lab.on('held', (info) => (holds = info));
      const scale = lab.write('scale.txt', '1');
      const file = lab.write('model.ts', text.replace('SCALE', scale));
      const arrived = Promise.race([lab.next('held'), lab.next('ended')]);
      const run = { file, seed: 0, hyper: {}, workspace: lab.folder, hold: true };
      await lab.supervisor.handlers().train({ ...run, ...options });
      await arrived;
      await then?.(lab, file);
      const messages = problems.map(({ message }) => message);
      assert.ok(
        messages.some((message) => says.test(message)),
        JSON.stringify(messages),
      );
      if (held === undefined) return;
      assert.deepEqual([holds?.step, holds?.failed !== undefined], [held.step, held.failed]);
      assert.ok(holds!.rows > 3 && holds!.moments > 4);
      for (const seed of [1, 2])
        assert.equal(await lab.supervisor.ask('checkWalk', { seed, moves: 40 }), true);
    });

  it('numbers from the network says at which step they were others, and what there is of it can be walked', async () => {
    let answers = 0;
    const server = createServer((_, response) => response.end(String(++answers)));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const { port } = server.address() as AddressInfo;
      const fetched = `Number(await (await fetch('http://127.0.0.1:${port}')).text())`;
      const text = looped(step.replace('loss.backward()', `loss.mul(${fetched}).backward()`));
      const file = lab.write('model.ts', text);
      const problems: Problem[] = [];
      lab.on('problem', (problem) => problems.push(problem));
      const run = { file, seed: 0, hyper: {}, workspace: lab.folder, history: { megabytes: 16 } };
      const ended = lab.next('ended');
      await lab.supervisor.handlers().train(run);
      const { reason } = await ended;
      assert.deepEqual([reason, answers, problems], ['done', 8, []]);
      const held = lab.next('held');
      await record(lab, 3);
      assert.equal((await held).step, 3);
      assert.match(
        problems.map(({ message }) => message).join('\n'),
        /^step [1-3] diverged: .* Something outside of the recorded state has changed: a file, the network/,
      );
      assert.equal(await lab.supervisor.ask('checkWalk', { seed: 1, moves: 40 }), true);
    } finally {
      server.close();
    }
  });

  it('a text that has changed since goes on with the one that it began with', async () => {
    const problems: Problem[] = [];
    lab.on('problem', (problem) => problems.push(problem));
    const file = lab.write('model.ts', looped());
    const run = { file, seed: 0, hyper: {}, workspace: lab.folder, history: { megabytes: 16 } };
    const first = lab.next('ended');
    await lab.supervisor.handlers().train(run);
    const { hash } = await first;
    lab.write('model.ts', 'this is no program any more');
    await record(lab, 3);
    const again = lab.next('ended');
    await lab.supervisor.handlers().release();
    assert.equal((await again).hash, hash);
    assert.deepEqual(problems, []);
  });

  it('too little memory for checkpoints says so, and still reaches each step', async () => {
    const ballast = looped().replace('const net', 'const ballast = randn([400000]);\n  const net');
    const file = lab.write('model.ts', ballast);
    const run = { file, seed: 0, hyper: {}, workspace: lab.folder, history: { megabytes: 1 } };
    const ended = lab.next('ended');
    await lab.supervisor.handlers().train(run);
    await ended;
    const held = lab.next('held');
    await lab.supervisor.handlers().record({ step: 3 });
    assert.equal((await held).step, 3);
    const { obstacle } = await lab.supervisor.handlers().past();
    assert.match(
      obstacle ?? '',
      /the state of one step takes 1\.\d MB, and 1\.0 MB are given for checkpoints; give more/,
    );
    assert.equal(await lab.supervisor.ask('checkWalk', { seed: 1, moves: 40 }), true);
  });
});
