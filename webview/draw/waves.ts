// Some columns of a table as curves over its rows, such as features of positions. Knows no view.
import type { HeatMap } from '../../engine/protocol';
import { canvasFont, setAttribute, themeColor } from '../dom';
import { short } from '../text';

const colors = ['charts-blue', 'charts-orange', 'charts-green', 'charts-purple'] as const;
const dashes = [[], [6, 3], [2, 3], [8, 3, 2, 3]];
const [left, right, top, foot] = [34, 64, 8, 18];

/** Sines stand in even columns, each pair slower than the one before. */
const drawnColumns = [0, 2, 4, 8];

export function drawWaves(canvas: HTMLCanvasElement, { width, height, values }: HeatMap): void {
  const columns = drawnColumns.filter((column) => column < width);
  setAttribute(
    canvas,
    'aria-label',
    `Features ${columns.join(', ')} over ${height} positions, as curves`,
  );
  const { clientWidth, clientHeight } = canvas;
  if (clientWidth === 0 || height < 2) return;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(clientWidth * ratio);
  canvas.height = Math.round(clientHeight * ratio);
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = canvasFont();
  const drawn = columns.map((column) =>
    Array.from({ length: height }, (_, row) => values[row * width + column]!),
  );
  const high = Math.max(1e-9, ...drawn.flat().map(Math.abs));
  const x = (row: number): number => left + (row / (height - 1)) * (clientWidth - left - right);
  const y = (value: number): number => top + (0.5 - value / high / 2) * (clientHeight - top - foot);
  context.strokeStyle = themeColor('editorWidget-border', 'panel-border', 'foreground');
  context.fillStyle = themeColor('descriptionForeground', 'foreground');
  context.lineWidth = 0.5;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const value of [-high, 0, high]) {
    context.beginPath();
    context.moveTo(left, y(value));
    context.lineTo(clientWidth - right, y(value));
    context.stroke();
    context.fillText(short(value), left - 5, y(value));
  }
  context.textAlign = 'center';
  context.fillText('0', x(0), clientHeight - foot / 2);
  context.fillText(`position ${height - 1}`, x(height - 1), clientHeight - foot / 2);
  drawn.forEach((curve, i) => {
    context.strokeStyle = themeColor(colors[i]!, 'foreground');
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 1.75;
    context.setLineDash(dashes[i]!);
    context.beginPath();
    curve.forEach((value, row) => {
      if (row === 0) context.moveTo(x(row), y(value));
      else context.lineTo(x(row), y(value));
    });
    context.stroke();
    context.setLineDash([]);
  });
  // Names stand at the ends of the curves, apart from each other.
  context.textAlign = 'left';
  const ends = drawn.map((curve, i) => ({ i, at: y(curve.at(-1)!) })).sort((a, b) => a.at - b.at);
  let free = 0;
  for (const { i, at } of ends) {
    const place = Math.max(at, free);
    free = place + 13;
    context.fillStyle = themeColor(colors[i]!, 'foreground');
    context.fillText(`feature ${columns[i]!}`, clientWidth - right + 5, place);
  }
}
