// A picture to draw on with the mouse, channel by channel; any cell can be set to a number, too. Knows no model.
import type { ProbeInfo } from '../../engine/protocol';
import { button, numberSlider } from '../controls';
import { element, setAttribute } from '../dom';
import { Matrix } from '../draw/matrix';
import { planesOf, type Asker, type ProbePad } from './probe-kind';

const mostPixels = 280;

export class PicturePad implements ProbePad {
  readonly root: HTMLElement;
  private readonly pad = new Matrix((row, column) => this.choose(row, column));
  private readonly cell = element('span', { class: 'cell-name' });
  private readonly value = element('input', {
    type: 'number',
    step: 'any',
    'aria-label': 'Value of the cell',
  });
  private readonly planes;
  private channel = 0;
  private at: [number, number] = [0, 0];
  /** The value of ink: the largest that the sample has, as bright as its own strokes. */
  private readonly ink: number;
  private readonly paper: number;

  constructor(
    { shape, sample }: ProbeInfo,
    private readonly values: Float64Array,
    private readonly asker: Asker,
  ) {
    this.planes = planesOf(shape);
    const { channels, rows, columns } = this.planes;
    this.ink = sample.reduce((most, value) => Math.max(most, value), 0.5) > 1 ? 255 : 1;
    this.paper = Math.min(0, ...sample.slice(0, 1));
    const slider = numberSlider(
      'Channel',
      { value: 0, min: 0, max: channels - 1, step: 1 },
      (channel) => {
        this.channel = channel;
        this.draw();
      },
    );
    this.value.addEventListener('input', () => {
      if (!Number.isFinite(this.value.valueAsNumber)) return;
      this.values[this.index(...this.at)] = this.value.valueAsNumber;
      this.draw();
      this.ask();
    });
    const restore = button('The sample again', 'restart', () => {
      this.values.set(sample);
      this.changed();
    });
    const clear = button('Clear', 'stop', () => {
      this.values.fill(this.paper);
      this.changed();
    });
    this.root = element(
      'div',
      {},
      this.pad.root,
      element('div', { class: 'tools' }, slider.root, clear, restore),
      element('label', { class: 'tools cell-value' }, this.cell, this.value),
    );
    if (rows >= 4 && columns >= 4) this.listen();
    this.draw();
    this.choose(0, 0);
  }

  ask(): void {
    this.asker.ask(this.values);
  }

  private changed(): void {
    this.draw();
    this.choose(...this.at);
    this.ask();
  }

  private index(row: number, column: number): number {
    const { rows, columns } = this.planes;
    return (this.channel * rows + row) * columns + column;
  }

  private choose(row: number, column: number): void {
    this.at = [row, column];
    this.cell.textContent = `Cell ${row}, ${column}:`;
    this.value.value = String(Number(this.values[this.index(row, column)]!.toPrecision(4)));
  }

  private draw(): void {
    const { rows, columns } = this.planes;
    const first = this.index(0, 0);
    this.pad.show(
      {
        width: columns,
        height: rows,
        values: Float32Array.from(this.values.subarray(first, first + rows * columns)),
      },
      {
        title: rows >= 4 ? 'draw here with the mouse' : 'the input',
        most: mostPixels,
        cell: mostPixels / Math.max(rows, columns),
      },
    );
  }

  private listen(): void {
    const canvas = this.pad.root.querySelector('canvas')!;
    setAttribute(canvas, 'data-pad', '');
    const pen = (event: PointerEvent): void => {
      if (event.buttons === 0) return;
      // The second button, or Shift, takes ink away.
      this.stroke(event, canvas, event.buttons === 2 || event.shiftKey);
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.last = undefined;
      pen(event);
    });
    canvas.addEventListener('pointermove', pen);
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  private last: [number, number] | undefined;

  /** A line from where the pen was last: a fast hand leaves no gaps. */
  private stroke(event: PointerEvent, canvas: HTMLCanvasElement, erase: boolean): void {
    const { rows, columns } = this.planes;
    const box = canvas.getBoundingClientRect();
    const [x, y] = [
      ((event.clientX - box.left) / box.width) * columns,
      ((event.clientY - box.top) / box.height) * rows,
    ];
    const [fromX, fromY] = this.last ?? [x, y];
    this.last = [x, y];
    // A soft pen, as wide as a stroke of a digit of this size.
    const radius = Math.max(0.8, columns / 20);
    const [dx, dy] = [x - fromX, y - fromY];
    const length = dx * dx + dy * dy;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const [px, py] = [column + 0.5 - fromX, row + 0.5 - fromY];
        const along = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
        const distance = Math.hypot(px - along * dx, py - along * dy);
        const covered = Math.min(1, Math.max(0, radius + 0.5 - distance));
        const at = this.index(row, column);
        const before = this.values[at]!;
        if (covered === 0) continue;
        this.values[at] = erase
          ? before + covered * (this.paper - before)
          : Math.max(before, this.paper + covered * (this.ink - this.paper));
      }
    this.draw();
    this.ask();
  }
}
