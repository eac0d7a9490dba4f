// Training steps as a line with the loss of each branch behind it; pressing one asks for it. Knows no moment.
import type { Curve, RunRecord } from '../../engine/protocol';
import { canvasFont, element, setAttribute, themeColor } from '../dom';
import { fromFork, linesOf, livedCurve } from '../draw/branch-lines';
import { lineColor } from '../draw/line-color';
import { branchText, grouped, short } from '../text';

const height = 64;

export class StepLine {
  readonly root = element('div', { class: 'step-line' });
  private readonly canvas = element('canvas', { 'aria-hidden': 'true' });
  private readonly handle = element('div', {
    role: 'slider',
    tabindex: '0',
    'aria-label': 'Training step',
    'aria-valuemin': '1',
    class: 'handle',
  });
  private total = 1;
  private step = 1;
  private pointed: number | undefined;
  private run: RunRecord | undefined;
  private held: number | undefined;

  constructor(private readonly open: (step: number) => void) {
    this.handle.append(this.canvas);
    this.root.append(this.handle);
    this.handle.addEventListener('pointermove', (event) => {
      this.pointed = this.stepAt(event);
      this.draw();
    });
    this.handle.addEventListener('pointerleave', () => {
      this.pointed = undefined;
      this.draw();
    });
    this.handle.addEventListener('click', (event) => this.open(this.stepAt(event)));
    this.handle.addEventListener('keydown', (event) => {
      const jump = Math.max(1, Math.round(this.total / 20));
      const moves: Record<string, number> = {
        ArrowLeft: -1,
        ArrowRight: 1,
        PageDown: -jump,
        PageUp: jump,
      };
      const move = moves[event.key];
      if (event.key === 'Enter') {
        this.open(this.pointed ?? this.step);
        // Whoever looks into a step goes on from there.
        this.pointed = undefined;
      } else if (move !== undefined) this.pointed = this.inside((this.pointed ?? this.step) + move);
      else return;
      event.preventDefault();
      this.draw();
    });
  }

  show(run: RunRecord | undefined, held: number | undefined): void {
    // What was pointed at belongs to the run that it was seen in.
    if (run?.id !== this.run?.id) this.pointed = undefined;
    this.run = run;
    this.held = held;
    this.root.hidden = run === undefined;
    if (!run) return;
    this.total = Math.max(1, run.totalSteps ?? 0, run.step);
    this.step = held ?? Math.max(1, run.step);
    this.draw();
  }

  private inside(step: number): number {
    return Math.max(1, Math.min(this.total, step));
  }

  private stepAt(event: MouseEvent): number {
    const part = event.offsetX / Math.max(1, this.canvas.clientWidth);
    return this.inside(1 + Math.round(part * (this.total - 1)));
  }

  private draw(): void {
    const { canvas, run, held, pointed } = this;
    const width = this.root.clientWidth;
    if (!run || width === 0) return;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = canvasFont();
    const x = (step: number): number =>
      1 + ((step - 1) / Math.max(1, this.total - 1)) * (width - 3);
    const name = lossOf(run);
    const curve = livedCurve(run, name);
    drawCurves(context, run, name, x);
    const line = (step: number, color: string, text: string): void => {
      context.strokeStyle = color;
      context.fillStyle = color;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x(step), 0);
      context.lineTo(x(step), height);
      context.stroke();
      label(context, text, x(step), 12);
    };
    const valueAt = (step: number): string => {
      const at = curve ? curve.steps.findLastIndex((each) => each <= step) : -1;
      return at < 0 ? '' : ` · ${name} ${short(curve!.values[at]!)}`;
    };
    if (held !== undefined)
      line(
        held,
        themeColor('charts-yellow', 'foreground'),
        `step ${grouped(held)}${valueAt(held)}`,
      );
    if (pointed !== undefined && pointed !== held)
      line(pointed, themeColor('foreground'), `step ${grouped(pointed)}${valueAt(pointed)}`);
    const now = pointed ?? this.step;
    const branches = run.branches.map((line) => ` · ${branchText(line)}`).join('');
    setAttribute(this.handle, 'aria-valuemax', String(this.total));
    setAttribute(this.handle, 'aria-valuenow', String(now));
    setAttribute(
      this.handle,
      'aria-valuetext',
      `step ${now} of ${this.total}${valueAt(now)}${branches}; Enter looks into it`,
    );
  }
}

/** The name of what was logged as loss, or else first. */
function lossOf({ curves }: RunRecord): string {
  const names = Object.keys(curves);
  return names.find((each) => /loss/i.test(each)) ?? names[0] ?? '';
}

/** The curve of what runs over those of its other branches; each branch bears its name where it forks. */
function drawCurves(
  context: CanvasRenderingContext2D,
  run: RunRecord,
  name: string,
  x: (step: number) => number,
): void {
  const others = linesOf(run).filter(({ branch }) => branch !== run.branch);
  const lines = [...others, ...linesOf(run).filter(({ branch }) => branch === run.branch)];
  const drawn = lines.flatMap((line) => {
    const lived = livedCurve(run, name, line.branch);
    return lived ? [{ line, curve: fromFork(lived, line.begins) }] : [];
  });
  const range = { low: Infinity, high: -Infinity };
  for (const value of drawn.flatMap(({ curve }) => [...curve.values])) {
    if (!Number.isFinite(value)) continue;
    range.low = Math.min(range.low, value);
    range.high = Math.max(range.high, value);
  }
  const { low, high } = range;
  const y = (value: number): number => 18 + (1 - (value - low) / (high - low || 1)) * (height - 22);
  for (const { line, curve } of drawn) {
    context.strokeStyle = context.fillStyle = lineColor(line.branch);
    context.lineWidth = line.branch === run.branch ? 1.5 : 1;
    drawCurve(context, curve, x, y);
    if (line.branch === 0) continue;
    const at = x(line.begins);
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(at, 16);
    context.lineTo(at, height);
    context.stroke();
    context.setLineDash([]);
    label(context, branchText(line), at, 26 + ((11 * (line.branch - 1)) % 33));
  }
}

/** Words beside a line: to its right, or to its left where they end before the edge, and never cut off. */
function label(context: CanvasRenderingContext2D, text: string, at: number, y: number): void {
  const { width } = context.measureText(text);
  const room = context.canvas.clientWidth;
  const beside = at + 6 + width <= room ? at + 6 : at - 6 - width;
  context.textAlign = 'left';
  context.fillText(text, Math.max(0, Math.min(beside, room - width)), y);
}

function drawCurve(
  context: CanvasRenderingContext2D,
  { steps, values }: Curve,
  x: (step: number) => number,
  y: (value: number) => number,
): void {
  context.beginPath();
  let down = false;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) down = false;
    else if (down) context.lineTo(x(steps[i]!), y(value));
    else {
      context.moveTo(x(steps[i]!), y(value));
      down = true;
    }
  });
  context.stroke();
}
