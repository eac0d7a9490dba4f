// What if the graph were cut every k steps: a slider, the gradients that would be left, and words for them. Knows no bar.
import type { ThroughTime, Truncation } from '../../engine/protocol';
import { numberSlider } from '../controls';
import { element, setText } from '../dom';
import type { Bar } from '../draw/bars';
import { precise } from '../text';
import type { StepContext } from './view';

export class TruncationTrial {
  readonly root: HTMLElement;
  readonly words = element('p', { class: 'facts what-if', role: 'status' });
  private readonly slider;
  private every = 0;
  private answer: Truncation | undefined;
  private key = '';

  constructor(private readonly context: StepContext) {
    const bounds = { value: 0, min: 0, max: 0, step: 1 };
    this.slider = numberSlider('What if cut every … steps', bounds, (every) => {
      this.every = every;
      context.redraw();
    });
    this.root = this.slider.root;
  }

  /** Asks for the gradients with these cuts, once for each step and length. */
  async update({ series, steps }: ThroughTime, generation: number): Promise<void> {
    const length = timed(steps);
    this.every = Math.min(this.every, length - 1);
    // The last place is no cut at all, like the first.
    this.slider.set(this.every, Math.max(0, length - 1));
    this.root.hidden = !series.recurrent || length < 2;
    const key = `${generation} ${series.id} ${this.every}`;
    if (key !== this.key) {
      this.answer =
        this.every === 0 || this.root.hidden
          ? undefined
          : await this.context.host.request.truncation({ id: series.id, every: this.every });
      this.key = key;
    }
    this.words.hidden = this.answer === undefined;
    if (this.answer) setText(this.words, wordsOf(this.answer, steps));
  }

  /** The bars with these cuts, and behind them what they were; nothing while there is no trial. */
  bars(steps: ThroughTime['steps']): Bar[] | undefined {
    const { answer } = this;
    if (!answer) return undefined;
    const before = steps.length - timed(steps);
    return steps.map(({ label, gradientNorm, gradientState }, i): Bar => {
      const value = answer.norms[i] ?? NaN;
      const turn = i - before + 1;
      return {
        label,
        value,
        state: Number.isNaN(value) ? 'none' : 'arrived',
        cut: turn > 0 && turn % answer.every === 0 && i < steps.length - 1,
        ...(gradientState === 'arrived' && { ghost: gradientNorm }),
      };
    });
  }
}

const timed = (steps: ThroughTime['steps']): number =>
  steps.filter(({ label }) => label !== 'start').length;

function wordsOf({ every, norms, weights }: Truncation, steps: ThroughTime['steps']): string {
  const reached = norms.filter((norm) => norm > 0).length;
  const shares = weights.map(({ name, share }) => `∂L/∂${name} ${precise(share)} of the whole`);
  return (
    `Cut every ${every} ${every === 1 ? 'step' : 'steps'}, the values would be the same, and only ${every} of ` +
    `${timed(steps)} steps would have to be remembered at a time. The gradient would reach ${reached} ` +
    `${reached === 1 ? 'state' : 'states'}; ${shares.join(', ')}.`
  );
}
