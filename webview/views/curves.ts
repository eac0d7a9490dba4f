// One small chart for each logged name: the latest run strong, earlier runs faint behind it.
import uPlot from 'uplot';
import type { Curve, RunRecord } from '../../engine/protocol';
import { checkbox, slider } from '../controls';
import { element, setAttribute, setText, themeColor } from '../dom';
import { brokenSteps, columns, smooth } from '../draw/curve';
import type { Settings } from '../host';
import { curveNames } from '../store';
import { curveText, grouped, precise, short } from '../text';
import type { View } from './view';

export const curves: View = {
  title: 'Curves',
  mount(place, host, store) {
    const { settings } = host;
    const charts = new Map<string, Chart>();
    const grid = element('div', { class: 'charts' });
    const changed = (): void => {
      host.saveSettings();
      draw();
    };
    const logScale = checkbox('Log scale', settings.logScale, (on) => {
      settings.logScale = on;
      changed();
    });
    const smoothing = { value: settings.smoothing, max: 0.95, step: 0.05 };
    const smoother = slider('Smoothing', smoothing, (value) => {
      settings.smoothing = value;
      changed();
    });
    const hint = element('p', { class: 'hint' }, 'Waiting for the first log({ … }) of this run.');
    place.append(grid, hint, element('div', { class: 'tools' }, logScale, smoother));
    const sizes = new ResizeObserver(() => {
      for (const chart of charts.values()) chart.resize();
    });

    function draw(): void {
      const runs = store.comparable();
      const names = curveNames(runs);
      hint.hidden = names.length > 0;
      for (const [name, chart] of charts) {
        if (names.includes(name)) continue;
        sizes.unobserve(chart.root);
        chart.remove();
        charts.delete(name);
      }
      for (const name of names) {
        let chart = charts.get(name);
        if (chart === undefined) {
          chart = new Chart(name);
          charts.set(name, chart);
          grid.append(chart.root);
          sizes.observe(chart.root);
        }
        chart.show(runs, settings);
      }
    }
    return {
      update: draw,
      restyle: () => {
        for (const chart of charts.values()) chart.restyle();
      },
    };
  },
};

const height = 132;

// The library names its scales by a const enum, which isolated modules cannot read.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const logarithmic: uPlot.Scale = { distr: 3 };

class Chart {
  readonly root: HTMLElement;
  private readonly value = element('span', { class: 'value' });
  private readonly canvas = element('div', { class: 'plot' });
  private plot: uPlot | undefined;
  /** What the plot was made for; another number of runs or another scale needs a new one. */
  private made = '';
  private latest: Curve = { steps: new Float64Array(), values: new Float64Array() };

  constructor(private readonly name: string) {
    const caption = element('figcaption', {}, element('span', { class: 'name' }, name), this.value);
    this.root = element('figure', { class: 'chart' }, caption, this.canvas);
  }

  show(runs: readonly RunRecord[], { logScale, smoothing }: Settings): void {
    const withCurve = runs.filter(({ curves: all }) => this.name in all);
    const drawn = withCurve.map(({ curves: all }) => {
      const { steps, values } = all[this.name]!;
      return { steps, values: smooth(values, smoothing) };
    });
    this.latest = runs.at(-1)?.curves[this.name] ?? {
      steps: new Float64Array(),
      values: new Float64Array(),
    };
    const current = withCurve.at(-1) === runs.at(-1);
    const data = columns(drawn, logScale) as uPlot.AlignedData;
    const key = JSON.stringify([drawn.length, logScale, current]);
    if (this.plot === undefined || this.made !== key) {
      this.plot?.destroy();
      this.made = key;
      this.plot = this.create(drawn.length, current, logScale, data);
    } else this.plot.setData(data);
    this.describe();
  }

  resize(): void {
    const { plot, canvas } = this;
    const width = canvas.clientWidth;
    if (plot && width > 0 && width !== plot.width) plot.setSize({ width, height });
  }

  restyle(): void {
    this.plot?.redraw(false, true);
  }

  remove(): void {
    this.plot?.destroy();
    this.root.remove();
  }

  private create(count: number, current: boolean, log: boolean, data: uPlot.AlignedData): uPlot {
    const strong = (): string => themeColor('charts-blue', 'charts-foreground');
    const faint = (): string => themeColor('descriptionForeground', 'foreground');
    const series = Array.from({ length: count }, (_, i): uPlot.Series => {
      const latest = current && i === count - 1;
      // A line needs two ends; what was logged once is a dot.
      const points = { size: 7, show: (plot: uPlot, at: number) => drawnValues(plot, at) < 3 };
      return {
        stroke: latest ? strong : faint,
        width: latest ? 2 : 1,
        alpha: latest ? 1 : 0.35,
        points,
      };
    });
    const axis: uPlot.Axis = {
      stroke: faint,
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      grid: {
        stroke: () => themeColor('editorWidget-border', 'panel-border', 'foreground'),
        width: 0.5,
      },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: Math.max(160, this.canvas.clientWidth),
        height,
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false },
          points: { size: 6 },
          sync: { key: 'step' },
        },
        scales: { x: { time: false }, y: log ? logarithmic : {} },
        axes: [
          { ...axis, size: 22, gap: 4, space: 60, incrs: wholeSteps },
          { ...axis, size: 46, gap: 4, space: 32, values: (_, ticks) => ticks.map(tickText) },
        ],
        series: [{}, ...series],
        hooks: {
          setCursor: [() => this.describe()],
          draw: [(drawnPlot) => this.drawBroken(drawnPlot)],
        },
      },
      data,
      this.canvas,
    );
    setAttribute(plot.ctx.canvas, 'role', 'img');
    return plot;
  }

  /** The value under the pointer, or else the latest. */
  private describe(): void {
    const { plot, latest } = this;
    if (plot === undefined) return;
    const { steps, values } = latest;
    const left = plot.cursor.left ?? -1;
    const under = left >= 0 ? nearest(steps, plot.posToVal(left, 'x')) : steps.length - 1;
    const value = values[under];
    const where = left >= 0 && value !== undefined ? ` at ${grouped(steps[under] ?? 0)}` : '';
    setText(this.value, value === undefined ? '–' : precise(value) + where);
    setAttribute(plot.ctx.canvas, 'aria-label', curveText(this.name, steps, values));
  }

  /** Marks the steps at which the latest run was not finite, where a curve cannot be. */
  private drawBroken(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const broken = brokenSteps(this.latest);
    if (broken.length === 0) return;
    ctx.save();
    ctx.strokeStyle = themeColor('errorForeground', 'foreground');
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    for (const step of broken.slice(0, bbox.width)) {
      const x = plot.valToPos(step, 'x', true);
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** There is no half step. */
const wholeSteps = Array.from({ length: 10 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

const drawnValues = ({ data }: uPlot, at: number): number =>
  Array.from(data[at] ?? []).filter((value) => value != null).length;

const tickText = (value: number | null): string => (value === null ? '' : short(value));

/** Index of the entry nearest to `wanted` in an ascending list. */
function nearest(steps: Float64Array, wanted: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  const before = steps[low - 1];
  return before !== undefined && wanted - before < steps[low]! - wanted ? low - 1 : low;
}
