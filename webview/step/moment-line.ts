// One step as a line of moments: phases, and under them modules and iterations as bands; the cursor can be dragged. Knows no engine.
import type { Band, Timeline } from '../../engine/protocol';
import { canvasFont, element, setAttribute, themeColor } from '../dom';

const row = 18;
const mostLevels = 8;

export class MomentLine {
  readonly root = element('div', { class: 'moment-line' });
  private readonly canvas = element('canvas', { 'aria-hidden': 'true' });
  private readonly handle = element('div', {
    role: 'slider',
    tabindex: '0',
    'aria-label': 'Moment of the step',
    'aria-valuemin': '0',
    class: 'handle',
  });
  private timeline: Timeline | undefined;
  private position = 0;

  constructor(private readonly goTo: (position: number) => void) {
    this.handle.append(this.canvas);
    this.root.append(this.handle);
    this.handle.addEventListener('pointerdown', (event) => {
      this.handle.setPointerCapture(event.pointerId);
      this.pointed(event);
    });
    this.handle.addEventListener('pointermove', (event) => {
      if (event.buttons === 1) this.pointed(event);
    });
    this.handle.addEventListener('keydown', (event) => {
      const last = (this.timeline?.positions ?? 1) - 1;
      const jump = Math.max(1, Math.round(last / 20));
      const moves: Record<string, number> = {
        ArrowLeft: this.position - 1,
        ArrowRight: this.position + 1,
        ArrowDown: this.position - 1,
        ArrowUp: this.position + 1,
        PageDown: this.position - jump,
        PageUp: this.position + jump,
        Home: 0,
        End: last,
      };
      const to = moves[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.goTo(to);
    });
  }

  show(timeline: Timeline, position: number): void {
    this.timeline = timeline;
    this.position = position;
    this.draw();
  }

  private pointed(event: PointerEvent): void {
    const { timeline, canvas } = this;
    if (!timeline) return;
    const part =
      (event.clientX - canvas.getBoundingClientRect().left) / Math.max(1, canvas.clientWidth);
    this.goTo(Math.floor(part * timeline.positions));
  }

  private draw(): void {
    const { timeline, canvas, position } = this;
    const width = this.root.clientWidth;
    if (!timeline || width === 0) return;
    const { positions, phases, bands, ops, opNames } = timeline;
    const levels = Math.min(mostLevels, 1 + Math.max(-1, ...bands.map(({ level }) => level)));
    const height = (levels + 1) * row + 4;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
    const context = canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = canvasFont();
    context.textBaseline = 'middle';
    const x = (at: number): number => (at / positions) * width;
    for (const { phase, from, to } of phases) {
      const color = themeColor(phaseColors[phase], 'foreground');
      drawBand(context, x(from), x(to + 1), 0, phase, color, 0.35);
    }
    const line = themeColor('editorWidget-border', 'panel-border', 'foreground');
    for (const band of bands) {
      if (band.level >= mostLevels) continue;
      const current = band.from <= position && position <= band.to;
      const color = band.kind === 'module' ? themeColor('charts-purple', 'foreground') : line;
      drawBand(
        context,
        x(band.from),
        x(band.to + 1),
        (band.level + 1) * row,
        labelOf(band),
        color,
        current ? 0.55 : 0.22,
      );
    }
    const at = x(position) + 0.5;
    context.strokeStyle = themeColor('charts-yellow', 'foreground');
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(at, 0);
    context.lineTo(at, height);
    context.stroke();
    const phase = phases.find(({ from, to }) => from <= position && position <= to)?.phase ?? '';
    const around = bands.filter(({ from, to }) => from <= position && position <= to).map(labelOf);
    const op =
      ops[position] === undefined || ops[position] < 0 ? '' : (opNames[ops[position]] ?? '');
    setAttribute(this.handle, 'aria-valuemax', String(positions - 1));
    setAttribute(this.handle, 'aria-valuenow', String(position));
    setAttribute(
      this.handle,
      'aria-valuetext',
      [`${position} of ${positions - 1}`, phase, ...around, op].filter(Boolean).join(', '),
    );
    setAttribute(this.handle, 'title', [phase, ...around, op].filter(Boolean).join(' › '));
  }
}

const phaseColors = {
  forward: 'charts-green',
  backward: 'charts-orange',
  update: 'charts-blue',
} as const;

const labelOf = ({ label }: Band): string => label;

function drawBand(
  context: CanvasRenderingContext2D,
  from: number,
  to: number,
  top: number,
  label: string,
  color: string,
  alpha: number,
): void {
  const wide = to - from;
  context.globalAlpha = alpha;
  context.fillStyle = color;
  context.fillRect(from, top + 1, Math.max(0.5, wide - 1), row - 2);
  context.globalAlpha = 1;
  if (wide < 16) return;
  context.save();
  context.beginPath();
  context.rect(from, top, wide - 3, row);
  context.clip();
  context.fillStyle = themeColor('foreground');
  context.textAlign = 'left';
  // A label stays in sight while its band begins left of the picture.
  context.fillText(label, from + 4, top + row / 2 + 0.5);
  context.restore();
}
