// One chart with a line for each layer on a logarithmic scale, and a legend that says the numbers. Knows no run.
import uPlot from 'uplot';
import type { Curves } from '../../engine/protocol';
import { element, setAttribute, setText, themeColor } from '../dom';
import { columns } from '../draw/curve';
import { lineColor, lineColors } from '../draw/line-color';
import { short } from '../text';

const height = 150;
const mostLines = 10;

// The library names its scales by a const enum, which isolated modules cannot read.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const logarithmic: uPlot.Scale = { distr: 3 };

export class LayerChart {
  readonly root: HTMLElement;
  private readonly canvas = element('div', { class: 'plot layers' });
  private readonly legend = element('ul', { class: 'legend-list' });
  private plot: uPlot | undefined;
  private made = '';
  private names: string[] = [];
  private values: HTMLElement[] = [];

  constructor(private readonly name: string) {
    const caption = element('figcaption', {}, element('span', { class: 'name' }, name));
    this.root = element('figure', { class: 'chart' }, caption, this.canvas, this.legend);
  }

  show(curves: Curves): void {
    const names = Object.keys(curves).slice(0, mostLines);
    this.root.hidden = names.length === 0;
    if (this.root.hidden) return;
    const data = columns(
      names.map((name) => curves[name]!),
      true,
    ) as uPlot.AlignedData;
    const key = names.join('\n');
    if (this.plot === undefined || key !== this.made) {
      this.made = key;
      this.names = names;
      this.fillLegend(Object.keys(curves).length - names.length);
      this.plot?.destroy();
      this.plot = this.create(data);
    } else this.plot.setData(data);
    const texts = names.map((name) => short(curves[name]!.values.at(-1) ?? NaN));
    texts.forEach((text, i) => setText(this.values[i]!, text));
    setAttribute(
      this.plot.ctx.canvas,
      'aria-label',
      `${this.name}: ${names.map((name, i) => `${name} ${texts[i]!}`).join('; ')}`,
    );
  }

  resize(): void {
    const width = this.canvas.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) this.plot.setSize({ width, height });
  }

  restyle(): void {
    this.plot?.redraw(false, true);
    this.paintLegend();
  }

  private fillLegend(left: number): void {
    this.values = this.names.map(() => element('b'));
    this.legend.replaceChildren(
      ...this.names.map((name, i) =>
        element(
          'li',
          {},
          element('span', { class: 'swatch', 'aria-hidden': 'true' }),
          name,
          ' ',
          this.values[i]!,
        ),
      ),
      ...(left > 0 ? [element('li', {}, `${left} more layers not drawn`)] : []),
    );
    this.paintLegend();
  }

  /** The second five layers have the same colours, broken. */
  private paintLegend(): void {
    this.legend.querySelectorAll<HTMLElement>('.swatch').forEach((swatch, i) => {
      swatch.style.borderTopColor = lineColor(i);
      swatch.style.borderTopStyle = i < lineColors.length ? 'solid' : 'dashed';
    });
  }

  private create(data: uPlot.AlignedData): uPlot {
    const faint = (): string => themeColor('descriptionForeground', 'foreground');
    const axis: uPlot.Axis = {
      stroke: faint,
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      grid: {
        stroke: () => themeColor('editorWidget-border', 'panel-border', 'foreground'),
        width: 0.5,
      },
      ticks: { show: false },
    };
    const series = this.names.map((_, i): uPlot.Series => ({
      stroke: () => lineColor(i),
      width: 1.5,
      spanGaps: true,
      ...(i >= lineColors.length && { dash: [5, 4] }),
      points: { size: 5, show: (plot) => (plot.data[0]?.length ?? 0) < 3 },
    }));
    const plot = new uPlot(
      {
        width: Math.max(160, this.canvas.clientWidth),
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false }, y: logarithmic },
        axes: [
          { ...axis, size: 22, gap: 4, space: 60 },
          {
            ...axis,
            size: 50,
            gap: 4,
            values: (_, ticks) => ticks.map((value) => (value ? short(value) : '')),
          },
        ],
        series: [{}, ...series],
      },
      data,
      this.canvas,
    );
    setAttribute(plot.ctx.canvas, 'role', 'img');
    return plot;
  }
}
