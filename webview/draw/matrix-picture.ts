// A heat map on a canvas: pixels, numbers where cells are large enough, padding, marks and labels. Knows no pointer and no reader.
import type { HeatMap } from '../../engine/protocol';
import { canvasFont, element, isDark, themeColor } from '../dom';
import { short } from '../text';
import { drawHeatMap, scaleOf, type Scale } from './heat-map';

/** A rectangle of cells with an outline. */
export interface Mark {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  readonly kind: 'window' | 'cell' | 'winner';
}

export interface MatrixOptions {
  /** What it shows, for the caption. */
  readonly title: string;
  /** Largest side of a cell and of the whole picture, in pixels. */
  readonly cell?: number;
  readonly most?: number;
  readonly marks?: readonly Mark[];
  /** A part of something larger: the arrow keys may leave it, and `pick` is told of a cell outside. */
  readonly part?: boolean;
  /** Empty cells around, as padding adds them. */
  readonly padding?: readonly [rows: number, columns: number];
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  readonly scale?: Scale;
  /** Cells that count for nothing, such as masked ones: each is crossed out. */
  readonly crossed?: Uint8Array;
  /** Cells that lie ahead of the cursor. */
  readonly faint?: (row: number, column: number) => boolean;
}

/** A cell large enough for a number. */
export const readable = 30;

export class MatrixPicture {
  /** Of a cell, in CSS pixels, and where the first one stands. */
  side = 1;
  left = 0;
  top = 0;
  scale: Scale | undefined;
  private shown: HeatMap = { width: 0, height: 0, values: new Float32Array() };

  constructor(private readonly canvas: HTMLCanvasElement) {}

  draw(shown: HeatMap, options: MatrixOptions): void {
    const { canvas } = this;
    this.shown = shown;
    const { cell = 40, most = 320, padding = [0, 0], rowLabels = [], columnLabels = [] } = options;
    const [rows, columns] = [shown.height + 2 * padding[0], shown.width + 2 * padding[1]];
    const side = Math.max(1, Math.min(cell, Math.floor(most / Math.max(rows, columns, 1))));
    const ratio = devicePixelRatio;
    const font = canvasFont();
    const context = canvas.getContext('2d')!;
    context.font = font;
    const widest = (labels: readonly string[]): number =>
      labels.reduce((width, label) => Math.max(width, context.measureText(label).width), 0);
    const labelled = side >= 9;
    this.left = labelled && rowLabels.length > 0 ? Math.min(90, widest(rowLabels)) + 6 : 0;
    const turned = widest(columnLabels) > side;
    const high = turned ? Math.min(70, widest(columnLabels)) + 6 : 16;
    this.top = labelled && columnLabels.length > 0 ? high : 0;
    this.side = side;
    const [width, height] = [this.left + columns * side + 1, this.top + rows * side + 1];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = font;
    const scale = options.scale ?? scaleOf(shown.values, isDark());
    this.scale = scale;
    if (padding[0] + padding[1] > 0) this.drawPadding(context, rows, columns, padding);
    this.drawCells(context, scale, padding, options.faint);
    if (options.crossed) this.drawCrossed(context, options.crossed);
    if (labelled) this.drawLabels(context, rowLabels, columnLabels, turned);
    for (const mark of options.marks ?? []) this.drawMark(context, mark, padding);
  }

  private drawPadding(
    context: CanvasRenderingContext2D,
    rows: number,
    columns: number,
    padding: readonly [number, number],
  ): void {
    const { side, left, top, shown } = this;
    context.strokeStyle = themeColor('editorWidget-border', 'panel-border', 'foreground');
    context.fillStyle = themeColor('descriptionForeground', 'foreground');
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.setLineDash([2, 2]);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        const inside =
          y >= padding[0] &&
          y < padding[0] + shown.height &&
          x >= padding[1] &&
          x < padding[1] + shown.width;
        if (inside) continue;
        context.strokeRect(left + x * side + 1.5, top + y * side + 1.5, side - 2, side - 2);
        if (side >= readable)
          context.fillText('0', left + (x + 0.5) * side, top + (y + 0.5) * side);
      }
    context.setLineDash([]);
  }

  private drawCells(
    context: CanvasRenderingContext2D,
    scale: Scale,
    padding: readonly [number, number],
    faint: MatrixOptions['faint'],
  ): void {
    const { side, shown } = this;
    if (shown.width * shown.height === 0) return;
    // Drawn once per cell and scaled without smoothing; hatches need pixels of their own.
    const grain = side >= 4 ? 4 : 1;
    const pixels = drawHeatMap(shown, scale, grain);
    const picture = element('canvas', {
      width: String(pixels.width),
      height: String(pixels.height),
    });
    picture
      .getContext('2d')!
      .putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
    context.imageSmoothingEnabled = false;
    const [x, y] = [this.left + padding[1] * side, this.top + padding[0] * side];
    context.drawImage(picture, x, y, shown.width * side, shown.height * side);
    if (faint) this.veil(context, faint, padding);
    if (side < readable) return;
    const quiet = themeColor('descriptionForeground', 'foreground');
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let i = 0; i < shown.values.length; i++) {
      const value = shown.values[i]!;
      const [row, column] = [Math.floor(i / shown.width), i % shown.width];
      const at = 4 * ((row * grain + 1) * pixels.width + column * grain + 1);
      const [r, g, b] = pixels.data.subarray(at, at + 3);
      const text = short(value);
      const broken = !Number.isFinite(value);
      const light = 0.3 * r! + 0.59 * g! + 0.11 * b! > 140;
      const [middle, center] = [x + (column + 0.5) * side, y + (row + 0.5) * side];
      if (broken) {
        context.fillStyle = 'white';
        context.fillRect(middle - side * 0.4, center - 8, side * 0.8, 16);
      }
      context.fillStyle = light || broken ? 'black' : 'white';
      if (!broken && faint?.(row, column)) context.fillStyle = quiet;
      context.fillText(text, middle, center, side - 3);
    }
  }

  /** A stroke from corner to corner, around the number of each cell that is masked. */
  private drawCrossed(context: CanvasRenderingContext2D, crossed: Uint8Array): void {
    const { side, left, top, shown } = this;
    context.strokeStyle = themeColor('descriptionForeground', 'foreground');
    context.lineWidth = 1.5;
    context.beginPath();
    crossed.forEach((out, i) => {
      if (!out) return;
      const [x, y] = [left + (i % shown.width) * side, top + Math.floor(i / shown.width) * side];
      const part = side >= readable ? side * 0.3 : side / 2;
      context.moveTo(x + 2, y + side - 2);
      context.lineTo(x + part, y + side - part);
      context.moveTo(x + side - part, y + part);
      context.lineTo(x + side - 2, y + 2);
    });
    context.stroke();
  }

  /** Cells that are still to come shine through. */
  private veil(
    context: CanvasRenderingContext2D,
    faint: NonNullable<MatrixOptions['faint']>,
    padding: readonly [number, number],
  ): void {
    const { side, left, top, shown } = this;
    context.save();
    context.globalAlpha = 0.65;
    context.fillStyle = themeColor('editor-background');
    context.beginPath();
    for (let row = 0; row < shown.height; row++)
      for (let column = 0; column < shown.width; column++)
        if (faint(row, column))
          context.rect(
            left + (column + padding[1]) * side,
            top + (row + padding[0]) * side,
            side,
            side,
          );
    context.fill();
    context.restore();
  }

  private drawLabels(
    context: CanvasRenderingContext2D,
    rowLabels: readonly string[],
    columnLabels: readonly string[],
    turned: boolean,
  ): void {
    const { side, left, top } = this;
    context.fillStyle = themeColor('foreground');
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    rowLabels.forEach((label, i) =>
      context.fillText(label, left - 5, top + (i + 0.5) * side, left - 6),
    );
    context.textAlign = turned ? 'left' : 'center';
    columnLabels.forEach((label, i) => {
      context.save();
      context.translate(left + (i + 0.5) * side, top - 4);
      if (turned) context.rotate(-Math.PI / 2);
      else context.translate(0, -4);
      context.fillText(label, 0, 0, turned ? top - 4 : side);
      context.restore();
    });
  }

  private drawMark(
    context: CanvasRenderingContext2D,
    { row, column, rows, columns, kind }: Mark,
    padding: readonly [number, number],
  ): void {
    const { side, left, top } = this;
    const [x, y] = [left + (column + padding[1]) * side, top + (row + padding[0]) * side];
    if (kind === 'winner') {
      context.fillStyle = themeColor('charts-red', 'foreground');
      context.strokeStyle = 'white';
      context.lineWidth = 1;
      context.beginPath();
      const radius = Math.max(2, Math.min(5, side / 6));
      context.arc(x + side - radius - 2, y + radius + 2, radius, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
      return;
    }
    // Two lines, so that the outline is seen on every colour.
    context.lineWidth = 4;
    context.strokeStyle = 'black';
    context.strokeRect(x + 1, y + 1, columns * side - 2, rows * side - 2);
    context.lineWidth = 2;
    context.strokeStyle = kind === 'window' ? 'white' : themeColor('charts-yellow', 'foreground');
    context.strokeRect(x + 1, y + 1, columns * side - 2, rows * side - 2);
  }
}
