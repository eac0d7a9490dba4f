// Any walk followed by its inverse ends where it began; moves respect calls, iterations and breakpoints.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  continueTo,
  into,
  inverse,
  next,
  out,
  step,
  type Grain,
  type Move,
} from '../../../engine/trace/cursor';
import { printMoment } from '../../../engine/trace/print';
import { breakpointsAt, framesAt, localsAt } from '../../../engine/trace/scopes';
import { models } from './models';
import { record, recordGolden, type Recorded } from './record';

const choice = fc.record({
  kind: fc.constantFrom('next', 'into', 'out', 'continue'),
  grain: fc.constantFrom<Grain>('statement', 'row'),
  direction: fc.constantFrom<1 | -1>(1, -1),
  line: fc.integer({ min: 0, max: 30 }),
});

/** The line of a moment's statement. */
function lineOf({ trace, moments }: Recorded, position: number): number {
  const { statement } = moments[position];
  return statement < 0 ? 0 : trace.sites.range(trace.events.site[statement]).line;
}

function moveOf(
  recorded: Recorded,
  at: number,
  { kind, grain, direction, line }: { kind: string; grain: Grain; direction: 1 | -1; line: number },
): Move {
  const { moments } = recorded;
  if (kind === 'next') return next(moments, at, grain, direction);
  if (kind === 'into') return into(grain, direction);
  if (kind === 'out') return out(moments, at, grain, direction);
  return continueTo(
    breakpointsAt(recorded.trace, (range) => range.line === line),
    moments,
    direction,
  );
}

describe('The cursor', () => {
  const golden = ['r1', 'r5', 'c4', 'a1'];
  for (const name of [...golden, ...Object.keys(models)]) {
    it(`comes back by the inverse of any walk: ${name}`, async () => {
      const recorded = golden.includes(name)
        ? await recordGolden(name)
        : await record(models[name], 2);
      const { moments } = recorded;
      fc.assert(
        fc.property(
          fc.nat(moments.length - 1),
          fc.array(choice, { maxLength: 30 }),
          (start, choices) => {
            const inverses: Move[] = [];
            let at = start;
            for (const each of choices) {
              const move = moveOf(recorded, at, each);
              inverses.push(inverse(moments, at, move));
              at = step(moments, at, move);
            }
            for (const move of inverses.reverse()) at = step(moments, at, move);
            assert.equal(at, start);
          },
        ),
        { seed: 3, numRuns: 200 },
      );
    });
  }

  /** The first moment that prints so. */
  const find = ({ trace, moments }: Recorded, text: string): number =>
    moments.findIndex(
      (moment) => moment.grain === 'statement' && printMoment(trace, moment).trim() === text,
    );

  it('steps over a call, into it, and out of it, both ways', async () => {
    const recorded = await recordGolden('r1');
    const { trace, moments } = recorded;
    const print = (at: number): string => printMoment(trace, moments[at]).trim();
    const call = find(recorded, 'train:23 [1]  h = cell.forward(tensor(x, float), h);');
    const after = step(moments, call, next(moments, call, 'statement', 1));
    assert.equal(print(after), 'train:23 [2]  h = cell.forward(tensor(x, float), h);');
    const inside = step(moments, call, into('statement', 1));
    assert.equal(print(inside), 'forward:11  const drive = x.mul(this.u);');
    assert.equal(step(moments, inside, out(moments, inside, 'statement', 1)), after);
    assert.equal(step(moments, inside, out(moments, inside, 'statement', -1)), call);
    const backward = find(recorded, 'train:25  h.backward();');
    const last = step(moments, backward, into('statement', 1));
    assert.equal(print(last), '∂ train:23 [3]  h = cell.forward(tensor(x, float), h);');
    const behind = step(moments, last, out(moments, last, 'statement', 1));
    assert.equal(print(behind), 'train:26  opt.step();');
    assert.equal(step(moments, backward, next(moments, backward, 'statement', 1)), behind);
  });

  it('continues to a breakpoint, both ways', async () => {
    const recorded = await recordGolden('r1');
    const { moments } = recorded;
    const at12 = continueTo(
      (moment) => lineOf(recorded, moments.indexOf(moment)) === 12,
      moments,
      1,
    );
    const found: number[] = [];
    for (let at = step(moments, 0, at12); at < moments.length - 1; at = step(moments, at, at12))
      found.push(at);
    assert.equal(found.filter((at) => moments[at].mirrors < 0).length, 4);
    assert.equal(found.filter((at) => moments[at].mirrors >= 0).length, 4);
    assert.equal(step(moments, found[5], { ...at12, direction: -1 }), found[4]);
  });

  it('sees frames with iterations, and variables as they were, also in the mirror', async () => {
    const recorded = await recordGolden('r1');
    const { trace, moments } = recorded;
    const positions = moments.flatMap((moment, at) =>
      moment.grain === 'statement' &&
      printMoment(trace, moment).trim() === '∂ forward:12  return h.mul(this.w).add(drive).tanh();'
        ? [at]
        : [],
    );
    const frames = framesAt(trace, moments[positions[1]]);
    assert.deepEqual(
      frames.map(({ name, range, iterations, mirrored }) => [
        name,
        range?.line,
        [...iterations],
        mirrored,
      ]),
      [
        ['forward', 12, [], true],
        ['train', 23, [2], true],
        ['train', 25, [], false],
      ],
    );
    const h = localsAt(trace, frames[0]).get('h') as { item(): number };
    assert.ok(Math.abs(h.item() - 0.363399) < 1e-6);
    assert.deepEqual([...localsAt(trace, frames[0]).keys()], ['x', 'h', 'drive']);
    const outer = localsAt(trace, frames[2]);
    assert.ok(outer.has('cell') && outer.has('opt') && outer.has('h'));
    assert.ok(Math.abs((outer.get('h') as { item(): number }).item() - 0.089622) < 1e-6);
  });
});
