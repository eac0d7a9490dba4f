// A heat map that one can read: pixels, numbers where cells are large enough, marks, labels, keys, and a table for those who do not see it.
import type { HeatMap } from '../../engine/protocol';
import { canvasFont, element, isDark, setAttribute, setText, themeColor } from '../dom';
import { precise, short } from '../text';
import { cssGradient } from './color-map';
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
  /** Empty cells around, as padding adds them. */
  readonly padding?: readonly [rows: number, columns: number];
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  readonly scale?: Scale;
  /** Cells that count for nothing, such as masked ones: each is crossed out. */
  readonly crossed?: Uint8Array;
}

/** A cell large enough for a number. */
const readable = 30;
const mostInTable = 900;

/** The colours of a picture from its least to its greatest number. */
class Legend {
  readonly low = element('span');
  readonly ramp = element('span', { class: 'ramp' });
  readonly high = element('span');
  readonly root = element(
    'div',
    { class: 'legend', 'aria-hidden': 'true' },
    this.low,
    this.ramp,
    this.high,
  );
}

export class Matrix {
  readonly root: HTMLElement;
  private readonly caption = element('figcaption');
  private readonly canvas = element('canvas', {
    role: 'img',
    'aria-label': 'not drawn yet',
    tabindex: '0',
  });
  private readonly legend = new Legend();
  private readonly table = element('table', { class: 'hidden-text' });
  private shown: HeatMap = { width: 0, height: 0, values: new Float32Array() };
  private options: MatrixOptions = { title: '' };
  private side = 1;
  private left = 0;
  private top = 0;
  private at: [number, number] = [0, 0];
  private tableKey = '';

  /** `pick` is told of a cell under the pointer, or chosen by keys; `press` of a click or Enter. */
  constructor(
    private readonly pick: (row: number, column: number) => void = () => undefined,
    private readonly press: (row: number, column: number) => void = () => undefined,
  ) {
    const { caption, canvas, legend, table } = this;
    this.root = element('figure', { class: 'matrix' }, caption, canvas, legend.root, table);
    this.canvas.addEventListener('pointermove', (event) => this.pointed(event, this.pick));
    this.canvas.addEventListener('click', (event) => this.pointed(event, this.press));
    this.canvas.addEventListener('keydown', (event) => this.key(event));
  }

  show(heatMap: HeatMap, options: MatrixOptions): void {
    this.shown = heatMap;
    this.options = options;
    this.caption.textContent = options.title;
    this.caption.hidden = options.title === '';
    this.draw();
    this.describe();
  }

  private draw(): void {
    const { shown, options, canvas } = this;
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
    if (padding[0] + padding[1] > 0) this.drawPadding(context, rows, columns, padding);
    this.drawCells(context, scale, padding);
    if (options.crossed) this.drawCrossed(context, options.crossed);
    this.drawLegend(scale, side);
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
    if (side < readable) return;
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

  /** Which colour is which number, where cells are too small to say it themselves. */
  private drawLegend({ map, low, high }: Scale, side: number): void {
    const { legend, shown } = this;
    legend.root.hidden = side >= readable || shown.values.length === 0;
    if (legend.root.hidden) return;
    setText(legend.low, short(low));
    setText(legend.high, short(high));
    legend.ramp.style.backgroundImage = cssGradient(map);
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

  private pointed(event: MouseEvent, tell: (row: number, column: number) => void): void {
    const { padding = [0, 0] } = this.options;
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.left) / this.side) - padding[1];
    const row = Math.floor((event.clientY - box.top - this.top) / this.side) - padding[0];
    if (row < 0 || column < 0 || row >= this.shown.height || column >= this.shown.width) return;
    if (tell === this.pick && this.at[0] === row && this.at[1] === column) return;
    this.at = [row, column];
    tell(row, column);
  }

  private key(event: KeyboardEvent): void {
    const moves: Record<string, readonly [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    const enter = event.key === 'Enter' || event.key === ' ';
    if (!move && !enter) return;
    event.preventDefault();
    event.stopPropagation();
    const { height, width } = this.shown;
    const [down, across] = move ?? [0, 0];
    this.at = [
      Math.max(0, Math.min(height - 1, this.at[0] + down)),
      Math.max(0, Math.min(width - 1, this.at[1] + across)),
    ];
    (enter ? this.press : this.pick)(...this.at);
  }

  /** The same in words and, while it is small, as a table. */
  private describe(): void {
    const { shown, options } = this;
    const { width, height, values } = shown;
    let [low, high, broken] = [Infinity, -Infinity, 0];
    for (const value of values) {
      if (!Number.isFinite(value)) broken++;
      else [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
    const range = low <= high ? `from ${short(low)} to ${short(high)}` : 'no finite number';
    const odd = broken > 0 ? `; ${broken} not finite` : '';
    const text =
      values.length === 0
        ? `${options.title}: empty`
        : `${options.title}: ${height} by ${width}, ${range}${odd}`;
    setAttribute(this.canvas, 'aria-label', text);
    const small = values.length <= mostInTable;
    const key = small ? `${width} ${values.join()}` : '';
    if (key === this.tableKey) return;
    this.tableKey = key;
    this.table.replaceChildren(
      element('caption', {}, options.title),
      ...(small
        ? Array.from({ length: height }, (_, row) =>
            element(
              'tr',
              {},
              ...[...values.subarray(row * width, (row + 1) * width)].map((value) =>
                element('td', {}, precise(value)),
              ),
            ),
          )
        : []),
    );
  }
}
