// Gradients through time: a bar for each step that fills in as backward walks, gates, weights, and the loss terms behind it.
import type { LossMatrix, Series, ThroughTime } from '../../engine/protocol';
import { checkbox, choice } from '../controls';
import { element, setAttribute, setText } from '../dom';
import { Matrix } from '../draw/matrix';
import { aheadText, short } from '../text';
import { drawBars, type Bar } from '../draw/bars';
import { emptyNote } from './empty';
import { gradientWord, stepTable, weightSections } from './through-time-numbers';
import { TruncationTrial } from './truncation';
import type { StepContext, StepView } from './view';

export const throughTime: StepView = {
  id: 'through-time',
  title: 'Through time',
  mount: (place, context) => new Through(place, context),
};

class Through {
  private readonly none = emptyNote(
    'Nothing goes through time in this step.',
    'A recurrent layer (nn.RNN, nn.LSTM, nn.GRU), or a variable that a loop in the step renews, such as h = cell.forward(x, h), appears here.',
  );
  private readonly series = choice('State', (value) => {
    this.context.choose('series', value);
    this.context.redraw();
  });
  private readonly body = element('div', { class: 'scroll' });
  private readonly gradients = element('canvas', {
    class: 'bars',
    role: 'img',
    'aria-label': 'not drawn yet',
    tabindex: '0',
  });
  private readonly values = element('canvas', {
    class: 'bars',
    role: 'img',
    'aria-label': 'not drawn yet',
  });
  private readonly table = element('table', { class: 'numbers' });
  private readonly notes = element('p', { class: 'facts', role: 'status' });
  private readonly gates = element('div', { class: 'planes' });
  private readonly weights = element('div', { class: 'weights' });
  private readonly matrix = new Matrix();
  private readonly loss = element(
    'section',
    {},
    element('h3', {}, 'Which term of the loss reaches which step'),
    this.matrix.root,
  );
  private readonly trial: TruncationTrial;
  private list: Series[] = [];
  private terms: LossMatrix | undefined;
  private termsKey = '';
  private generation = -1;
  private log = true;

  constructor(
    place: HTMLElement,
    private readonly context: StepContext,
  ) {
    this.log = context.chosen('time scale') !== 'linear';
    const scale = checkbox('Log scale', this.log, (on) => {
      this.log = on;
      context.choose('time scale', on ? 'log' : 'linear');
      this.context.redraw();
    });
    this.trial = new TruncationTrial(context);
    this.body.append(
      this.notes,
      this.trial.words,
      element('h3', {}, 'Gradient of each step, ‖∂L/∂h‖'),
      this.gradients,
      element('h3', {}, 'Value of each step, ‖h‖'),
      this.values,
      this.gates,
      this.weights,
      this.loss,
      element('details', { open: '' }, element('summary', {}, 'Numbers'), this.table),
    );
    this.gradients.addEventListener('click', (event) =>
      this.open(event.offsetX / this.gradients.clientWidth),
    );
    place.append(
      element('div', { class: 'tools' }, this.series.root, scale, this.trial.root),
      this.none,
      this.body,
    );
    new ResizeObserver(() => this.shown && this.drawBars(this.shown)).observe(this.body);
  }

  private shown: ThroughTime | undefined;

  async update(): Promise<void> {
    const { context } = this;
    const { request } = context.host;
    if (this.generation !== context.standing.generation) {
      this.list = await request.series();
      this.generation = context.standing.generation;
    }
    this.none.hidden = this.list.length > 0;
    this.body.hidden = this.list.length === 0;
    if (this.list.length === 0) return;
    const options = this.list.map(({ id, name, length }) => ({
      value: id,
      label: `${name} (${length} steps)`,
    }));
    const id = this.series.fill(options, context.chosen('series'));
    const shown = await request.throughTime({ id, position: context.standing.position });
    this.shown = shown;
    await this.trial.update(shown, this.generation);
    this.drawBars(shown);
    this.drawGates(shown);
    this.weights.replaceChildren(...weightSections(shown));
    this.table.replaceChildren(...stepTable(shown));
    const key = `${this.generation} ${id}`;
    if (key !== this.termsKey) {
      this.termsKey = key;
      this.terms = await request.lossMatrix({ id });
      this.drawTerms();
    }
  }

  private open(part: number): void {
    const step = this.shown?.steps[Math.floor(part * this.shown.steps.length)];
    if (step && step.tensor.row >= 0)
      this.context.inspect(
        { ...step.tensor, gradient: true },
        `${this.shown!.series.name}, ${step.label}`,
      );
  }

  private drawBars({ steps, series, left }: ThroughTime): void {
    const { log } = this;
    const bars = steps.map(({ label, gradientNorm, gradientState, cut }): Bar => ({
      label,
      value: gradientNorm,
      state: gradientState,
      cut,
    }));
    drawBars(this.gradients, this.trial.bars(steps) ?? bars, { log });
    drawBars(
      this.values,
      steps.map(({ label, norm, ahead }): Bar => ({
        label,
        value: norm,
        state: ahead ? 'ahead' : 'arrived',
        cut: false,
      })),
      { log: false },
    );
    const arrived = steps.filter(({ gradientState }) => gradientState === 'arrived').length;
    const none = steps.filter(
      ({ gradientState, label }) => gradientState === 'none' && label !== 'start',
    );
    const cut = steps.find((step) => step.cut);
    const words = [
      `${series.name}: the gradient has reached ${arrived} of ${steps.length} steps`,
      ...(none.length > 0
        ? [
            `${none.length} of them ${none.length === 1 ? 'has' : 'have'} no path from the loss, which is not zero`,
          ]
        : []),
      ...(cut
        ? [
            `behind ${cut.label} the graph is cut: the value goes on, the gradient does not come back`,
          ]
        : []),
      ...(left > 0 ? [`${left} later steps are not drawn`] : []),
    ];
    const coming = steps.some(({ ahead }) => ahead) ? ` ${aheadText}` : '';
    setText(this.notes, `${words.join('; ')}.${coming}`);
    setAttribute(
      this.gradients,
      'aria-label',
      `Gradient norms: ${steps.slice(0, 40).map(gradientText).join('; ')}`,
    );
    setAttribute(
      this.values,
      'aria-label',
      `Norms: ${steps
        .slice(0, 40)
        .map(({ label, norm, ahead }) => `${label} ${short(norm)}${ahead ? ', ahead' : ''}`)
        .join('; ')}`,
    );
  }

  private drawGates({ gates, steps }: ThroughTime): void {
    this.gates.replaceChildren(
      ...gates.map(({ name, units }, gate) => {
        const timed = steps.filter(({ gates: means }) => Number.isFinite(means[gate]));
        const mean = timed.reduce((sum, { gates: means }) => sum + means[gate]!, 0) / timed.length;
        const matrix = new Matrix();
        matrix.show(units, {
          title: `${name}, ${gateWords[name] ?? 'gate'} (mean ${short(mean)})`,
          most: 260,
          cell: 34,
          columnLabels: timed.map(({ label }) => label.replace('t = ', '')),
          ...(timed.some(({ ahead }) => ahead) && {
            faint: (_, column) => timed[column]?.ahead === true,
          }),
        });
        return matrix.root;
      }),
    );
  }

  private drawTerms(): void {
    const { terms } = this;
    this.loss.hidden = !terms || terms.terms.length < 2;
    if (!terms || this.loss.hidden) return;
    const heatMap = {
      width: terms.steps.length,
      height: terms.terms.length,
      values: Float32Array.from(terms.norms),
    };
    this.matrix.show(heatMap, {
      title: '‖∂Lᵢ/∂hₜ‖; hatched where there is no path',
      rowLabels: terms.terms,
      columnLabels: terms.steps,
      most: 420,
      cell: 40,
    });
  }
}

const gateWords: Record<string, string> = {
  i: 'input gate',
  f: 'forget gate',
  g: 'offer',
  o: 'output gate',
  r: 'reset gate',
  z: 'update gate: z keeps the old state',
  n: 'candidate',
};

const gradientText = (step: ThroughTime['steps'][number]): string =>
  `${step.label} ${gradientWord(step)}`;
