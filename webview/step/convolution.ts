// Convolution and pooling: the window slides over the input, its sum is written out, sizes follow the formula, gradients go back.
import type { Explanation, WindowLayer, WindowPicture, WindowQuery } from '../../engine/protocol';
import { button, choice, numberSlider } from '../controls';
import { element, setText } from '../dom';
import { Matrix } from '../draw/matrix';
import { isSeen } from '../seen';
import { aheadText, iterationText, short } from '../text';
import { Channels } from './channels';
import { emptyNote } from './empty';
import { explanation } from './explanation';
import { SizeFormula } from './size-formula';
import type { StepContext, StepView } from './view';
import { windowFacts } from './window-facts';
import { inputMarks, outputAt } from './window-marks';

export const convolution: StepView = {
  id: 'convolution',
  title: 'Convolution',
  mount: (place, context) => new Convolution(place, context),
};

/** How long the window rests at each place while it plays. */
const pace = 450;

class Convolution {
  private readonly none = emptyNote(
    'No convolution and no pooling ran in this step.',
    'A layer such as nn.Conv2d or nn.MaxPool2d in the model makes one appear here.',
  );
  private readonly body = element('div', { class: 'scroll convolution' });
  private readonly layer = choice('Layer', (value) =>
    this.set({ row: Number(value), outChannel: 0, inChannel: 0 }),
  );
  private readonly about = element('p', { class: 'facts' });
  private readonly image;
  private readonly inChannel;
  private readonly outChannel;
  private readonly input = new Matrix((row, column) => this.overInput(row, column));
  private readonly filter = new Matrix();
  private readonly output = new Matrix((row, column) => this.goTo(row, column));
  private readonly inputGradient = new Matrix(
    (row, column) => void this.explainGradient('input', row, column),
  );
  private readonly filterGradient = new Matrix(
    (row, column) => void this.explainGradient('filter', row, column),
  );
  private readonly outputGradient = new Matrix();
  private readonly backward = element('div', { class: 'planes' });
  private readonly words = element('div', { class: 'explanation', role: 'status' });
  private readonly formula = new SizeFormula(({ padding, stride, dilation }) => {
    const { row, image, outChannel } = this.query;
    const query = { row, image, outChannel, padding, stride, dilation };
    return this.context.host.request.windowTrial(query);
  });
  private readonly channels = new Channels((outChannel) => this.set({ outChannel }));
  private readonly play = button('Slide', 'play', () => this.toggle());
  private layers: WindowLayer[] = [];
  private generation = -1;
  private query: Omit<WindowQuery, 'position'> = { row: -1, image: 0, inChannel: 0, outChannel: 0 };
  private shown: WindowPicture | undefined;
  private at: [number, number] = [0, 0];
  private timer = 0;

  constructor(
    place: HTMLElement,
    private readonly context: StepContext,
  ) {
    const slider = (label: string, key: 'image' | 'inChannel' | 'outChannel') =>
      numberSlider(label, { value: 0, min: 0, max: 0, step: 1 }, (value) =>
        this.set({ [key]: value }),
      );
    this.image = slider('Image', 'image');
    this.inChannel = slider('Input channel', 'inChannel');
    this.outChannel = slider('Output channel', 'outChannel');
    const sign = (text: string): HTMLElement =>
      element('span', { class: 'sign', 'aria-hidden': 'true' }, text);
    this.backward.append(
      this.outputGradient.root,
      this.filterGradient.root,
      this.inputGradient.root,
    );
    this.body.append(
      this.about,
      this.formula.root,
      element(
        'div',
        { class: 'planes' },
        this.input.root,
        sign('∗'),
        this.filter.root,
        sign('='),
        this.output.root,
      ),
      element('div', { class: 'tools' }, this.play),
      this.words,
      this.channels.root,
      this.backward,
    );
    new ResizeObserver(() => this.drawPlanes()).observe(this.body);
    place.append(
      element(
        'div',
        { class: 'tools' },
        this.layer.root,
        this.outChannel.root,
        this.inChannel.root,
        this.image.root,
      ),
      this.none,
      this.body,
    );
  }

  async update(): Promise<void> {
    const { context } = this;
    if (this.generation !== context.standing.generation) {
      this.layers = await context.host.request.windowLayers();
      this.generation = context.standing.generation;
    }
    this.none.hidden = this.layers.length > 0;
    this.body.hidden = this.layers.length === 0;
    if (this.layers.length === 0) return;
    const options = this.layers.map(({ row, module, op, iteration }) => ({
      value: String(row),
      label: [module || op, module ? op : '', iterationText(iteration)].filter(Boolean).join(' · '),
    }));
    const row = Number(
      this.layer.fill(options, context.chosen('window') ?? String(this.query.row)),
    );
    if (row !== this.query.row) this.query = { row, image: 0, inChannel: 0, outChannel: 0 };
    const { position } = context.standing;
    // Where only the moment has changed, both are asked for at once.
    const [picture, found] = await Promise.all([
      context.host.request.windowPicture({ ...this.query, position }),
      this.isShown() ? this.askCell() : undefined,
    ]);
    this.shown = picture;
    this.draw();
    if (found) this.words.replaceChildren(...explanation(found, context));
    else await this.explain();
  }

  /** Whether the picture that is there is of what is asked for, at whatever moment. */
  private isShown(): boolean {
    const { shown, query } = this;
    const keys = ['row', 'image', 'inChannel', 'outChannel'] as const;
    return shown !== undefined && keys.every((key) => shown.query[key] === query[key]);
  }

  private set(change: Partial<WindowQuery>): void {
    this.query = { ...this.query, ...change };
    if (change.row !== undefined) this.context.choose('window', String(change.row));
    this.context.redraw();
  }

  private draw(): void {
    const { shown } = this;
    if (!shown) return;
    const { layer, query, images, inChannels, outChannels, filter, gradients } = shown;
    this.image.set(query.image, images - 1);
    this.inChannel.set(query.inChannel, inChannels - 1);
    this.outChannel.set(query.outChannel, outChannels - 1);
    const [, , height, width] = layer.output as [number, number, number, number];
    this.at = [Math.min(this.at[0], height - 1), Math.min(this.at[1], width - 1)];
    const { ahead } = shown;
    setText(this.about, windowFacts(shown) + (ahead.output ? `. ${aheadText}` : ''));
    this.formula.show(layer);
    this.drawPlanes();
    this.filter.root.hidden = filter === null;
    this.filter.root.previousElementSibling!.textContent = filter ? '∗' : '→';
    (this.filter.root.nextElementSibling as HTMLElement).hidden = filter === null;
    if (filter)
      this.filter.show(filter, {
        title: `filter ${query.outChannel}, depth ${query.inChannel}${shown.bias === null ? '' : ` (bias ${short(shown.bias)})`}`,
        most: this.sides()[1],
      });
    this.channels.show(shown);
    this.backward.hidden = gradients.output === null;
    const plane = (
      matrix: Matrix,
      heatMap: typeof gradients.input,
      title: string,
      most: number,
    ): void => {
      matrix.root.hidden = heatMap === null;
      if (heatMap) matrix.show(heatMap, { title, most });
    };
    plane(this.outputGradient, gradients.output, '∂L/∂ output', 220);
    plane(this.filterGradient, gradients.filter, '∂L/∂ filter', 200);
    plane(this.inputGradient, gradients.input, '∂L/∂ input', 280);
  }

  private drawPlanes(): void {
    const { shown, at } = this;
    if (!shown) return;
    const { layer, input, output, cut, ahead } = shown;
    const { padding } = layer;
    const faint = (): boolean => true;
    const [inputSide, , outputSide] = this.sides();
    const padded = padding[0] + padding[1] > 0 ? ` and ${padding.join(' × ')} padding` : '';
    const odd = cut ? ' (averaged: too large to draw whole)' : '';
    this.input.show(input, {
      title: `input ${layer.input[2]} × ${layer.input[3]}${padded}, channel ${shown.query.inChannel}${odd}`,
      marks: inputMarks(shown, at),
      padding: cut ? [0, 0] : padding,
      most: inputSide,
      ...(ahead.input && { faint }),
    });
    this.output.show(output, {
      title: `output ${layer.output[2]} × ${layer.output[3]}, channel ${shown.query.outChannel}`,
      marks: [
        {
          row: at[0] * (output.height / layer.output[2]!),
          column: at[1] * (output.width / layer.output[3]!),
          rows: 1,
          columns: 1,
          kind: 'cell',
        },
      ],
      most: outputSide,
      ...(ahead.output && { faint }),
    });
  }

  private goTo(row: number, column: number): void {
    this.at = [row, column];
    this.drawPlanes();
    void this.explain();
  }

  /** The window whose middle is nearest to an input cell. */
  private overInput(row: number, column: number): void {
    if (this.shown) this.goTo(...outputAt(this.shown, row, column));
  }

  /** Largest sides of input, filter and output: all in one line, while that leaves something to be seen. */
  private sides(): [number, number, number] {
    const room = this.body.clientWidth - 150;
    if (room < 330) return [340, 200, 300];
    return [Math.min(340, room * 0.42), Math.min(200, room * 0.22), Math.min(300, room * 0.36)];
  }

  private toggle(): void {
    if (this.timer) {
      clearInterval(this.timer);
      this.timer = 0;
      return;
    }
    this.timer = setInterval(() => {
      const { shown } = this;
      if (!shown || !isSeen()) return;
      const [, , height, width] = shown.layer.output as [number, number, number, number];
      const next = (this.at[0] * width + this.at[1] + 1) % (height * width);
      this.goTo(Math.floor(next / width), next % width);
    }, pace);
  }

  private async explain(): Promise<void> {
    const { shown, context } = this;
    if (!shown || shown.query.row !== this.query.row) return;
    this.words.replaceChildren(...explanation(await this.askCell(), context));
  }

  /** How the output cell at the window came about. */
  private askCell(): Promise<Explanation> {
    const { context, at } = this;
    const { query, layer } = this.shown!;
    return context.host.request.explainCell({
      tensor: { row: layer.row, side: 'out', index: 0 },
      cell: [query.image, query.outChannel, ...at],
      position: context.standing.position,
    });
  }

  private async explainGradient(
    which: 'input' | 'filter',
    row: number,
    column: number,
  ): Promise<void> {
    const { shown, context } = this;
    if (!shown) return;
    const { query, layer } = shown;
    const index = which === 'input' ? 0 : 1;
    const depth =
      which === 'input' ? query.inChannel : query.inChannel % Math.max(1, shown.inChannels);
    const cell = [which === 'input' ? query.image : query.outChannel, depth, row, column];
    const tensor = { row: layer.row, side: 'in' as const, index, gradient: true };
    const { position } = context.standing;
    const found = await context.host.request
      .explainCell({ tensor, cell, position })
      .catch(() => undefined);
    if (found) this.words.replaceChildren(...explanation(found, context));
  }
}
