// How the elements of a tensor are spread, as bars with their range below. Knows no view.
import type { TensorSlice } from '../../engine/protocol';
import { element, setAttribute, setText, themeColor } from '../dom';
import { grouped, short } from '../text';

const [width, height] = [320, 56];

export class Histogram {
  private readonly canvas = element('canvas', {
    class: 'histogram',
    role: 'img',
    'aria-label': 'not drawn yet',
  });
  private readonly low = element('span');
  private readonly middle = element('span');
  private readonly high = element('span');
  readonly root = element(
    'div',
    { class: 'spread' },
    this.canvas,
    element('div', { class: 'range', 'aria-hidden': 'true' }, this.low, this.middle, this.high),
  );

  show({ histogram, summary }: Pick<TensorSlice, 'histogram' | 'summary'>): void {
    const { min, max, count, nan, infinite } = summary;
    this.root.hidden = count - nan - infinite === 0;
    if (this.root.hidden) return;
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const context = this.canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const most = Math.max(1, ...histogram);
    const each = width / histogram.length;
    context.fillStyle = themeColor('charts-blue', 'foreground');
    histogram.forEach((bin, i) => {
      const high = (bin / most) * height;
      context.fillRect(i * each, height - high, each - 1, high);
    });
    setText(this.low, short(min));
    setText(this.middle, `${grouped(count - nan - infinite)} elements`);
    setText(this.high, short(max));
    const top = histogram.indexOf(most);
    const step = (max - min) / histogram.length;
    setAttribute(
      this.canvas,
      'aria-label',
      `Histogram from ${short(min)} to ${short(max)}, most elements near ${short(min + (top + 0.5) * step)}`,
    );
  }
}
