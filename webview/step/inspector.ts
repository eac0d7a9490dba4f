// One tensor in full: which dimensions run where, zoom down to single numbers, histogram, and how each cell came about.
import type { HeatMap, TensorRef, TensorSlice } from '../../engine/protocol';
import { button, checkbox, choice, numberSlider } from '../controls';
import { element, setText } from '../dom';
import { Histogram } from '../draw/histogram';
import { Matrix } from '../draw/matrix';
import { grouped, precise, shapeText, short } from '../text';
import { explanation } from './explanation';
import type { StepContext } from './view';

interface Shown {
  tensor: TensorRef;
  name: string;
  /** Fixed where a link led to it; else the cursor's. */
  position: number | undefined;
  at: number[];
  rows: number;
  columns: number;
  top: number;
  left: number;
  height: number;
  width: number;
  cell: [number, number] | undefined;
}

const all = 1e9;
const zoomed = 12;

export class Inspector {
  readonly root = element('aside', { class: 'inspector', 'aria-label': 'Tensor', hidden: '' });
  private readonly title = element('h2');
  private readonly facts = element('p', { class: 'hint' });
  private readonly axes = element('div', { class: 'tools' });
  private readonly matrix: Matrix;
  private readonly histogram = new Histogram();
  private readonly words = element('div', { class: 'explanation', role: 'status' });
  private readonly trouble = element('p', { class: 'hint' });
  private readonly gradientBox: HTMLElement;
  private shown: Shown | undefined;
  private slice: TensorSlice | undefined;
  private axesKey = '';
  /** The slice of the step that was held before, by name, to compare with. */
  private readonly before = new Map<string, HeatMap>();
  private compared = false;
  private generation = 0;

  constructor(
    private readonly context: StepContext,
    private readonly refresh: () => void,
  ) {
    this.matrix = new Matrix(
      (row, column) => this.pick(row, column),
      (row, column) => this.zoom(row, column),
    );
    this.gradientBox = checkbox('Gradient', false, (on) => {
      if (!this.shown) return;
      const { gradient: _, ...tensor } = this.shown.tensor;
      this.shown.tensor = on ? { ...tensor, gradient: true } : tensor;
      this.refresh();
    });
    const compare = checkbox('Change since the step before', false, (on) => {
      this.compared = on;
      this.refresh();
    });
    const out = button('Whole', 'restart', () => this.whole());
    const close = button('Close', 'stop', () => this.close());
    this.root.append(
      element('header', {}, this.title, element('div', { class: 'buttons' }, out, close)),
      this.facts,
      this.axes,
      element('div', { class: 'tools' }, this.gradientBox, compare),
      this.trouble,
      this.matrix.root,
      this.words,
      this.histogram.root,
    );
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
    });
  }

  open(tensor: TensorRef, name: string, at: { position?: number; cell?: number[] } = {}): void {
    const { position, cell } = at;
    this.shown = {
      tensor,
      name,
      position,
      at: cell ?? [],
      rows: NaN,
      columns: NaN,
      top: 0,
      left: 0,
      height: all,
      width: all,
      cell: cell ? [cell.at(-2) ?? 0, cell.at(-1) ?? 0] : undefined,
    };
    this.axesKey = '';
    (this.gradientBox as HTMLElement & { checked: boolean }).checked = tensor.gradient === true;
    this.root.hidden = false;
    this.root.scrollTop = 0;
    this.refresh();
  }

  close(): void {
    this.root.hidden = true;
    this.shown = undefined;
  }

  async update(): Promise<void> {
    const { shown, context } = this;
    if (!shown) return;
    if (context.standing.generation !== this.generation) {
      // Rows are numbered anew in every step: the tensor of that number may be another one.
      this.generation = context.standing.generation;
      if (this.slice) this.before.set(this.slice.name, this.slice.cells);
    }
    const position = shown.position ?? context.standing.position;
    const { tensor, at, top, left, height, width } = shown;
    try {
      const [rows, columns] = Number.isNaN(shown.rows) ? [all, all] : [shown.rows, shown.columns];
      let slice = await context.host.request.tensorSlice({
        tensor,
        position,
        rows,
        columns,
        at,
        top,
        left,
        height,
        width,
      });
      if (Number.isNaN(shown.rows)) {
        // The last two dimensions, once it is known how many there are.
        const known = slice.summary.shape.length;
        [shown.rows, shown.columns] = [known - 2, known - 1];
        slice = await context.host.request.tensorSlice({
          tensor,
          position,
          rows: known - 2,
          columns: known - 1,
          at,
          top,
          left,
          height,
          width,
        });
      }
      this.slice = slice;
      setText(this.trouble, '');
      this.matrix.root.hidden = false;
      this.draw(slice);
      if (shown.cell) await this.explain(shown.cell);
    } catch (error) {
      this.matrix.root.hidden = true;
      this.words.replaceChildren();
      setText(this.trouble, error instanceof Error ? error.message : String(error));
    }
  }

  private draw(slice: TensorSlice): void {
    const { summary, query, cells, exact, plane } = slice;
    const gradient = query.tensor.gradient ? '∂L/∂ ' : '';
    setText(this.title, `${gradient}${this.shown?.name || slice.name}`);
    const type = `${summary.dtype} ${shapeText(summary.shape)}`;
    const parts = [
      type,
      `mean ${short(summary.mean)}`,
      `std ${short(summary.std)}`,
      `${short(summary.min)} to ${short(summary.max)}`,
      `norm ${precise(summary.norm)}`,
      ...(summary.nan > 0 ? [`${grouped(summary.nan)} NaN`] : []),
      ...(summary.infinite > 0 ? [`${grouped(summary.infinite)} infinite`] : []),
    ];
    setText(this.facts, (summary.count === 0 ? [type, 'empty'] : parts).join(' · '));
    this.drawAxes(slice);
    const old = this.compared ? this.before.get(slice.name) : undefined;
    const difference =
      old?.width === cells.width && old.height === cells.height
        ? { ...cells, values: cells.values.map((value, i) => value - old.values[i]!) }
        : undefined;
    const { top, left, height, width } = query;
    const isPart = height < plane.rows || width < plane.columns;
    const part = isPart
      ? `rows ${top}–${top + height - 1}, columns ${left}–${left + width - 1}; the arrow keys go on`
      : '';
    const averaged = exact ? '' : 'averaged; press a place to zoom in';
    const change = this.compared ? (difference ? 'change' : 'no earlier step to compare with') : '';
    const { cell } = this.shown ?? {};
    this.matrix.show(difference ?? cells, {
      title: [part, averaged, change].filter(Boolean).join(' · '),
      part: isPart && exact,
      most: 420,
      cell: 46,
      marks:
        cell && exact
          ? [{ row: cell[0] - top, column: cell[1] - left, rows: 1, columns: 1, kind: 'cell' }]
          : [],
    });
    this.histogram.show(slice);
  }

  private drawAxes({ summary, query }: TensorSlice): void {
    const key = JSON.stringify([summary.shape, query.rows, query.columns]);
    if (key === this.axesKey) return;
    this.axesKey = key;
    const dims = summary.shape.map((size, dim) => ({
      value: String(dim),
      label: `${dim} (${size})`,
    }));
    const none = { value: '-1', label: '–' };
    const change =
      (which: 'rows' | 'columns') =>
      (value: string): void => {
        if (!this.shown) return;
        Object.assign(this.shown, { top: 0, left: 0, height: all, width: all, cell: undefined });
        this.shown[which] = Number(value);
        this.refresh();
      };
    const down = choice('Down', change('rows'));
    const across = choice('Across', change('columns'));
    down.fill([none, ...dims], String(query.rows));
    across.fill([none, ...dims], String(query.columns));
    const sliders = summary.shape.flatMap((size, dim) => {
      if (dim === query.rows || dim === query.columns || size < 2) return [];
      const bounds = { value: query.at[dim] ?? 0, min: 0, max: size - 1, step: 1 };
      const made = numberSlider(`dim ${dim}`, bounds, (value) => {
        if (!this.shown) return;
        this.shown.at = this.slice?.query.at.with(dim, value) ?? [];
        this.refresh();
      });
      return [made.root];
    });
    this.axes.replaceChildren(down.root, across.root, ...sliders);
  }

  private whole(): void {
    if (!this.shown) return;
    Object.assign(this.shown, { top: 0, left: 0, height: all, width: all });
    this.refresh();
  }

  /** From averages to single elements, around the place that was pressed. */
  private zoom(row: number, column: number): void {
    const { shown, slice } = this;
    if (!shown || !slice) return;
    if (slice.exact) {
      this.pick(row, column);
      return;
    }
    const { top, left, height, width } = slice.query;
    const y = top + Math.floor(((row + 0.5) * height) / slice.cells.height);
    const x = left + Math.floor(((column + 0.5) * width) / slice.cells.width);
    Object.assign(shown, {
      top: Math.max(0, y - zoomed / 2),
      left: Math.max(0, x - zoomed / 2),
      height: zoomed,
      width: zoomed,
      cell: [y, x],
    });
    this.refresh();
  }

  private pick(row: number, column: number): void {
    const { shown, slice } = this;
    if (!shown || !slice?.exact) return;
    const { query, plane } = slice;
    const inside = (at: number, size: number): number => Math.max(0, Math.min(size - 1, at));
    const [y, x] = [
      inside(query.top + row, plane.rows),
      inside(query.left + column, plane.columns),
    ];
    shown.cell = [y, x];
    // The part that is shown follows a cell that lies beyond its edge.
    shown.top = Math.min(y, Math.max(query.top, y - query.height + 1));
    shown.left = Math.min(x, Math.max(query.left, x - query.width + 1));
    this.refresh();
  }

  private async explain([row, column]: [number, number]): Promise<void> {
    const { slice, shown, context } = this;
    if (!slice || !shown) return;
    const { rows, columns, at } = slice.query;
    const cell = at.map((index, dim) => (dim === rows ? row : dim === columns ? column : index));
    const inside = cell.every((index, dim) => index < slice.summary.shape[dim]!);
    if (!inside) return;
    const position = shown.position ?? context.standing.position;
    const found = await context.host.request.explainCell({ tensor: shown.tensor, cell, position });
    this.words.replaceChildren(...explanation(found, context));
  }
}
