// From any past step a run continues with what was changed, and is otherwise the same.
import assert from 'node:assert/strict';
import type { BranchRequest, EngineEvents } from '../../../engine/protocol';
import { Lab } from '../session/runs';
import { seekable } from './programs';

const history = { megabytes: 64 };

/** Trains a text to its end, then a branch of it to its end. */
async function branch(lab: Lab, text: string, request: BranchRequest) {
  const problems: string[] = [];
  const points: EngineEvents['progress']['points'] = [];
  const stop = [
    lab.on('problem', ({ message }) => problems.push(message)),
    lab.on('progress', (progress) => points.push(...progress.points)),
  ];
  const file = lab.write('model.ts', text);
  const requests = lab.supervisor.handlers();
  const first = lab.next('ended');
  await requests.train({ file, seed: 3, hyper: {}, workspace: lab.folder, history });
  const trunk = await first;
  const trunkPoints = points.splice(0);
  const branched = Promise.race([lab.next('branched'), lab.next('ended')]);
  await requests.branch(request);
  const begun = await branched;
  if ('branch' in begun) {
    const second = lab.next('ended');
    await requests.resume();
    const ended = await second;
    for (const end of stop) end();
    return { trunk, trunkPoints, begun, ended, points, problems };
  }
  for (const end of stop) end();
  return { trunk, trunkPoints, begun: undefined, ended: begun, points, problems };
}

/** All values of each step from `first` on; reports may split them. */
function byStep(points: EngineEvents['progress']['points'], first: number) {
  const steps: Record<number, Record<string, number>> = {};
  for (const { step, values } of points)
    if (step >= first) steps[step] = { ...steps[step], ...values };
  return steps;
}

describe('A branch', () => {
  const lab = new Lab();
  after(() => lab.close());

  for (const [name, text] of Object.entries(seekable)) {
    it(`in which nothing was changed equals its trunk bit for bit: ${name}`, async () => {
      const { trunk, trunkPoints, begun, ended, points, problems } = await branch(lab, text, {
        step: 18,
      });
      assert.deepEqual(problems, []);
      assert.deepEqual({ ...begun, run: 0 }, { run: 0, branch: 1, step: 18 });
      assert.equal(ended.steps, trunk.steps);
      assert.equal(ended.hash, trunk.hash);
      assert.deepEqual(byStep(points, 18), byStep(trunkPoints, 18));
    });
  }

  const program = `import { nn, optim, F, log, hyper, randn } from 'retrograd';
    const hp = hyper({ lr: 0.1, hidden: 4 });
    class Net extends nn.Module { a = new nn.Linear(2, hp.hidden); b = new nn.Linear(hp.hidden, 1); forward(x: any) { return this.b.forward(this.a.forward(x).tanh()); } }
    export function train() {
      const net = new Net(); const opt = new optim.Adam(net.parameters(), { lr: hp.lr }); let seen = 0;
      for (let i = 0; i < 20; i++) {
        opt.zeroGrad(); const x = randn([4, 2]); const loss = F.mseLoss(net.forward(x), x.sum(1, { keepdim: true })); loss.backward(); opt.step();
        seen++; log({ loss, lr: opt.paramGroups[0].lr, seen, scale: 1 });
      }
    }`;

  it('goes on from the old weights with another learning rate', async () => {
    const { trunkPoints, points, trunk, ended, problems } = await branch(lab, program, {
      step: 11,
      hyper: { lr: 0.01 },
    });
    assert.deepEqual(problems, []);
    const [before, after] = [trunkPoints, points].map(
      (list) => list.find(({ step }) => step === 11)!.values,
    );
    // The first loss is that of the old weights; the rate is the new one from the first step on.
    assert.deepEqual([after.loss, after.seen], [before.loss, before.seen]);
    assert.deepEqual([before.lr, after.lr], [0.1, 0.01]);
    assert.notEqual(trunk.hash, ended.hash);
  });

  it('goes on from the old weights in edited code', async () => {
    const edited = program
      .replace('scale: 1', 'scale: 2 * seen')
      .replace('let seen', 'let unused = 7; let seen');
    const path = lab.write('model.ts', program);
    const { trunk, ended, points, problems } = await branch(lab, program, {
      step: 11,
      sources: { [path]: edited },
    });
    assert.deepEqual(problems, []);
    assert.equal(ended.hash, trunk.hash);
    assert.equal(points.find(({ step }) => step === 15)!.values.scale, 30);
  });

  it('is left for its trunk and come back to, and each ends as it did before', async () => {
    const problems: string[] = [];
    const stop = lab.on('problem', ({ message }) => problems.push(message));
    const file = lab.write('model.ts', program);
    const requests = lab.supervisor.handlers();
    const finish = async (): Promise<string> => {
      const ended = lab.next('ended');
      await requests.resume();
      return (await ended).hash;
    };
    const go = async (step: number, branch: number): Promise<void> => {
      const sought = lab.next('sought');
      await requests.seek({ step, branch });
      const { step: there, branch: then } = await sought;
      assert.deepEqual([there, then], [step, branch]);
      assert.equal((await requests.past()).branch, branch);
    };
    const begin = async (step: number, hyper: Record<string, number>): Promise<void> => {
      const branched = lab.next('branched');
      await requests.branch({ step, hyper });
      await branched;
    };
    const first = lab.next('ended');
    const history = { megabytes: 64, everyStep: true };
    await requests.train({ file, seed: 3, hyper: {}, workspace: lab.folder, history });
    const hashes = [(await first).hash];
    await begin(11, { lr: 0.01 });
    hashes.push(await finish());
    await begin(15, { lr: 0.001 });
    hashes.push(await finish());
    assert.equal(new Set(hashes).size, 3);
    for (const [step, branch] of [
      [5, 0],
      [16, 2],
      [12, 1],
      [20, 0],
      [11, 1],
      [15, 2],
      [1, 0],
    ]) {
      await go(step, branch);
      assert.equal(await finish(), hashes[branch], `branch ${branch}`);
    }
    const { branches } = await requests.past();
    assert.deepEqual(branches, [
      { parent: 0, begins: 1, steps: 20 },
      { parent: 0, begins: 11, steps: 20 },
      { parent: 1, begins: 15, steps: 20 },
    ]);
    await assert.rejects(
      async () => requests.seek({ step: 10, branch: 1 }),
      /step 10 is not part of branch 1, which begins with step 11/,
    );
    stop();
    assert.deepEqual(problems, []);
  });

  it('is named by what is held in it', async () => {
    const file = lab.write('model.ts', program);
    const requests = lab.supervisor.handlers();
    let held = lab.next('held');
    await requests.train({
      file,
      seed: 3,
      hyper: {},
      workspace: lab.folder,
      hold: true,
      record: 12,
    });
    assert.deepEqual([(await held).branch, (await held).step], [0, 12]);
    const branched = lab.next('branched');
    await requests.branch({ step: 11, hyper: { lr: 0.01 } });
    await branched;
    for (const [step, branch] of [
      [12, 1],
      [12, 0],
      [13, 1],
    ]) {
      held = lab.next('held');
      const cursor = lab.next('cursor');
      await requests.record({ step, branch });
      assert.deepEqual([(await held).branch, (await held).step], [branch, step]);
      const { description } = await cursor;
      assert.equal(/^branch 1 · /.test(description), branch === 1, description);
    }
    await requests.stop();
  });

  it('has points of its own, once each, and so has its trunk when one returns to it', async () => {
    const file = lab.write('model.ts', program);
    const requests = lab.supervisor.handlers();
    const places = new Set<string>();
    const points: string[] = [];
    const stop = lab.on('progress', ({ place, points: some }) => {
      places.add(`${place.branch} of ${place.parent} from ${place.begins}`);
      points.push(...some.map(({ step, values }) => `${place.branch}: ${step} at ${values.lr}`));
    });
    let held = lab.next('held');
    await requests.train({
      ...{ file, seed: 3, hyper: {}, workspace: lab.folder },
      ...{ hold: true, record: 12 },
    });
    await held;
    const branched = lab.next('branched');
    await requests.branch({ step: 11, hyper: { lr: 0.01 } });
    await branched;
    for (const [step, branch] of [
      [14, 1],
      [13, 0],
    ]) {
      held = lab.next('held');
      await requests.record({ step, branch });
      await held;
      // For this the trunk runs on to step 14: what it logs there for the first time is not lost.
      if (branch === 1) await requests.question({ kind: 'firstDifference', branch: 0 });
    }
    const ended = lab.next('ended');
    await requests.release();
    await ended;
    stop();
    assert.deepEqual([...places], ['0 of 0 from 1', '1 of 0 from 11']);
    const steps = (branch: number, from: number, to: number, lr: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, i) => `${branch}: ${from + i} at ${lr}`);
    assert.deepEqual(points, [
      ...steps(0, 1, 12, 0.1),
      ...steps(1, 11, 14, 0.01),
      ...steps(0, 13, 20, 0.1),
    ]);
  });

  it('is refused when a weight has another shape, and the trunk stays what it was', async () => {
    const { problems, begun, trunk } = await branch(lab, program, {
      step: 11,
      hyper: { hidden: 6 },
    });
    assert.equal(begun, undefined);
    assert.deepEqual(problems, [
      "a branch cannot continue: parameter 'a.weight' is float32 [6, 2] in the changed program, " +
        'but float32 [4, 2] in the run that it continues',
    ]);
    const sought = lab.next('sought');
    await lab.supervisor.handlers().seek({ step: 5 });
    await sought;
    const again = lab.next('ended');
    await lab.supervisor.handlers().resume();
    assert.equal((await again).hash, trunk.hash);
  });
});
