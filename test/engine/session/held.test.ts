// Steps that are held: walking through them, going to others, past and to come, and letting go.
import assert from 'node:assert/strict';
import type {
  CursorInfo,
  EngineEvents,
  HeldInfo,
  HeldRequests,
  MoveRequest,
  TrainOptions,
} from '../../../engine/protocol';
import { Lab, model, step } from './runs';

const loop = (count: number): string =>
  model(`for (let i = 0; i < ${count}; i++) {\n    ${step}\n  }`);

describe('a held step', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(async () => lab.close());

  const ask = <K extends keyof HeldRequests>(
    name: K,
    ...argument: Parameters<HeldRequests[K]>
  ): Promise<ReturnType<HeldRequests[K]>> =>
    lab.supervisor.ask(name, argument[0]) as Promise<ReturnType<HeldRequests[K]>>;

  const start = async (text: string, options: Partial<TrainOptions> = {}): Promise<HeldInfo> => {
    const held = lab.next('held');
    const file = lab.write('model.ts', text);
    await lab.supervisor.handlers().train({
      file,
      seed: 0,
      hyper: {},
      hold: true,
      record: 1,
      workspace: lab.folder,
      ...options,
    });
    return held;
  };

  const record = async (wanted: number, at?: 'begin' | 'end'): Promise<HeldInfo> => {
    const held = lab.next('held');
    await lab.supervisor.handlers().record({ step: wanted, ...(at && { at }) });
    return held;
  };

  const into: MoveRequest = { kind: 'into', direction: 1, grain: 'statement' };

  it('has told what it logged, the first like any other', async () => {
    const points: number[] = [];
    lab.on('progress', (progress) => points.push(...progress.points.map((point) => point.step)));
    await start(loop(5));
    await record(3);
    assert.deepEqual(points, [1, 2, 3]);
  });

  it('tells its phases, and where the cursor is put', async () => {
    const cursor = lab.next('cursor');
    const info = await start(loop(5));
    assert.equal(info.step, 1);
    assert.deepEqual(
      info.phases.map(({ phase }) => phase),
      ['forward', 'backward', 'forward', 'update', 'forward'],
    );
    assert.equal(info.phases.at(-1)!.to, info.moments);
    const { position, phase, place, frame } = await cursor;
    assert.deepEqual([position, phase, frame], [1, 'forward', 'train']);
    assert.match(place!.file, /model\.ts$/);
  });

  it('is walked through in both directions, each move told by one event', async () => {
    const { moments } = await start(loop(5));
    await ask('goTo', { position: 1 });
    const seen: number[] = [];
    const stop = lab.on('cursor', ({ position }: CursorInfo) => seen.push(position));
    let result = await ask('move', into);
    while (result.edge === undefined) result = await ask('move', into);
    assert.equal(result.edge, 'end');
    const there = [1, ...seen];
    seen.length = 0;
    const back: MoveRequest = { ...into, direction: -1 };
    do result = await ask('move', back);
    while (result.edge === undefined);
    stop();
    assert.equal(result.edge, 'begin');
    assert.deepEqual([...seen].reverse(), there.slice(0, -1));
    assert.ok(there.at(-1)! < moments);
  });

  it('gives way to a step to come, and to a past one with the same numbers', async () => {
    await start(loop(9), { record: 4 });
    const fourth = await hashOf();
    assert.equal((await record(7)).step, 7);
    assert.equal((await record(4)).step, 4);
    assert.equal(await hashOf(), fourth);
    const { step: now, moments } = await record(2, 'end');
    assert.deepEqual([now, (await ask('cursor')).position], [2, moments - 2]);
  });

  /** The cursor's place and sizes stand for the step until variables can be asked for. */
  const hashOf = async (): Promise<string> =>
    JSON.stringify([await ask('held'), await ask('goTo', { position: 3 })]);

  it('is let go when the run shall go on, and answers nothing any more', async () => {
    await start(loop(6), { record: 2 });
    const ended = lab.next('ended');
    await lab.supervisor.handlers().release();
    const { reason, steps } = await ended;
    assert.deepEqual([reason, steps], ['done', 6]);
    await assert.rejects(ask('cursor'), /the run has ended|no step is held/);
  });

  it('ends like the same run that was never held', async () => {
    const { ended: plain } = await lab.train(loop(6));
    await start(loop(6), { record: 3 });
    await record(1);
    await record(5);
    const ended = lab.next('ended');
    await lab.supervisor.handlers().release();
    assert.equal((await ended).hash, plain.hash);
  });

  it('tells what a place was: by call, with statistics and a picture, at the cursor and beside it', async () => {
    const text = `import { nn, optim, randn, zeros, Tensor } from 'retrograd';
class Model extends nn.Module {
  cell = new nn.RNNCell(2, 3);
  forward(x: Tensor) {
    let h = zeros([4, 3]);
    for (let t = 0; t < 5; t++) h = this.cell.forward(x.select(1, t), h);
    const all = h.slice(0, 0, 2);
    return all.sum();
  }
}
export function train() {
  const model = new Model();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  for (let step = 0; step < 3; step++) {
    optimizer.zeroGrad();
    const loss = model.forward(randn([4, 5, 2]));
    loss.backward();
    optimizer.step();
  }
}
`;
    await start(text);
    const { file } = (await ask('cursor')).place!;
    const cell = { file, line: 6, column: 45, name: 'forward' };
    const seen = (await ask('observed', { ...cell, name: 'cell' }))!;
    assert.deepEqual(
      [seen.step, seen.calls, seen.different, seen.types],
      [1, 5, 1, [{ type: 'f32 [4, 3]', calls: 5 }]],
    );
    assert.equal(seen.call.title, 't=0');
    assert.match(seen.call.value, /^f32 \[4, 3\] mean .* std .* \[.*\]$/);
    assert.deepEqual([seen.call.picture?.width, seen.call.picture?.height], [3, 4]);
    assert.ok(seen.call.norm! > 0 && seen.call.gradient! > 0);
    assert.deepEqual(
      seen.others.map(({ title, index }) => [title, index]),
      [
        ['t=1', 1],
        ['t=4', 4],
      ],
    );
    // Whoever follows the link stands at the call, and sees that one.
    const there = await ask('goTo', { position: seen.others[1].position });
    assert.deepEqual([there.place?.line, there.phase, there.iteration], [6, 'forward', [4]]);
    const again = (await ask('observed', cell))!;
    assert.deepEqual([again.call.title, again.call.index], ['t=4', 4]);
    // A name is what it was last; what is read behind the loop is the last state.
    const h = (await ask('observed', { file, line: 7, column: 17, name: 'h' }))!;
    assert.deepEqual([h.calls, h.call.title], [6, 't=4']);
    assert.equal(await ask('observed', { file, line: 13, column: 9, name: 'optimizer' }), null);
  });

  it('is there for a step that fails, up to where it failed', async () => {
    const text = loop(6).replace(
      'loss.backward()',
      'if (i === 2) throw new Error("on purpose"); loss.backward()',
    );
    const failed = lab.next('failed');
    await start(text, { record: 3 });
    const { recorded, step: broken, problem } = await failed;
    assert.deepEqual([recorded, broken], [true, 3]);
    assert.match(problem.message, /on purpose/);
    assert.match((await ask('held')).failed!, /on purpose/);
  });

  it('can be made of the step in which an unrecorded run has failed', async () => {
    const text = loop(6).replace(
      'loss.backward()',
      'if (i === 2) throw new Error("on purpose"); loss.backward()',
    );
    const problems: EngineEvents['problem'][] = [];
    lab.on('problem', (problem) => problems.push(problem));
    const failed = lab.next('failed');
    const file = lab.write('model.ts', text);
    const options = { file, seed: 0, hyper: {}, hold: true, workspace: lab.folder };
    await lab.supervisor.handlers().train(options);
    assert.deepEqual([(await failed).recorded, (await failed).step], [false, 3]);
    assert.match((await record(3)).failed!, /on purpose/);
    assert.equal(problems.length, 1, 'what the replay says again is not told');
    await lab.supervisor.stop();
  });

  it('replays the texts that the run began with, whatever they are now', async () => {
    await start(loop(6), { record: 4 });
    lab.write('model.ts', 'this is no program');
    assert.equal((await record(2)).step, 2);
  });

  it('ends within the patience of a stop', async () => {
    await start(loop(6));
    const ended = lab.next('ended');
    await lab.supervisor.stop();
    assert.equal((await ended).reason, 'stopped');
  });

  it('refuses places and steps that do not exist, and runs that hold nothing', async () => {
    const { moments } = await start(loop(6));
    await assert.rejects(
      ask('goTo', { position: moments }),
      /position \d+ does not exist: step 1 has/,
    );
    await assert.rejects(async () => lab.supervisor.handlers().record({ step: 0 }), /no step 0/);
    await assert.rejects(lab.supervisor.ask('nonsense', undefined), /unknown request 'nonsense'/);
    await lab.supervisor.stop();
    await lab.train(loop(3));
    await assert.rejects(
      async () => lab.supervisor.handlers().record({ step: 1 }),
      /not started to keep its past/,
    );
  });
});
