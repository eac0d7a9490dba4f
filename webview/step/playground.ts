// Every hyperparameter of the model as a control: a change runs it again from the same seed, and runs are drawn over each other.
import type { HyperParameter, HyperValue, RunRecord } from '../../engine/protocol';
import { button, checkbox } from '../controls';
import { element, setText } from '../dom';
import { followRuns } from '../follow-runs';
import { withRests } from '../rests';
import { isSeen } from '../seen';
import { RunStore } from '../store';
import { short } from '../text';
import { curves } from '../views/curves';
import { emptyNote } from './empty';
import { hyperBounds } from './hyper-bounds';
import { Probe } from './probe';
import type { StepContext, StepView } from './view';

export const playground: StepView = {
  id: 'playground',
  title: 'Playground',
  always: true,
  mount: (place, context) => new Playground(place, context),
};

/** Milliseconds between two questions to a model that trains. */
const between = 150;

/** A run starts when the hand rests this long. */
const rest = 350;

class Playground {
  private readonly none = emptyNote(
    'No model has trained yet.',
    'Train one: every value of its hyper({ lr: 0.1, hidden: 16 }) becomes a control here, and the model can be asked what it makes of an input of yours.',
  );
  private readonly controls = element('div', { class: 'hyper-controls' });
  private readonly note = element('p', { class: 'hint', role: 'status' });
  private readonly copied = element('p', { class: 'formula', role: 'status', hidden: '' });
  private readonly chart = element('section', { 'aria-label': 'Curves' });
  private readonly store = new RunStore();
  private readonly probe: Probe;
  private readonly drawn;
  private readonly body: HTMLElement;
  private wanted: Record<string, HyperValue> = {};
  private timer = 0;
  private asking = 0;
  private asked = -Infinity;
  private key = '';

  constructor(
    private readonly place: HTMLElement,
    private readonly context: StepContext,
  ) {
    const { host } = context;
    this.probe = new Probe(context);
    const save = button('Save beside the model', 'record', () => void host.request.saveHyper());
    const copy = button('Copy the command', 'copy', () => void this.copy());
    const read = button('Read saved', 'forward', () => void this.read());
    const back = button('Defaults', 'restart', () => this.defaults());
    this.body = element(
      'div',
      { class: 'scroll' },
      this.controls,
      element('div', { class: 'tools' }, back, save, read, copy),
      this.copied,
      this.note,
      element('div', { class: 'play' }, this.probe.root, this.chart),
    );
    place.append(this.none, this.body);
    this.drawn = curves.mount(this.chart, host, this.store);
    followRuns(
      host,
      this.store,
      withRests(() => this.update()),
    );
  }

  /** Another tab is open, or the whole page is out of sight. */
  private get away(): boolean {
    return !isSeen() || this.place.hidden !== false;
  }

  update(): void {
    const run = this.store.latest;
    const any = run !== undefined && run.hyper.length > 0;
    this.none.hidden = run !== undefined;
    this.body.hidden = run === undefined;
    if (!run || this.away) return;
    this.controls.hidden = !any;
    this.ask();
    const key = JSON.stringify([run.label, run.hyper.map(({ name }) => name)]);
    if (key !== this.key) {
      this.key = key;
      this.wanted = valuesOf(run.hyper);
      this.build(run);
    }
    this.drawn.update();
    setText(this.note, words(this.store.comparable()));
  }

  /** The model is asked again a few times a second while it learns, and once more at the end. */
  private ask(): void {
    if (this.away) return;
    const wait = this.asked + between - performance.now();
    clearTimeout(this.asking);
    if (wait > 0) this.asking = setTimeout(() => this.ask(), wait);
    else {
      this.asked = performance.now();
      this.probe.update();
    }
  }

  private build({ hyper }: RunRecord): void {
    this.controls.replaceChildren(
      ...hyper.map((parameter) => {
        const value = this.wanted[parameter.name] ?? parameter.value;
        return controlOf({ ...parameter, value }, (changed) =>
          this.change(parameter.name, changed),
        );
      }),
    );
  }

  private change(name: string, value: HyperValue): void {
    this.wanted = { ...this.wanted, [name]: value };
    this.copied.hidden = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      void this.context.host.request.trainWith({ hyper: this.wanted });
    }, rest);
  }

  private defaults(): void {
    const { latest } = this.store;
    this.copied.hidden = true;
    if (!latest) return;
    this.wanted = Object.fromEntries(latest.hyper.map(({ name, default: usual }) => [name, usual]));
    this.build(latest);
    void this.context.host.request.trainWith({ hyper: {} });
  }

  /** For a terminal, or for someone else: what is shown here is on the clipboard. */
  private async copy(): Promise<void> {
    setText(this.copied, `Copied: ${await this.context.host.request.copyCommand()}`);
    this.copied.hidden = false;
  }

  private async read(): Promise<void> {
    const { latest } = this.store;
    const hyper = await this.context.host.request.readHyper().catch(() => ({}));
    if (!latest) return;
    this.wanted = { ...valuesOf(latest.hyper), ...hyper };
    this.build(latest);
    void this.context.host.request.trainWith({ hyper });
  }
}

const valuesOf = (hyper: readonly HyperParameter[]): Record<string, HyperValue> =>
  Object.fromEntries(hyper.map(({ name, value }) => [name, value]));

/** The runs that are drawn, each with what is special about it. */
function words(runs: readonly RunRecord[]): string {
  if (runs.length < 2)
    return 'Change a value: the model runs again from the same seed, and its curve is drawn over this one.';
  const names = runs.at(-1)!.hyper.map(({ name }) => name);
  const varied = names.filter(
    (name) =>
      new Set(runs.map(({ hyper }) => String(hyper.find((each) => each.name === name)?.value)))
        .size > 1,
  );
  const texts = runs.map(
    ({ hyper, seed }) =>
      varied
        .map((name) => `${name} ${String(hyper.find((each) => each.name === name)?.value)}`)
        .join(', ') || `seed ${seed}`,
  );
  return `${runs.length} runs over each other, the latest strong: ${texts.join(' · ')}.`;
}

function controlOf(
  { name, value, default: usual }: HyperParameter,
  change: (value: HyperValue) => void,
): HTMLElement {
  if (typeof value === 'boolean') return checkbox(name, value, change);
  if (typeof value === 'string') {
    const input = element('input', { type: 'text', value, 'aria-label': name });
    input.addEventListener('change', () => change(input.value));
    return element('label', { class: 'slider hyper' }, name, input);
  }
  const { min, max, step, log } = hyperBounds(Number(usual));
  const number = element('input', {
    type: 'number',
    step: 'any',
    value: String(value),
    'aria-label': `${name}, exact`,
  });
  const range = element('input', {
    type: 'range',
    min: String(min),
    max: String(max),
    step: String(step),
    value: String(log ? Math.log10(value) : value),
    'aria-label': name,
  });
  range.addEventListener('input', () => {
    const moved = log ? Number((10 ** range.valueAsNumber).toPrecision(2)) : range.valueAsNumber;
    number.value = String(moved);
    change(moved);
  });
  number.addEventListener('change', () => {
    if (!Number.isFinite(number.valueAsNumber)) return;
    range.value = String(log ? Math.log10(number.valueAsNumber) : number.valueAsNumber);
    change(number.valueAsNumber);
  });
  const label = element('span', { title: `default ${short(Number(usual))}` }, name);
  return element('div', { class: 'slider hyper' }, label, range, number);
}
