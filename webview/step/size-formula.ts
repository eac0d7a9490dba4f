// The size formula with real numbers, and sliders that try other ones: (N − F + 2P) / S + 1. Knows no engine.
import type { HeatMap, WindowLayer } from '../../engine/protocol';
import { numberSlider } from '../controls';
import { element, setText } from '../dom';
import { Matrix } from '../draw/matrix';
import { sizeText, sizeWords, type Sizes } from './size-text';

export class SizeFormula {
  readonly root: HTMLElement;
  private readonly own = element('p', { class: 'formula' });
  private readonly words = element('p', { class: 'hint size-words' });
  private readonly trial = element('p', { class: 'formula trial', role: 'status' });
  private readonly tried = new Matrix();
  private readonly details = element('details', {}, element('summary', {}, 'Try other sizes'));
  private readonly sliders;
  private layerSizes: Sizes = { size: 1, window: 1, padding: 0, stride: 1, dilation: 1 };
  private sizes = this.layerSizes;
  private row = -1;
  private asked = 0;

  /** `tryOut` gives the numbers that the layer's own picture and filter make with other sizes. */
  constructor(private readonly tryOut: (sizes: Sizes) => Promise<HeatMap | null>) {
    const slider = (label: string, key: keyof Sizes, min: number, max: number) =>
      [
        key,
        numberSlider(label, { value: min, min, max, step: 1 }, (value) => {
          this.sizes = { ...this.sizes, [key]: value };
          this.draw();
        }),
      ] as const;
    this.sliders = new Map([
      slider('N', 'size', 1, 256),
      slider('F', 'window', 1, 15),
      slider('P', 'padding', 0, 8),
      slider('S', 'stride', 1, 8),
      slider('D', 'dilation', 1, 4),
    ]);
    const tools = element(
      'div',
      { class: 'tools' },
      ...[...this.sliders.values()].map(({ root }) => root),
    );
    this.details.append(tools, this.trial, this.tried.root);
    this.details.addEventListener('toggle', () => this.draw());
    this.root = element('div', {}, this.own, this.words, this.details);
  }

  show({ row, input, window, padding, stride, dilation, output }: WindowLayer): void {
    const side = (i: 0 | 1): Sizes => ({
      size: input[2 + i]!,
      window: window[i],
      padding: padding[i],
      stride: stride[i],
      dilation: dilation[i],
    });
    const [down, across] = [sizeText(side(0)).text, sizeText(side(1)).text];
    const name = '(N − F + 2P) / S + 1';
    setText(
      this.own,
      down === across ? `${name}: ${down}` : `${name}: height ${down}; width ${across}`,
    );
    setText(this.words, sizeWords(side(0)));
    // An odd padding in all, as 'same' may need, is not twice the padding at one side.
    if (output[2] !== sizeText(side(0)).output)
      for (const [line, text] of [
        [this.own, `output ${output.slice(2).join(' × ')}`],
        [this.words, ''],
      ] as const)
        setText(line, text);
    if (row !== this.row) {
      this.row = row;
      this.layerSizes = this.sizes = side(0);
      for (const [key, slider] of this.sliders) slider.set(this.sizes[key]);
    }
    this.draw();
  }

  private draw(): void {
    const { text, fits } = sizeText(this.sizes);
    setText(this.trial, text);
    this.trial.dataset.fits = fits;
    if (this.details.open) void this.drawTried();
  }

  /** The layer's own numbers with these sizes; there are none of another picture or filter. */
  private async drawTried(): Promise<void> {
    const { sizes, layerSizes } = this;
    const asked = ++this.asked;
    const same = sizes.size === layerSizes.size && sizes.window === layerSizes.window;
    const picture = same ? await this.tryOut(sizes) : null;
    if (asked !== this.asked) return;
    this.tried.root.hidden = picture === null;
    if (!picture) return;
    const title = `tried output, P = ${sizes.padding}, S = ${sizes.stride}`;
    this.tried.show(picture, { title, most: 300 });
  }
}
