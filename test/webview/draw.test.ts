// What the pictures of the Training view are made of: colours, heat maps and curves.
import assert from 'node:assert/strict';
import { cssGradient, diverging, sequential, type ColorMap } from '../../webview/draw/color-map';
import { brokenSteps, columns, smooth } from '../../webview/draw/curve';
import { drawHeatMap, scaleOf } from '../../webview/draw/heat-map';

const color = (map: ColorMap, i: number): number[] => [...map.subarray(3 * i, 3 * i + 3)];

/** Relative luminance, as contrast is measured. */
function luminance([r, g, b]: number[]): number {
  const linear = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

describe('colour maps', () => {
  it('the sequential map gets lighter with every entry but for rounding', () => {
    for (let i = 4; i < 256; i += 4) {
      assert.ok(
        luminance(color(sequential, i)) > luminance(color(sequential, i - 4)),
        `entry ${i} is not lighter than entry ${i - 4}`,
      );
    }
  });

  for (const dark of [true, false]) {
    it(`the diverging map has a grey middle and equally bright ends, ${dark ? 'dark' : 'light'}`, () => {
      const map = diverging(dark);
      const middle = color(map, 128);
      assert.ok(Math.max(...middle) - Math.min(...middle) <= 4, `middle is ${middle.join(' ')}`);
      const ends = [luminance(color(map, 0)), luminance(color(map, 255))];
      assert.ok(Math.abs(ends[0] - ends[1]) < 0.06, `ends are ${ends.join(' and ')}`);
      assert.notDeepEqual(color(map, 0), color(map, 255));
    });
  }

  it('a gradient starts and ends with the colours of the map', () => {
    const gradient = cssGradient(sequential);
    assert.ok(
      gradient.startsWith(`linear-gradient(to right, rgb(${color(sequential, 0).join(' ')})`),
    );
    assert.ok(gradient.endsWith(`rgb(${color(sequential, 255).join(' ')}))`));
  });
});

describe('heat map', () => {
  const heatMap = (width: number, height: number, values: number[]) => ({
    width,
    height,
    values: Float32Array.from(values),
  });
  const pixel = (
    { width, data }: ReturnType<typeof drawHeatMap>,
    x: number,
    y: number,
  ): number[] => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];

  it('draws values from zero up with the sequential map, low dark and high light', () => {
    const cells = heatMap(2, 1, [0, 3]);
    const pixels = drawHeatMap(cells, scaleOf(cells.values, true), 2);
    assert.deepEqual([pixels.width, pixels.height, pixels.data.length], [4, 2, 32]);
    assert.deepEqual(pixel(pixels, 1, 1), color(sequential, 0));
    assert.deepEqual(pixel(pixels, 2, 0), color(sequential, 255));
  });

  it('draws signed values symmetrically about zero, so that zero has no colour', () => {
    const cells = heatMap(3, 1, [-4, 0, 2]);
    const scale = scaleOf(cells.values, true);
    assert.deepEqual([scale.low, scale.high], [-4, 4]);
    const pixels = drawHeatMap(cells, scale, 1);
    assert.deepEqual(pixel(pixels, 0, 0), color(diverging(true), 0));
    assert.deepEqual(pixel(pixels, 1, 0), color(diverging(true), 128));
    assert.deepEqual(pixel(pixels, 2, 0), color(diverging(true), 191));
  });

  it('hatches NaN and infinity in black and white, each in its direction', () => {
    const cells = heatMap(3, 1, [NaN, Infinity, 1]);
    const pixels = drawHeatMap(cells, scaleOf(cells.values, true), 8);
    const black = [0, 0, 0];
    const white = [255, 255, 255];
    assert.deepEqual(
      [0, 2, 4].map((x) => pixel(pixels, x, 0)),
      [white, black, white],
    );
    // Down the first column, a hatch of NaN and one of infinity run in opposite directions.
    assert.deepEqual(pixel(pixels, 2, 2), pixel(pixels, 4, 0));
    assert.deepEqual(pixel(pixels, 10, 2), pixel(pixels, 8, 0));
    assert.deepEqual(pixel(pixels, 17, 0), color(sequential, 255));
  });

  it('draws a constant, an all-zero and an empty tensor', () => {
    for (const values of [[5], [0], [NaN]]) {
      const cells = heatMap(1, 1, values);
      assert.equal(drawHeatMap(cells, scaleOf(cells.values, false), 1).data[3], 255);
    }
    assert.equal(drawHeatMap(heatMap(0, 0, []), scaleOf([], false), 4).data.length, 0);
  });
});

describe('curves', () => {
  const curve = (steps: number[], values: number[]) => ({
    steps: Float64Array.from(steps),
    values: Float64Array.from(values),
  });

  it('joins runs over all their steps, and leaves a gap only where a run is not finite', () => {
    const joined = columns([curve([1, 3], [10, 30]), curve([1, 2, 3], [1, NaN, 3])], false);
    assert.deepEqual(joined, [
      [1, 2, 3],
      [10, undefined, 30],
      [1, null, 3],
    ]);
  });

  it('joins curves in which a step came twice: what was logged last counts', () => {
    const joined = columns(
      [curve([1, 2, 2, 3], [1, 2, 20, 3]), curve([2, 4, 3], [5, 7, 6])],
      false,
    );
    assert.deepEqual(joined, [
      [1, 2, 3, 4],
      [1, 20, 3, undefined],
      [undefined, 5, 6, 7],
    ]);
  });

  it('leaves out what a logarithmic scale cannot show', () => {
    assert.deepEqual(columns([curve([1, 2, 3], [0, -1, 5])], true)[1], [null, null, 5]);
  });

  it('smooths a constant to itself, and passes over what is not finite', () => {
    const values = Float64Array.from([2, NaN, 2, 2]);
    const smoothed = smooth(values, 0.9);
    assert.ok(Number.isNaN(smoothed[1]));
    for (const i of [0, 2, 3]) assert.ok(Math.abs(smoothed[i] - 2) < 1e-12);
    assert.equal(smooth(values, 0), values);
  });

  it('follows a jump by the part that smoothing leaves', () => {
    const [first, second] = smooth(Float64Array.from([0, 1]), 0.5);
    assert.equal(first, 0);
    assert.ok(Math.abs(second - 2 / 3) < 1e-12);
  });

  it('tells the steps at which a run was not finite', () => {
    assert.deepEqual(brokenSteps(curve([1, 2, 3], [1, NaN, Infinity])), [2, 3]);
  });
});
