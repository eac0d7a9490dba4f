// A tensor in small: a canvas with its words, or a word instead of it. Knows no layer.
import type { Picture } from '../../engine/protocol';
import { element, isDark, setAttribute, setText } from '../dom';
import { drawHeatMap, scaleOf } from '../draw/heat-map';
import { short } from '../text';

const side = 48;

export class Thumbnail {
  readonly root: HTMLElement;
  private readonly canvas = element('canvas', { role: 'img', 'aria-label': 'not drawn yet' });
  private readonly word = element('span', { class: 'word' });

  constructor(private readonly what: string) {
    this.root = element('span', { class: `thumbnail ${what}` }, this.canvas, this.word);
  }

  show(picture: Picture | null, otherwise: string): void {
    this.canvas.hidden = picture === null;
    setText(this.word, picture ? '' : otherwise);
    if (picture === null) return;
    const { heatMap, summary } = picture;
    const { norm, nan, infinite } = summary;
    const odd = nan + infinite > 0 ? `, ${nan + infinite} not finite` : '';
    setAttribute(this.canvas, 'aria-label', `${this.what}: norm ${short(norm)}${odd}`);
    const scale = scaleOf(heatMap.values, isDark());
    const cell = Math.max(1, Math.floor((2 * side) / Math.max(heatMap.width, heatMap.height, 1)));
    const pixels = drawHeatMap(heatMap, scale, cell);
    this.canvas.width = Math.max(1, pixels.width);
    this.canvas.height = Math.max(1, pixels.height);
    if (pixels.width * pixels.height === 0) return;
    this.canvas
      .getContext('2d')!
      .putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  }
}
