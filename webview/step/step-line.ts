// Training steps as a line with the loss behind it; pressing one asks for it. Knows no moment.
import type { Curve, RunRecord } from '../../engine/protocol';
import { canvasFont, element, setAttribute, themeColor } from '../dom';
import { grouped, short } from '../text';

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
      if (event.key === 'Enter') this.open(this.pointed ?? this.step);
      else if (move !== undefined) this.pointed = this.inside((this.pointed ?? this.step) + move);
      else return;
      event.preventDefault();
      this.draw();
    });
  }

  show(run: RunRecord | undefined, held: number | undefined): void {
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
    const [name, curve] = lossOf(run);
    if (curve) drawCurve(context, curve, x);
    const line = (step: number, color: string, text: string): void => {
      context.strokeStyle = color;
      context.fillStyle = color;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x(step), 0);
      context.lineTo(x(step), height);
      context.stroke();
      const right = x(step) > width - 140;
      context.textAlign = right ? 'right' : 'left';
      context.fillText(text, x(step) + (right ? -6 : 6), 12);
    };
    const valueAt = (step: number): string => {
      const at = curve ? [...curve.steps].findLastIndex((each) => each <= step) : -1;
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
    setAttribute(this.handle, 'aria-valuemax', String(this.total));
    setAttribute(this.handle, 'aria-valuenow', String(now));
    setAttribute(
      this.handle,
      'aria-valuetext',
      `step ${now} of ${this.total}${valueAt(now)}; Enter looks into it`,
    );
  }
}

/** What was logged as loss, or else first. */
function lossOf({ curves }: RunRecord): [string, Curve | undefined] {
  const names = Object.keys(curves);
  const name = names.find((each) => /loss/i.test(each)) ?? names[0] ?? '';
  return [name, curves[name]];
}

function drawCurve(
  context: CanvasRenderingContext2D,
  { steps, values }: Curve,
  x: (step: number) => number,
): void {
  const finite = [...values].filter(Number.isFinite);
  if (finite.length === 0) return;
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  const y = (value: number): number => 18 + (1 - (value - low) / (high - low || 1)) * (height - 22);
  context.strokeStyle = themeColor('charts-blue', 'foreground');
  context.lineWidth = 1.5;
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
