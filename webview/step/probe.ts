// Asks the model as it stands: a picture to draw on, a text to type, numbers to set, or the whole surface of two inputs.
import type { ProbeInfo } from '../../engine/protocol';
import { button } from '../controls';
import { element, isDark, setAttribute, setText } from '../dom';
import { drawHeatMap, scaleOf } from '../draw/heat-map';
import { Matrix } from '../draw/matrix';
import type { Host } from '../host';
import { precise, short } from '../text';
import { paced } from './standing';

/** Points along each side of a surface. */
const side = 48;
const mostOutputs = 20;

export class Probe {
  readonly root = element('section', { class: 'probe', 'aria-label': 'Probe' });
  private readonly note = element('p', { class: 'hint' });
  private readonly place = element('div', { class: 'planes' });
  private info: ProbeInfo | undefined;
  private key = '';
  private values = new Float64Array();
  private answer: () => void = () => undefined;

  constructor(private readonly host: Host) {
    this.root.append(element('h3', {}, 'Ask the model as it stands'), this.note, this.place);
  }

  /** The run has moved on, or another one has begun. */
  readonly update = paced(async () => {
    const info = await this.host.request.probeInfo().catch((error: unknown) => {
      setText(this.note, error instanceof Error ? error.message : '');
      return undefined;
    });
    this.place.hidden = info === undefined;
    if (!info) return;
    setText(
      this.note,
      `${info.model} takes [${['N', ...info.shape].join(', ')}] and gives [${['N', ...info.output.slice(1)].join(', ')}].`,
    );
    const key = JSON.stringify([info.model, info.shape, info.output.length, info.symbols.length]);
    this.info = info;
    if (key !== this.key) {
      this.key = key;
      this.values = Float64Array.from(info.sample);
      this.build(info);
    }
    this.answer();
  });

  private build(info: ProbeInfo): void {
    const size = info.sample.length;
    if (info.shape.length === 1 && size === 2 && info.dtype !== 'int32') this.buildSurface();
    else if (info.dtype === 'int32') this.buildSymbols(info);
    else if (isImage(info.shape)) this.buildPicture(info);
    else this.buildNumbers(size);
  }

  private outputs(): { root: HTMLElement; show(values: ArrayLike<number>): void } {
    const list = element('ol', { class: 'outputs', start: '0', 'aria-label': 'Output' });
    return {
      root: list,
      show: (values) => {
        const shown = Array.from(values).slice(0, mostOutputs);
        const best = shown.indexOf(Math.max(...shown));
        const [low, high] = [Math.min(...shown), Math.max(...shown)];
        list.replaceChildren(
          ...shown.map((value, i) => {
            const meter = element('meter', {
              min: '0',
              max: '1',
              value: String((value - low) / (high - low || 1)),
              'aria-label': `output ${i}`,
            });
            return element(
              'li',
              i === best && shown.length > 1 ? { class: 'best' } : {},
              meter,
              ` ${precise(value)}`,
            );
          }),
        );
      },
    };
  }

  /** Runs one sample, and again while it changes; one question at a time. */
  private asking(show: (values: Float32Array, shape: number[]) => void): () => void {
    return paced(async () => {
      const { values, shape } = await this.host.request.probe({
        values: [...this.values],
        count: 1,
      });
      show(values, shape);
    });
  }

  private buildPicture({ shape }: ProbeInfo): void {
    const [height, width] = shape.slice(-2) as [number, number];
    const pad = new Matrix();
    const out = this.outputs();
    const draw = (): void => {
      const plane = this.values.subarray(0, height * width);
      pad.show(
        { width, height, values: Float32Array.from(plane) },
        { title: 'draw here with the mouse', most: 280, cell: 280 / Math.max(height, width) },
      );
    };
    this.answer = this.asking((values) => out.show(values));
    const canvas = pad.root.querySelector('canvas')!;
    setAttribute(canvas, 'data-pad', '');
    const ink = (event: PointerEvent): void => {
      if (event.buttons !== 1) return;
      const box = canvas.getBoundingClientRect();
      const [x, y] = [
        ((event.clientX - box.left) / box.width) * width,
        ((event.clientY - box.top) / box.height) * height,
      ];
      // A soft pen, as wide as a stroke of a digit of this size.
      const radius = Math.max(0.8, width / 20);
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
          const at = row * width + column;
          this.values[at] = Math.max(
            this.values[at]!,
            Math.min(1, Math.max(0, radius + 0.5 - distance)),
          );
        }
      draw();
      this.answer();
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      ink(event);
    });
    canvas.addEventListener('pointermove', ink);
    const clear = button('Clear', 'restart', () => {
      this.values.fill(0);
      draw();
      this.answer();
    });
    this.place.replaceChildren(element('div', {}, pad.root, clear), out.root);
    draw();
  }

  private buildNumbers(size: number): void {
    const out = this.outputs();
    this.answer = this.asking((values) => out.show(values));
    const inputs = Array.from({ length: Math.min(size, 64) }, (_, i) => {
      const input = element('input', {
        type: 'number',
        step: 'any',
        value: String(Number(this.values[i]!.toPrecision(4))),
        'aria-label': `input ${i}`,
      });
      input.addEventListener('input', () => {
        if (!Number.isFinite(input.valueAsNumber)) return;
        this.values[i] = input.valueAsNumber;
        this.answer();
      });
      return input;
    });
    this.place.replaceChildren(element('div', { class: 'cells' }, ...inputs), out.root);
  }

  /** Symbols, or their numbers where no vocabulary is known; the output is read at the last position. */
  private buildSymbols({ symbols, sample }: ProbeInfo): void {
    const result = element('p', { class: 'value', role: 'status' });
    const name = (id: number): string => symbols[id] ?? `#${id}`;
    this.answer = this.asking((values, shape) => {
      const classes = shape.at(-1) ?? 1;
      const rows = Math.floor(values.length / classes);
      const best = Array.from({ length: rows }, (_, t) => {
        const row = values.subarray(t * classes, (t + 1) * classes);
        return name(row.indexOf(Math.max(...row)));
      });
      setText(result, `Most likely: ${best.join(' ')}`);
    });
    const single = symbols.length > 0 && symbols.every((symbol) => symbol.length <= 1);
    const shown = Array.from(sample, name).join(single ? '' : ' ');
    const input = element('input', {
      type: 'text',
      value: shown,
      size: '32',
      'aria-label': 'Input symbols',
    });
    input.addEventListener('input', () => {
      const parts = single ? Array.from(input.value) : input.value.trim().split(/\s+/);
      const ids = parts.map((part) =>
        symbols.length > 0 ? symbols.indexOf(part) : Number(part.replace('#', '')),
      );
      const fits =
        ids.length === sample.length && ids.every((id) => Number.isInteger(id) && id >= 0);
      input.setAttribute('aria-invalid', String(!fits));
      if (!fits) {
        setText(
          result,
          `Needs ${sample.length} symbols${symbols.length > 0 ? ` of ${symbols.slice(0, 40).join(' ')}` : ''}.`,
        );
        return;
      }
      this.values = Float64Array.from(ids);
      this.answer();
    });
    this.place.replaceChildren(element('div', {}, input, result));
  }

  /** Output over the plane of two inputs; with several outputs, the first class against the best other. */
  private buildSurface(): void {
    const canvas = element('canvas', {
      class: 'surface',
      role: 'img',
      width: String(6 * side),
      height: String(6 * side),
    });
    const words = element('p', { class: 'hint' });
    this.answer = paced(async () => {
      const { points } = this.info!;
      const bounds = boundsOf(points);
      const values = new Array<number>(2 * side * side);
      for (let i = 0; i < side * side; i++) {
        values[2 * i] = bounds.x[0] + (((i % side) + 0.5) / side) * (bounds.x[1] - bounds.x[0]);
        values[2 * i + 1] =
          bounds.y[1] - ((Math.floor(i / side) + 0.5) / side) * (bounds.y[1] - bounds.y[0]);
      }
      const answer = await this.host.request.probe({ values, count: side * side });
      const heat = { width: side, height: side, values: surfaceOf(answer.values, side * side) };
      drawSurface(canvas, heat, points, bounds);
      const scale = scaleOf(heat.values, isDark());
      setText(
        words,
        `x from ${short(bounds.x[0])} to ${short(bounds.x[1])}, y from ${short(bounds.y[0])} to ${short(bounds.y[1])}; output from ${short(scale.low)} to ${short(scale.high)}`,
      );
      setAttribute(canvas, 'aria-label', `What the model says at each place: ${words.textContent}`);
      setAttribute(canvas, 'data-drawn', String(Number(canvas.dataset.drawn ?? 0) + 1));
    });
    this.place.replaceChildren(element('div', {}, canvas, words));
  }
}

const isImage = (shape: readonly number[]): boolean => {
  const [height, width] = shape.slice(-2);
  return (
    shape.length >= 2 &&
    shape.length <= 3 &&
    (height ?? 0) >= 4 &&
    (width ?? 0) >= 4 &&
    (shape.length === 2 || shape[0] === 1)
  );
};

interface Bounds {
  x: [number, number];
  y: [number, number];
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

function drawSurface(
  canvas: HTMLCanvasElement,
  heat: { width: number; height: number; values: Float32Array },
  points: Float64Array,
  { x, y }: Bounds,
): void {
  const pixels = drawHeatMap(heat, scaleOf(heat.values, isDark()), 6);
  const context = canvas.getContext('2d')!;
  context.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  context.fillStyle = isDark() ? 'white' : 'black';
  context.strokeStyle = isDark() ? 'black' : 'white';
  for (let i = 0; i < points.length; i += 2) {
    const left = ((points[i]! - x[0]) / (x[1] - x[0])) * canvas.width;
    const top = ((y[1] - points[i + 1]!) / (y[1] - y[0])) * canvas.height;
    context.beginPath();
    context.arc(left, top, 2, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
