// What a model of two inputs says at each place of the plane, with the points that it learns from. Knows no model.
import type { ProbeInfo } from '../../engine/protocol';
import { element, isDark, setAttribute, setText } from '../dom';
import { cssGradient } from '../draw/color-map';
import { drawHeatMap, scaleOf, type Scale } from '../draw/heat-map';
import { short } from '../text';
import type { Asker, ProbePad } from './probe-kind';
import { paced } from './standing';

/** Points along each side of a surface, and pixels of each. */
const side = 48;
const grain = 6;

/** Output over the plane of two inputs; with several outputs, the first class against the best other. */
export function surfacePad(info: () => ProbeInfo, asker: Asker): ProbePad {
  const canvas = element('canvas', {
    class: 'surface',
    role: 'img',
    'aria-label': 'not drawn yet',
    width: String(grain * side),
    height: String(grain * side),
  });
  const low = element('span');
  const ramp = element('span', { class: 'ramp' });
  const high = element('span');
  const legend = element('div', { class: 'legend', 'aria-hidden': 'true' }, low, ramp, high);
  const words = element('p', { class: 'hint' });
  const ask = paced(async () => {
    const { points, labels } = info();
    const bounds = boundsOf(points);
    const { values, shape } = await asker.many(placesIn(bounds), side * side);
    const heat = { width: side, height: side, values: surfaceOf(values, side * side) };
    const scale = scaleOf(heat.values, isDark());
    const outputs = shape.at(-1) ?? 1;
    drawSurface(canvas, heat, scale, { points, labels, outputs, bounds });
    setText(low, short(scale.low));
    setText(high, short(scale.high));
    ramp.style.backgroundImage = cssGradient(scale.map);
    setText(words, wordsOf(bounds, outputs));
    setAttribute(canvas, 'aria-label', `What the model says at each place: ${words.textContent}`);
    setAttribute(canvas, 'data-drawn', String(Number(canvas.dataset.drawn ?? 0) + 1));
  });
  return { root: element('div', {}, canvas, legend, words), ask };
}

interface Bounds {
  x: [number, number];
  y: [number, number];
}

function wordsOf({ x, y }: Bounds, outputs: number): string {
  const what =
    outputs === 1
      ? 'the output'
      : outputs === 2
        ? 'score of class 0 over class 1'
        : 'score of class 0 over the best other';
  return `${what}; x from ${short(x[0])} to ${short(x[1])}, y from ${short(y[0])} to ${short(y[1])}`;
}

/** A little more than where the points lie. */
function boundsOf(points: ArrayLike<number>): Bounds {
  const range = (offset: number): [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = offset; i < points.length; i += 2)
      [low, high] = [Math.min(low, points[i]!), Math.max(high, points[i]!)];
    if (low > high) return [-1, 1];
    const room = 0.1 * (high - low || 1);
    return [low - room, high + room];
  };
  return { x: range(0), y: range(1) };
}

/** The middles of all cells, row by row from the top. */
function placesIn({ x, y }: Bounds): number[] {
  const values = new Array<number>(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    values[2 * i] = x[0] + (((i % side) + 0.5) / side) * (x[1] - x[0]);
    values[2 * i + 1] = y[1] - ((Math.floor(i / side) + 0.5) / side) * (y[1] - y[0]);
  }
  return values;
}

/** One output as it is; of two or more, by how much the first is above the best other. */
export function surfaceOf(values: Float32Array, count: number): Float32Array {
  const each = values.length / count;
  if (each === 1) return values;
  return Float32Array.from({ length: count }, (_, i) => {
    const row = values.subarray(i * each, (i + 1) * each);
    let best = -Infinity;
    for (let k = 1; k < each; k++) best = Math.max(best, row[k]!);
    return row[0]! - best;
  });
}

interface Points {
  readonly points: Float64Array;
  readonly labels: Float64Array;
  readonly outputs: number;
  readonly bounds: Bounds;
}

/** The plane in the colours of its scale, and each point in the colour that it should have. */
function drawSurface(
  canvas: HTMLCanvasElement,
  heat: { width: number; height: number; values: Float32Array },
  scale: Scale,
  { points, labels, outputs, bounds: { x, y } }: Points,
): void {
  const pixels = drawHeatMap(heat, scale, grain);
  const context = canvas.getContext('2d')!;
  context.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  context.lineWidth = 1;
  for (let i = 0; i < points.length; i += 2) {
    const left = ((points[i]! - x[0]) / (x[1] - x[0])) * canvas.width;
    const top = ((y[1] - points[i + 1]!) / (y[1] - y[0])) * canvas.height;
    const label = labels[i / 2];
    context.fillStyle =
      label === undefined ? 'gray' : colorOf(wanted(label, outputs, scale), scale);
    context.strokeStyle = isDark() ? 'white' : 'black';
    context.beginPath();
    context.arc(left, top, 3, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** What the surface should be at a point: the label itself, or for or against the first class. */
function wanted(label: number, outputs: number, { low, high }: Scale): number {
  if (outputs === 1) return Math.max(low, Math.min(high, label));
  return label === 0 ? high : low;
}

function colorOf(value: number, { map, low, high }: Scale): string {
  const at = 3 * Math.round((255 * (value - low)) / (high - low));
  return `rgb(${[...map.subarray(at, at + 3)].join(' ')})`;
}
