// The size formula with real numbers, and sliders that try other ones: (N − F + 2P) / S + 1. Knows no engine.
import type { WindowLayer } from '../../engine/protocol';
import { numberSlider } from '../controls';
import { element, setText } from '../dom';
import { sizeText, sizeWords, type Sizes } from './size-text';

export class SizeFormula {
  readonly root: HTMLElement;
  private readonly own = element('p', { class: 'formula' });
  private readonly words = element('p', { class: 'hint size-words' });
  private readonly trial = element('p', { class: 'formula trial', role: 'status' });
  private readonly sliders;
  private sizes: Sizes = { size: 1, window: 1, padding: 0, stride: 1, dilation: 1 };
  private row = -1;

  constructor() {
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
    this.root = element(
      'div',
      {},
      this.own,
      this.words,
      element('details', {}, element('summary', {}, 'Try other sizes'), tools, this.trial),
    );
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
    if (row === this.row) return;
    this.row = row;
    this.sizes = side(0);
    for (const [key, slider] of this.sliders) slider.set(this.sizes[key]);
    this.draw();
  }

  private draw(): void {
    const { text, fits } = sizeText(this.sizes);
    setText(this.trial, text);
    this.trial.dataset.fits = fits;
  }
}
