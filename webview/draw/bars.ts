// Bars over time, on a linear or logarithmic scale; what is absent, pending or zero looks like none of the others. Knows no view.
import { canvasFont, themeColor } from '../dom';
import { short } from '../text';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** `none`: there is no such number, and never will be; `ahead`: it is known, but lies ahead of the cursor. */
  readonly state: 'none' | 'pending' | 'ahead' | 'arrived';
  /** Behind this one the graph is cut. */
  readonly cut: boolean;
  /** What it is compared with: an outline behind the bar. */
  readonly ghost?: number;
}

/** A height from 0 to 1 for each value, and the ticks beside them. */
export interface BarScale {
  readonly height: (value: number) => number;
  readonly ticks: readonly { value: number; at: number }[];
}

/** On a logarithmic scale zero has no height; decades are spaced evenly, at least two and at most fourteen of them. */
export function barScale(values: readonly number[], log: boolean): BarScale {
  const usable = values.filter((value) => Number.isFinite(value) && value > 0);
  const high = usable.length > 0 ? Math.max(...usable) : 1;
  if (!log) {
    const height = (value: number): number => (Number.isFinite(value) ? Math.abs(value) / high : 1);
    return { height, ticks: [0, high / 2, high].map((value) => ({ value, at: value / high })) };
  }
  const least = usable.length > 0 ? Math.min(...usable) : 0.1;
  const top = Math.ceil(Math.log10(high) - 1e-9);
  const bottom = Math.max(Math.min(Math.floor(Math.log10(least)), top - 2), top - 14);
  const at = (value: number): number => (Math.log10(value) - bottom) / (top - bottom);
  const step = Math.ceil((top - bottom) / 4);
  const ticks = [];
  for (let power = bottom; power <= top; power += step)
    ticks.push({ value: 10 ** power, at: at(10 ** power) });
  return {
    height: (value) => {
      if (!Number.isFinite(value)) return 1;
      return value <= 0 ? 0 : Math.max(0.01, Math.min(1, at(value)));
    },
    ticks,
  };
}

const axis = 52;
const foot = 18;

export function drawBars(
  canvas: HTMLCanvasElement,
  bars: readonly Bar[],
  { log }: { log: boolean },
): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || bars.length === 0) return;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = canvasFont();
  const arrived = bars.flatMap(({ state, value, ghost }) => [
    ...(state === 'arrived' || state === 'ahead' ? [value] : []),
    ...(ghost === undefined ? [] : [ghost]),
  ]);
  const scale = barScale(arrived, log);
  const room = height - foot - 6;
  const base = height - foot;
  const each = (width - axis - 4) / bars.length;
  const quiet = themeColor('descriptionForeground', 'foreground');
  const line = themeColor('editorWidget-border', 'panel-border', 'foreground');
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { value, at } of scale.ticks) {
    const y = base - at * room;
    context.fillStyle = quiet;
    context.fillText(short(value), axis - 6, y);
    context.strokeStyle = line;
    context.lineWidth = 0.5;
    context.beginPath();
    context.moveTo(axis, y);
    context.lineTo(width, y);
    context.stroke();
  }
  const every = Math.ceil(26 / each);
  bars.forEach(({ label, value, state, cut, ghost }, i) => {
    const [x, wide] = [axis + i * each, Math.max(1, each - Math.min(4, each * 0.2))];
    if (ghost !== undefined) {
      const high = Math.max(2, scale.height(ghost) * room);
      context.strokeStyle = quiet;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, base - high + 0.5, Math.max(1, wide - 1), high);
    }
    if (state === 'arrived' || state === 'ahead') {
      const high = scale.height(value) * room;
      context.fillStyle = Number.isFinite(value)
        ? themeColor('charts-blue', 'foreground')
        : themeColor('errorForeground', 'foreground');
      context.globalAlpha = state === 'ahead' ? 0.35 : 1;
      // Zero is a line at the foot, so that it is not taken for an absence.
      context.fillRect(x, base - Math.max(high, 2), wide, Math.max(high, 2));
      context.globalAlpha = 1;
    } else if (state === 'none') hatch(context, x, base - room, wide, room, line);
    else {
      context.strokeStyle = line;
      context.setLineDash([2, 3]);
      context.strokeRect(x + 0.5, base - room / 3, wide - 1, room / 3);
      context.setLineDash([]);
    }
    if (cut) drawCut(context, x + each - (each - wide) / 2, base, room);
    if (i % every === 0) {
      context.fillStyle = quiet;
      context.textAlign = 'center';
      context.fillText(label.replace('t = ', ''), x + wide / 2, height - foot / 2 + 1);
    }
  });
}

/** No path: stripes over the whole height. */
function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += 6) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.stroke();
  context.restore();
}

/** The value goes on to the right; the gradient from the right stops here. */
function drawCut(context: CanvasRenderingContext2D, x: number, base: number, room: number): void {
  context.strokeStyle = themeColor('charts-red', 'errorForeground', 'foreground');
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 2;
  context.setLineDash([5, 3]);
  context.beginPath();
  context.moveTo(x, base);
  context.lineTo(x, base - room);
  context.stroke();
  context.setLineDash([]);
  context.textAlign = 'center';
  context.fillText('✂', x, base - room + 7);
}
