// Gradients through time as numbers: what each step adds to the weights, and a table of all steps. Knows no cursor.
import type { ThroughTime } from '../../engine/protocol';
import { element } from '../dom';
import { drawBars, type Bar } from '../draw/bars';
import { grouped, precise } from '../text';

type Step = ThroughTime['steps'][number];

/** A row of bars for each weight that several steps use, with the running sum. */
export function weightSections({ weights }: ThroughTime): HTMLElement[] {
  return weights.map(({ name, contributions, left }) => {
    const canvas = element('canvas', {
      class: 'bars small',
      role: 'img',
      'aria-label': 'not drawn yet',
    });
    const bars = contributions.map(({ label, norm, arrived }): Bar => ({
      label,
      value: norm,
      state: arrived ? 'arrived' : 'pending',
      cut: false,
    }));
    const total = contributions.find(({ arrived }) => arrived);
    const sum = total ? precise(total.runningValue ?? total.runningNorm) : 'nothing yet';
    const each = contributions
      .filter(({ arrived }) => arrived)
      .map(({ label, value, norm }) => `${label} ${precise(value ?? norm)}`);
    canvas.setAttribute(
      'aria-label',
      `What each step adds to the gradient of ${name}: ${each.join('; ')}`,
    );
    const isNumber = contributions[0]?.value !== undefined;
    const heading = element(
      'h3',
      {},
      `What each step adds to ∂L/∂${name}: ${isNumber ? 'sum' : 'norm of the sum'} so far `,
      element('b', { class: 'total' }, sum),
      ...(left > 0
        ? [element('span', { class: 'hint' }, ` (${grouped(left)} uses between are not drawn)`)]
        : []),
    );
    const section = element('section', { 'data-weight': name }, heading, canvas);
    requestAnimationFrame(() => drawBars(canvas, bars, { log: false }));
    return section;
  });
}

/** Head and body of the table of steps. */
export function stepTable({ steps, series }: ThroughTime): HTMLElement[] {
  const reasons = steps.some(({ why }) => why !== '');
  const head = ['step', `‖${series.name}‖`, `‖∂L/∂${series.name}‖`, ...series.gates];
  const columns = reasons ? [...head, 'why'] : head;
  const row = (tag: 'th' | 'td', texts: readonly string[], ahead = false): HTMLElement =>
    element(
      'tr',
      ahead ? { class: 'ahead' } : {},
      ...texts.map((text) => element(tag, tag === 'th' ? { scope: 'col' } : {}, text)),
    );
  return [
    element('thead', {}, row('th', columns)),
    element(
      'tbody',
      {},
      ...steps.map((step) =>
        row(
          'td',
          [
            step.label,
            precise(step.norm),
            gradientWord(step),
            ...step.gates.map(precise),
            ...(reasons ? [step.why] : []),
          ],
          step.ahead,
        ),
      ),
    ),
  ];
}

export function gradientWord({ gradientState, gradientNorm }: Step): string {
  if (gradientState === 'none') return 'no path';
  return gradientState === 'pending' ? 'not yet' : precise(gradientNorm);
}
