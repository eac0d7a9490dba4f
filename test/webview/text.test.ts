// What the Training view says in words, and how it keeps runs.
import { numbersOfText } from '../../webview/step/probe-symbols';
import assert from 'node:assert/strict';
import type { Curves, RunRecord } from '../../engine/protocol';
import { curveNames, RunStore } from '../../webview/store';
import { curveText, duration, layerText, percent, progressText, short } from '../../webview/text';

const curves = (name: string, steps: number[], values: number[]): Curves => ({
  [name]: { steps: Float64Array.from(steps), values: Float64Array.from(values) },
});

const run = (change: Partial<RunRecord> = {}): RunRecord => ({
  id: 1,
  label: 'model.ts',
  seed: 0,
  hyper: [],
  state: 'running',
  step: 120,
  stepsPerSecond: 0,
  branch: 0,
  branches: [],
  curves: {},
  gradients: {},
  ratios: {},
  pictures: {},
  ...change,
});

describe('words of the Training view', () => {
  it('prints numbers short', () => {
    const printed = [0, 0.2134, -4, 123456, 0.00001234, NaN, -Infinity].map(short);
    assert.deepEqual(printed, ['0', '0.213', '−4', '1.2e5', '1.2e−5', 'NaN', '−∞']);
  });

  it('prints durations as people say them', () => {
    assert.deepEqual([0.2, 59, 185, 4320].map(duration), [
      '1 s',
      '59 s',
      '3 min 05 s',
      '1 h 12 min',
    ]);
  });

  it('never rounds a few zeros to none', () => {
    assert.deepEqual([0, 0.001, 0.5, 1].map(percent), ['0 %', '<1 %', '50 %', '100 %']);
  });

  it('tells the time left when the length of the run is known', () => {
    assert.equal(progressText(run({ stepsPerSecond: 10 })), 'step 120 · 10 steps/s');
    assert.equal(
      progressText(run({ stepsPerSecond: 10, totalSteps: 2000 })),
      'step 120 / 2,000 · 10 steps/s · 3 min 08 s left',
    );
  });

  it('tells all of a layer that its picture shows', () => {
    const summary = {
      ...{ shape: [2, 3], dtype: 'float32', count: 6, mean: 0.5, std: 1, min: -1, max: 2, norm: 3 },
      ...{ zeros: 3, nan: 1, infinite: 0 },
    };
    const heatMap = { width: 1, height: 1, values: new Float32Array(1) };
    assert.equal(
      layerText({ path: 'fc1', kind: 'Linear', summary, heatMap, parameters: 1234, calls: 2 }),
      'fc1, Linear; shape 2 by 3; mean 0.5, standard deviation 1; from −1 to 2; 50 % zeros; ' +
        '1 not a number; 1,234 parameters; ran 2 times in this step',
    );
  });

  it('tells the course of a curve', () => {
    assert.equal(
      curveText('loss', [1, 2, 3], [2, NaN, 0.5]),
      'loss: 0.5 at step 3; 2 at the start; lowest 0.5, highest 2; not finite at 1 steps',
    );
    assert.equal(curveText('loss', [], []), 'loss: nothing logged yet');
  });
});

describe('the runs of the page', () => {
  it('appends what is new to the curves of its run', () => {
    const store = new RunStore();
    store.replace([run({ curves: curves('loss', [1], [3]) })]);
    store.add(run({ step: 2, curves: curves('loss', [2], [2]) }));
    store.add(run({ step: 3, curves: curves('accuracy', [3], [0.5]) }));
    assert.equal(store.latest?.step, 3);
    assert.deepEqual([...store.latest.curves.loss.values], [3, 2]);
    assert.deepEqual([...store.latest.curves.accuracy.steps], [3]);
  });

  it('keeps earlier runs beside a new one, whose curves come first', () => {
    const store = new RunStore();
    store.add(run({ curves: curves('loss', [1], [3]) }));
    store.add(run({ id: 2, curves: curves('reward', [1], [1]) }));
    assert.deepEqual(
      store.runs.map(({ id }) => id),
      [1, 2],
    );
    assert.deepEqual(curveNames(store.runs), ['reward', 'loss']);
  });

  it('compares runs of one file only', () => {
    const store = new RunStore();
    for (const [id, label] of ['a.ts', 'b.ts', 'a.ts'].entries()) store.add(run({ id, label }));
    assert.deepEqual(
      store.comparable().map(({ id }) => id),
      [0, 2],
    );
  });

  it('takes names like those of JavaScript itself as names', () => {
    const store = new RunStore();
    store.add(run());
    const hostile = JSON.parse('{"__proto__": 1}') as object;
    const [name] = Object.keys(hostile);
    store.add(
      run({
        curves: Object.defineProperty({}, name, {
          value: curves('x', [1], [1]).x,
          enumerable: true,
        }),
      }),
    );
    assert.deepEqual(curveNames(store.runs), ['__proto__']);
    assert.equal(({} as Record<string, unknown>).steps, undefined);
  });
});

describe('a text that is typed', () => {
  it('becomes numbers of symbols, letter by letter or word by word', () => {
    assert.deepEqual(numbersOfText('cab', ['a', 'b', 'c']), [2, 0, 1]);
    assert.deepEqual(numbersOfText(' red  green ', ['green', 'red']), [1, 0]);
    assert.deepEqual(numbersOfText('#3 4', []), [3, 4]);
  });

  it('is told what it may consist of', () => {
    assert.equal(numbersOfText('ax', ['a', 'b']), '“x” is none of them: the symbols are a b');
    assert.match(String(numbersOfText('x', [])), /whole numbers/);
    assert.equal(numbersOfText('', []), 'Type something.');
  });
});
