// A heat map that one can read: its picture and colours, the pointer and keys, and a table for those who do not see it.
import type { HeatMap } from '../../engine/protocol';
import { element, setAttribute, setText } from '../dom';
import { precise, short } from '../text';
import { cssGradient } from './color-map';
import { MatrixPicture, readable, type MatrixOptions } from './matrix-picture';

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
  private readonly picture = new MatrixPicture(this.canvas);
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
    const cell = options.part === true && options.marks?.find(({ kind }) => kind === 'cell');
    // What was pressed in the whole is somewhere else in a part of it.
    if (cell) this.at = this.inside(cell.row, cell.column);
    this.caption.textContent = options.title;
    this.caption.hidden = options.title === '';
    this.picture.draw(heatMap, options);
    this.drawLegend();
    this.describe();
  }

  /** Which colour is which number, where cells are too small to say it themselves. */
  private drawLegend(): void {
    const { legend, shown, picture } = this;
    const { side, scale } = picture;
    legend.root.hidden = side >= readable || shown.values.length === 0 || !scale;
    if (legend.root.hidden || !scale) return;
    const { map, low, high } = scale;
    setText(legend.low, short(low));
    setText(legend.high, short(high));
    legend.ramp.style.backgroundImage = cssGradient(map);
  }

  private pointed(event: MouseEvent, tell: (row: number, column: number) => void): void {
    const { padding = [0, 0] } = this.options;
    const box = this.canvas.getBoundingClientRect();
    const { left, top, side } = this.picture;
    const column = Math.floor((event.clientX - box.left - left) / side) - padding[1];
    const row = Math.floor((event.clientY - box.top - top) / side) - padding[0];
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
    const [down, across] = move ?? [0, 0];
    const wanted: [number, number] = [this.at[0] + down, this.at[1] + across];
    this.at = this.inside(...wanted);
    if (enter) this.press(...this.at);
    else this.pick(...(this.options.part === true ? wanted : this.at));
  }

  private inside(row: number, column: number): [number, number] {
    const { height, width } = this.shown;
    return [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))];
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
    const ahead = values.reduce(
      (count, _, i) => count + Number(options.faint?.(Math.floor(i / width), i % width) ?? false),
      0,
    );
    const coming = ahead > 0 ? `; ${ahead} ahead of the cursor` : '';
    const text =
      values.length === 0
        ? `${options.title}: empty`
        : `${options.title}: ${height} by ${width}, ${range}${odd}${coming}`;
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
