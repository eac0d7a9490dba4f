// One small chart for each logged name: what runs strong, its other branches in their colours, earlier runs faint behind.
import uPlot from 'uplot';
import type { BranchRecord, Curve, RunRecord } from '../../engine/protocol';
import { checkbox, slider } from '../controls';
import { element, setAttribute, setText, themeColor } from '../dom';
import { fromFork, linesOf, livedCurve } from '../draw/branch-lines';
import { brokenSteps, columns, smooth } from '../draw/curve';
import { lineColor, lineColors } from '../draw/line-color';
import type { Settings } from '../host';
import { curveNames } from '../store';
import { branchText, curveText, grouped, precise, short } from '../text';
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
    const legend = element('ul', { class: 'legend-list', 'aria-label': 'Branches' });
    place.append(legend, grid, hint, element('div', { class: 'tools' }, logScale, smoother));
    const sizes = new ResizeObserver(() => {
      for (const chart of charts.values()) chart.resize();
    });

    function draw(): void {
      const runs = store.comparable();
      const names = curveNames(runs);
      hint.hidden = names.length > 0;
      showBranches(legend, store.latest);
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
const nothing: Curve = { steps: new Float64Array(), values: new Float64Array() };

/** How a line is drawn; later ones lie over earlier ones. */
const looks = ['faint', 'beside', 'strong'] as const;

interface Line {
  readonly branch: number;
  readonly begins: number;
  readonly name: string;
  readonly look: (typeof looks)[number];
  /** Its own points. */
  readonly curve: Curve;
  /** Those and what came before the fork. */
  readonly lived: Curve;
}

function lineOf(run: RunRecord, line: BranchRecord, latest: boolean, name: string): Line {
  const { branch, begins, curves: all } = line;
  const look = !latest ? 'faint' : branch === run.branch ? 'strong' : 'beside';
  const lived = livedCurve(run, name, branch) ?? nothing;
  return { branch, begins, name: branchText(line), look, curve: all[name] ?? nothing, lived };
}

/** The names and colours of a run's trunk and branches; nothing while there is the trunk alone. */
function showBranches(list: HTMLElement, run: RunRecord | undefined): void {
  list.hidden = !run || run.branches.length === 0;
  if (!run || list.hidden) return;
  const names = linesOf(run).map((line) => ({
    color: lineColors[line.branch % lineColors.length]!,
    text: branchText(line),
    runs: line.branch === run.branch,
  }));
  const key = JSON.stringify(names);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...names.map(({ color, text, runs }) => {
      const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
      swatch.style.borderTopColor = `var(--vscode-${color}, currentColor)`;
      return element('li', {}, swatch, runs ? element('b', {}, `${text}, current`) : text);
    }),
  );
}

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
  private lines: Line[] = [];
  /** What runs, from the first step on. */
  private latest: Curve = nothing;

  constructor(private readonly name: string) {
    const caption = element('figcaption', {}, element('span', { class: 'name' }, name), this.value);
    this.root = element('figure', { class: 'chart' }, caption, this.canvas);
  }

  show(runs: readonly RunRecord[], { logScale, smoothing }: Settings): void {
    const latest = runs.at(-1);
    this.lines = runs
      .flatMap((run) => linesOf(run).map((line) => lineOf(run, line, run === latest, this.name)))
      .filter(({ curve }) => curve.steps.length > 0)
      .sort((a, b) => looks.indexOf(a.look) - looks.indexOf(b.look));
    this.latest = (latest && livedCurve(latest, this.name)) ?? nothing;
    // What is smoothed is what was lived: a branch begins where its trunk's smooth curve is.
    const drawn = this.lines.map(({ lived, begins }) => {
      const smoothed = { steps: lived.steps, values: smooth(lived.values, smoothing) };
      return fromFork(smoothed, begins);
    });
    const data = columns(drawn, logScale) as uPlot.AlignedData;
    const key = JSON.stringify([this.lines.map(({ look, branch }) => [look, branch]), logScale]);
    if (this.plot === undefined || this.made !== key) {
      this.plot?.destroy();
      this.made = key;
      this.plot = this.create(logScale, data);
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

  private create(log: boolean, data: uPlot.AlignedData): uPlot {
    const faint = (): string => themeColor('descriptionForeground', 'foreground');
    const series = this.lines.map(({ look, branch }): uPlot.Series => {
      // A line needs two ends; what was logged once is a dot.
      const points = { size: 7, show: (plot: uPlot, at: number) => drawnValues(plot, at) < 3 };
      return {
        stroke: look === 'faint' ? faint : () => lineColor(branch),
        width: look === 'strong' ? 2 : 1,
        alpha: { faint: 0.35, beside: 0.8, strong: 1 }[look],
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
    const beside = this.lines
      .filter(({ look }) => look === 'beside')
      .map((line) => curveText(line.name, line.curve.steps, line.curve.values));
    const text = [curveText(this.name, steps, values), ...beside].join('. ');
    setAttribute(plot.ctx.canvas, 'aria-label', text);
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
