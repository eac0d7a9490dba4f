// A live run is sent into its past and back, with a real thread.
import assert from 'node:assert/strict';
import type { EngineEvents, Problem, TrainOptions } from '../../../engine/protocol';
import { Lab } from '../session/runs';
import { seekable } from './programs';

/** A run that keeps its past, and everything that it told. */
async function start(lab: Lab, text: string, options: Partial<TrainOptions> = {}) {
  const told = {
    points: [] as EngineEvents['progress']['points'],
    problems: [] as Problem[],
    lines: [] as string[],
  };
  const history = { megabytes: 64, everyStep: true };
  const file = lab.write('model.ts', text);
  lab.on('progress', ({ points }) => told.points.push(...points));
  lab.on('problem', (problem) => told.problems.push(problem));
  lab.on('log', ({ lines }) => told.lines.push(...lines.map((line) => line.text)));
  const { supervisor } = lab;
  await supervisor
    .handlers()
    .train({ file, seed: 3, hyper: {}, workspace: lab.folder, history, ...options });
  return told;
}

const epochs = seekable['epochs around batches, with a schedule, sums and a history'];
const printing = epochs.replace(
  'schedule.step();',
  'schedule.step(); console.log(`epoch ${epoch}`);',
);

describe('A live run', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(() => lab.close());

  it('goes to past steps when it has ended, says nothing twice, and ends again in the same state', async () => {
    const told = await start(lab, printing);
    const ended = await lab.next('ended');
    const { points, lines } = { points: [...told.points], lines: [...told.lines] };
    const requests = lab.supervisor.handlers();
    for (const step of [17, 5, 30, 1, 39, 5]) {
      const sought = lab.next('sought');
      await requests.seek({ step });
      assert.equal((await sought).step, step);
      const past = await requests.past();
      assert.equal(past.steps, ended.steps);
      assert.equal(past.obstacle, undefined);
    }
    const again = lab.next('ended');
    await requests.resume();
    assert.deepEqual({ ...(await again), milliseconds: 0 }, { ...ended, milliseconds: 0 });
    assert.deepEqual(told.points, points);
    assert.deepEqual(told.lines, lines);
    assert.deepEqual(told.problems, []);
  });

  it('records steps in any order, and each is the same every time', async () => {
    const told = await start(lab, printing, { hold: true, record: 20 });
    const rows = new Map<number, string>();
    await lab.next('held');
    for (const step of [20, 7, 31, 7, 20, 8, 7, 39, 31]) {
      if (step !== 20 || rows.size > 0) {
        const held = lab.next('held');
        await lab.supervisor.handlers().record({ step });
        assert.equal((await held).step, step);
      }
      const cursor = (await lab.supervisor.ask('cursor', undefined)) as { description: string };
      const known = rows.get(step);
      if (known !== undefined) assert.equal(cursor.description, known);
      rows.set(step, cursor.description);
    }
    assert.deepEqual(told.problems, []);
  });

  it('that was only trained steps back three steps, as one does that held them from the beginning', async () => {
    const told = await start(lab, printing);
    const ended = await lab.next('ended');
    const lines = [...told.lines];
    const requests = lab.supervisor.handlers();
    const marksAt = async (step: number): Promise<Int32Array> => {
      const held = lab.next('held');
      await requests.record({ step });
      assert.equal((await held).step, step);
      const request = { start: 0, count: 9999 };
      return (await lab.supervisor.ask('rowMarks', request)) as Int32Array;
    };
    const steps = [39, 38, 37, 36, 37, 12];
    const marks: Int32Array[] = [];
    for (const step of steps) marks.push(await marksAt(step));
    const again = lab.next('ended');
    await requests.release();
    assert.deepEqual({ ...(await again), milliseconds: 0 }, { ...ended, milliseconds: 0 });
    assert.deepEqual(told.lines, lines);
    assert.deepEqual(told.problems, []);
    await start(lab, printing, { hold: true, record: 1 });
    await lab.next('held');
    for (const [i, step] of steps.entries()) assert.deepEqual(await marksAt(step), marks[i]);
  });

  it('says that a step does not exist', async () => {
    const told = await start(lab, printing);
    await lab.next('ended');
    const again = lab.next('ended');
    await lab.supervisor.handlers().seek({ step: 1000 });
    await again;
    assert.deepEqual(
      told.problems.map(({ message }) => message),
      ['step 1000 does not exist: train() ended after 39 steps'],
    );
    await assert.rejects(
      async () => lab.supervisor.handlers().seek({ step: 0 }),
      /there is no step 0/,
    );
  });

  it('goes back behind an error, and comes to it again', async () => {
    const told = await start(
      lab,
      printing.replace(
        'sum += loss.item();',
        "if (losses.length === 22) throw new Error('broken'); sum += loss.item();",
      ),
    );
    assert.equal((await lab.next('ended')).reason, 'failed');
    const points = [...told.points];
    const sought = lab.next('sought');
    await lab.supervisor.handlers().seek({ step: 11 });
    await sought;
    const again = lab.next('ended');
    void lab.supervisor.handlers().resume();
    assert.equal((await again).reason, 'failed');
    assert.deepEqual(told.points, points);
    assert.deepEqual(
      told.problems.map(({ message }) => message),
      ['Error: broken'],
    );
  });

  it('runs again from the first step when its data come from a generator, and says why', async () => {
    const text = epochs
      .replace('of loader)', 'of all())')
      .replace('const losses', 'function* all() { yield* loader; }\n  const losses');
    const told = await start(lab, text);
    const ended = await lab.next('ended');
    for (const step of [20, 6]) {
      const sought = lab.next('sought');
      await lab.supervisor.handlers().seek({ step });
      assert.deepEqual(
        { ...(await sought), milliseconds: 0, run: 0 },
        { run: 0, branch: 0, step, rerun: step - 1, milliseconds: 0 },
      );
    }
    assert.match(
      (await lab.supervisor.handlers().past()).obstacle ?? '',
      /^what the loop walks along leads to a generator, and nobody can see where that stands; an array of its items, \[\.\.\.it\], is seen$/,
    );
    const again = lab.next('ended');
    void lab.supervisor.handlers().resume();
    assert.equal((await again).hash, ended.hash);
    assert.deepEqual(told.problems, []);
  });

  it('feeds a re-run the same random numbers, times and bytes', async () => {
    const reading =
      'Math.random() + (Date.now() % 977) + new Date().getMilliseconds() + performance.now() + crypto.getRandomValues(new Uint8Array(2))[1] + crypto.randomUUID().charCodeAt(3)';
    const text = epochs.replace(
      'losses.push(loss.item());',
      `losses.push(loss.item() * (${reading}));`,
    );
    const told = await start(lab, text);
    const ended = await lab.next('ended');
    for (const step of [20, 6, 30]) {
      const sought = lab.next('sought');
      await lab.supervisor.handlers().seek({ step });
      await sought;
    }
    const again = lab.next('ended');
    void lab.supervisor.handlers().resume();
    assert.equal((await again).hash, ended.hash);
    assert.deepEqual(told.problems, []);
  });

  it('refuses to run again on data that have changed', async () => {
    const table = 'a,b,y\n1,2,3\n2,3,4\n3,4,5\n';
    lab.write('data.csv', table);
    const text = `import { nn, optim, F, data } from 'retrograd';
      export function train() {
        const set = data.csv('data.csv').dataset(['a', 'b'], 'y'); const net = new nn.Linear(2, 1); const opt = new optim.SGD(net.parameters());
        for (const { x, y } of data.loader(set).epochs(5)) { opt.zeroGrad(); F.mseLoss(net.forward(x), y).backward(); opt.step(); }
      }`;
    const told = await start(lab, text);
    await lab.next('ended');
    assert.deepEqual(told.problems, []);
    lab.write('data.csv', table.replace('5', '6'));
    const problem = lab.next('problem');
    await lab.supervisor.handlers().seek({ step: 3 });
    assert.match((await problem).message, /data\.csv.* has changed since the run began/);
  });

  it('that is not held may change its own data as it goes, and says so when it is to go back', async () => {
    const text = `import { nn, optim, F, data, tensor } from 'retrograd';
      import { writeFileSync } from 'node:fs';
      export function train() {
        const net = new nn.Linear(1, 1); const opt = new optim.SGD(net.parameters());
        for (let i = 0; i < 4; i++) {
          writeFileSync('PATH', 'a,y\\n' + i + ',2\\n');
          const { x, y } = data.csv('PATH').dataset(['a'], 'y').all(); opt.zeroGrad(); F.mseLoss(net.forward(x), y.reshape([1, 1])).backward(); opt.step();
        }
      }`.replaceAll('PATH', lab.write('own.csv', 'a,y\n0,0\n'));
    const told = await start(lab, text);
    assert.equal((await lab.next('ended')).reason, 'done');
    assert.deepEqual(told.problems, []);
    const problem = lab.next('problem');
    await lab.supervisor.handlers().seek({ step: 3 });
    assert.match((await problem).message, /own\.csv.* has changed since the run began/);
  });

  it('says which step diverged when something outside of its state has changed', async () => {
    const text = epochs
      .replace(
        'losses.push(loss.item());',
        'losses.push(loss.item() + (globalThis as any).drift); (globalThis as any).drift++;',
      )
      .replace('export function', '(globalThis as any).drift ??= 0;\nexport function');
    const told = await start(lab, text);
    await lab.next('ended');
    const problem = lab.next('problem');
    await lab.supervisor.handlers().seek({ step: 20 });
    assert.match((await problem).message, /^step \d+ diverged: the state is not what it was/);
    assert.equal(told.problems[0].kind, 'diverged');
  });
});
