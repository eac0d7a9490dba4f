// All output channels of a window layer side by side, in one scale; pressing one chooses it. Knows no engine.
import type { WindowPicture } from '../../engine/protocol';
import { element, isDark, setAttribute, setText } from '../dom';
import { drawHeatMap, scaleOf } from '../draw/heat-map';

/** A map in CSS pixels, about. */
const side = 56;

export class Channels {
  readonly root: HTMLElement;
  private readonly words = element('h3');
  private readonly list = element('div', { class: 'channels' });
  private buttons: { root: HTMLButtonElement; canvas: HTMLCanvasElement }[] = [];

  constructor(private readonly choose: (channel: number) => void) {
    this.root = element('section', { 'aria-label': 'Output channels' }, this.words, this.list);
  }

  show({ layer, query, outputs, outChannels, ahead }: WindowPicture): void {
    this.root.hidden = outChannels < 2;
    this.list.classList.toggle('ahead', ahead.output);
    if (this.root.hidden) return;
    const [height, width] = layer.output.slice(-2);
    const left = outChannels > outputs.length ? `, the first ${outputs.length} of them drawn` : '';
    const each = layer.op === 'conv2d' ? 'one for each filter' : 'one for each input channel';
    setText(
      this.words,
      `${outChannels} maps, ${each}: ${height} × ${width} × ${outChannels}${left}`,
    );
    this.fit(outputs.length);
    const scale = scaleOf(
      outputs.flatMap(({ values }) => [...values]),
      isDark(),
    );
    outputs.forEach((map, channel) => {
      const { root, canvas } = this.buttons[channel]!;
      setAttribute(root, 'aria-pressed', String(channel === query.outChannel));
      const grain = Math.max(1, Math.floor((2 * side) / Math.max(map.width, map.height, 1)));
      const pixels = drawHeatMap(map, scale, grain);
      if (pixels.width * pixels.height === 0) return;
      canvas.width = pixels.width;
      canvas.height = pixels.height;
      canvas
        .getContext('2d')!
        .putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
    });
  }

  private fit(count: number): void {
    if (this.buttons.length === count) return;
    this.buttons = Array.from({ length: count }, (_, channel) => {
      const canvas = element('canvas', { 'aria-hidden': 'true' });
      const root = element(
        'button',
        { class: 'channel', 'aria-label': `Output channel ${channel}` },
        canvas,
        element('span', { 'aria-hidden': 'true' }, String(channel)),
      );
      root.addEventListener('click', () => this.choose(channel));
      return { root, canvas };
    });
    this.list.replaceChildren(...this.buttons.map(({ root }) => root));
  }
}
