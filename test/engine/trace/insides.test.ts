// A fused op can be stepped into: its parts are walked like rows, both ways, with the values that it had.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stride, type Nested, type Stride } from '../../../engine/trace/descend';
import { insideOf } from '../../../engine/trace/inside';
import { printMoment, printRow } from '../../../engine/trace/print';
import { framesAt, localsAt } from '../../../engine/trace/scopes';
import { Tensor } from '../../../engine/tensor/tensor';
import { models } from './models';
import { record, type Recorded } from './record';

const into = (direction: 1 | -1): Stride => ({ kind: 'into', grain: 'row', direction });

const begin = ({ trace, moments }: Recorded): Nested => [{ trace, moments, position: 0 }];

const where = (place: Nested): string => place.map(({ position }) => position).join(' › ');

/** Every place from one end of the step to the other. */
function walk(from: Nested, direction: 1 | -1): Nested[] {
  const places = [from];
  for (;;) {
    const next = stride(places.at(-1)!, into(direction));
    if (where(next) === where(places.at(-1)!)) return places;
    places.push(next);
  }
}

const textAt = (trace: Recorded['trace'], event: number): string =>
  trace.sites.text(trace.events.site[event]);

describe('The inside of a fused op', () => {
  it('is walked row by row, forwards and back through the same places', async () => {
    const recorded = await record(models['layers of LSTM and GRU'], 2);
    const forward = walk(begin(recorded), 1);
    const back = walk(forward.at(-1)!, -1);
    assert.deepEqual(back.map(where).reverse(), forward.map(where));
    const nested = forward.filter(({ length }) => length > 1);
    const fused = recorded.trace.rows.filter(({ definition }) => definition.expand);
    assert.ok(fused.length > 10 && nested.length > 10 * fused.length);
  });

  it('comes back by the opposite strides of any walk by rows', async () => {
    const recorded = await record(models['convolution, batch norm, pooling'], 2);
    const places = walk(begin(recorded), 1);
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.nat(40), (start, count) => {
        let place = places[start];
        for (let i = 0; i < count; i++) place = stride(place, into(1));
        const done = Math.min(count, places.length - 1 - start);
        for (let i = 0; i < done; i++) place = stride(place, into(-1));
        assert.equal(where(place), where(places[start]));
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('is stepped over by next, and left by out, both ways', async () => {
    const recorded = await record(models['layers of LSTM and GRU']);
    const { trace, moments } = recorded;
    const at = moments.findIndex(
      ({ row }) => row >= 0 && trace.rows[row].definition.name === 'lstmCell',
    );
    const cell: Nested = [{ trace, moments, position: at }];
    const over = stride(cell, { kind: 'next', grain: 'row', direction: 1 });
    assert.equal(over.length, 1);
    const inside = stride(cell, into(1));
    assert.equal(inside.length, 2);
    assert.equal(where(stride(inside, { kind: 'out', grain: 'row', direction: -1 })), where(cell));
    assert.equal(
      where(stride(inside, { kind: 'out', grain: 'row', direction: 1 })),
      where(
        stride([{ trace, moments, position: at }], { kind: 'next', grain: 'row', direction: 1 }),
      ),
    );
  });

  it('is entered from statements, too, where rows are steps until it is left', async () => {
    const recorded = await record(models['layers of LSTM and GRU']);
    const { trace, moments } = recorded;
    const name = (place: Nested): string => {
      const { trace: level, moments: all, position } = place.at(-1)!;
      const { row, grain } = all[position];
      return grain === 'row' ? level.rows[row].definition.name : 'statement';
    };
    const at = moments.findIndex(
      ({ statement }) => statement >= 0 && /lstm\.forward/.test(textAt(trace, statement)),
    );
    const line: Nested = [{ trace, moments, position: at }];
    const go = (place: Nested, kind: Stride['kind'], direction: 1 | -1 = 1): Nested =>
      stride(place, { kind, grain: 'statement', direction });
    assert.equal(go(line, 'next').length, 1);
    assert.equal(name(go(line, 'next')), 'statement');
    let place = go(line, 'into');
    const call = [place];
    while (name(place) !== 'lstmCell') call.push((place = go(place, 'next')));
    assert.ok(call.every(({ length }) => length === 1));
    const cell = place;
    place = go(cell, 'into');
    assert.deepEqual([place.length, name(place)], [2, 'add']);
    assert.equal(name(go(place, 'next')), 'slice');
    assert.equal(where(go(go(place, 'next'), 'next', -1)), where(place));
    assert.equal(where(go(place, 'next', -1)), where(cell));
    assert.equal(where(go(place, 'out', -1)), where(cell));
    assert.equal(where(go(place, 'out')), where(go(cell, 'next')));
    assert.equal(where(go(cell, 'out')), where(go(line, 'next')));
    assert.equal(where(go(cell, 'out', -1)), where(line));
    const walked = (direction: 1 | -1, from: Nested): string[] => {
      const seen = [where(from)];
      for (let here = from, next; seen.at(-1) !== where((next = go(here, 'into', direction)));)
        seen.push(where((here = next)));
      return seen;
    };
    const forward = walked(1, begin(recorded));
    const end: Nested = [{ trace, moments, position: moments.length - 1 }];
    assert.deepEqual(walked(-1, end).reverse(), forward);
  });

  it('shows the operands by name, the parts, and what they make', async () => {
    const { trace } = await record(models['layers of LSTM and GRU']);
    const row = trace.rows.findIndex(({ definition }) => definition.name === 'lstmCell');
    const inside = insideOf(trace, row)!;
    const ops = inside.trace.rows.map(({ definition }) => definition.name);
    assert.deepEqual(
      ops,
      'add slice slice slice slice sigmoid sigmoid tanh sigmoid mul mul add tanh mul'.split(' '),
    );
    const last = inside.moments.at(-2)!;
    assert.match(
      printRow(inside.trace, last.row),
      /^row 13 mul f32 \[3, 6\], f32 \[3, 6\] → f32 \[3, 6\] = /,
    );
    assert.match(printMoment(inside.trace, last), /lstmCell:\d+ {2}this\.lstm\.forward\(x\)/);
    const [frame] = framesAt(inside.trace, last);
    assert.equal(frame.name, 'lstmCell');
    const locals = localsAt(inside.trace, frame);
    assert.deepEqual([...locals.keys()], ['inputGates', 'hiddenGates', 'c']);
    assert.ok([...locals.values()].every((value) => value instanceof Tensor));
    const end = localsAt(inside.trace, { ...frame, until: Infinity });
    assert.deepEqual([...end.keys()], ['inputGates', 'hiddenGates', 'h', 'c', 'i', 'f', 'g', 'o']);
    assert.equal(insideOf(trace, row), inside);
    assert.equal(
      insideOf(
        trace,
        trace.rows.findIndex(({ definition }) => definition.name === 'matmul'),
      ),
      undefined,
    );
  });
});
