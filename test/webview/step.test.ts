// What the pages of a held step compute by themselves: the size formula, scales of bars, bounds of sliders.
import assert from 'node:assert/strict';
import { barScale } from '../../webview/draw/bars';
import { hyperBounds } from '../../webview/step/hyper-bounds';
import { sizeText, sizeWords } from '../../webview/step/size-text';
import { iterationText, precise } from '../../webview/text';

const sizes = (size: number, window: number, stride = 1, padding = 0, dilation = 1) =>
  sizeText({ size, window, stride, padding, dilation });

describe('the size formula', () => {
  for (const [size, window, stride, padding, output] of [
    [32, 5, 1, 0, 28],
    [7, 3, 1, 0, 5],
    [7, 3, 2, 0, 3],
    [7, 3, 1, 1, 7],
    [32, 5, 1, 2, 32],
    [28, 5, 1, 0, 24],
    [227, 11, 4, 0, 55],
  ] as const) {
    it(`makes ${output} of ${size} with window ${window}, stride ${stride}, padding ${padding}`, () => {
      const found = sizes(size, window, stride, padding);
      assert.deepEqual([found.output, found.fits], [output, 'exactly']);
      assert.equal(found.text, `(${size} − ${window} + 2·${padding}) / ${stride} + 1 = ${output}`);
    });
  }

  it('says that 7 with window 3 and stride 3 does not come out even', () => {
    const { text, fits, output } = sizes(7, 3, 3);
    assert.deepEqual([fits, output], ['with a rest', 2]);
    assert.match(text, /= 2\.33 → 2: .* the last 1 cell is not seen/);
  });

  it('says when the window is too large', () => {
    const { text, fits } = sizes(4, 3, 1, 0, 2);
    assert.equal(fits, 'not');
    assert.match(text, /the window of 5 is larger than 4/);
  });
});

describe('bars', () => {
  it('on a logarithmic scale are as far apart as their decades', () => {
    const { height, ticks } = barScale([1, 0.01, 0.0001], true);
    const [a, b, c] = [1, 0.01, 0.0001].map(height);
    assert.ok(Math.abs(a - b - (b - c)) < 0.02);
    assert.equal(height(0), 0);
    assert.ok(ticks.every(({ at }) => at >= 0 && at <= 1));
  });

  it('on a linear scale are as high as their values', () => {
    const { height } = barScale([4, 1], false);
    assert.deepEqual([height(4), height(1), height(0)], [1, 0.25, 0]);
  });

  it('of what is infinite or NaN reach the top', () => {
    for (const log of [true, false]) assert.equal(barScale([1], log).height(NaN), 1);
  });
});

describe('controls of hyperparameters', () => {
  it('move by whole numbers, or by decades', () => {
    assert.deepEqual(hyperBounds(16), { min: 1, max: 64, step: 1, log: false });
    const rate = hyperBounds(0.01);
    assert.deepEqual([rate.log, rate.min, rate.max], [true, -4, 0]);
    const around = hyperBounds(0);
    assert.ok(around.min < 0 && around.max > 0);
  });
});

describe('numbers to check by hand', () => {
  it('have six digits', () => {
    assert.deepEqual([0.10414512, -3, NaN].map(precise), ['0.104145', '−3', 'NaN']);
    assert.deepEqual([[], [3], [1, 2]].map(iterationText), ['', 't = 3', 't = 1·2']);
  });
});

describe('the size formula for a newcomer', () => {
  it('counts moves and places', () => {
    const words = (size: number, window: number, stride = 1, padding = 0): string =>
      sizeWords({ size, window, stride, padding, dilation: 1 });
    assert.equal(
      words(32, 5),
      'Along 32 cells, a window of 5 starts at the first and can move on by 27: that is 27 moves, so 28 places.',
    );
    assert.match(
      words(28, 5, 1, 2),
      /28 cells and 2 of padding at each end, 32 in all, .* 28 places/,
    );
    assert.match(words(7, 3, 2), /move on by 4 in steps of 2: that is 2 moves, so 3 places/);
    assert.match(words(5, 5), /0 moves, so 1 place\./);
    assert.equal(words(3, 5), '');
  });
});
