// What the optimizer did in this step: for each parameter its norm, its gradient, and how far it moved. Knows no chart.
import type { ParameterUpdate } from '../../engine/protocol';
import { element } from '../dom';
import { precise, shapeText, short } from '../text';
import { emptyNote } from './empty';
import type { StepView } from './view';

export const updates: StepView = {
  id: 'updates',
  title: 'Updates',
  mount(place, { host, standing }) {
    const none = emptyNote(
      'No optimizer moved a parameter in this step.',
      'opt.step() makes the updates that appear here.',
    );
    const body = element('tbody');
    const head = ['parameter', 'shape', '‖weight‖', '‖gradient‖', '‖update‖', 'update / weight'];
    const table = element(
      'table',
      { class: 'numbers' },
      element('caption', {}, 'About 1e−3 is usual; far more is restless, far less learns slowly'),
      element(
        'thead',
        {},
        element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text))),
      ),
      body,
    );
    place.append(none, element('div', { class: 'scroll' }, table));
    let known = -1;
    let rows: { update: ParameterUpdate; row: HTMLElement }[] = [];
    return {
      async update() {
        if (known !== standing.generation) {
          const list = await host.request.parameterUpdates();
          known = standing.generation;
          rows = list.map((update) => ({
            update,
            row: rowOf(update, () => standing.goTo(update.position)),
          }));
          body.replaceChildren(...rows.map(({ row }) => row));
        }
        none.hidden = rows.length > 0;
        table.hidden = rows.length === 0;
        for (const { update, row } of rows)
          row.classList.toggle('ahead', update.position > standing.position);
      },
    };
  },
};

function rowOf(
  { name, shape, weightNorm, gradientNorm, updateNorm, ratio }: ParameterUpdate,
  go: () => void,
): HTMLElement {
  const link = element('button', { class: 'link', title: 'Go to its update' }, name);
  link.addEventListener('click', go);
  const meter = element('meter', {
    min: '-6',
    max: '0',
    value: String(Math.log10(ratio)),
    'aria-label': `update to weight ${short(ratio)}`,
  });
  return element(
    'tr',
    {},
    element('td', {}, link),
    element('td', {}, shapeText(shape)),
    ...[weightNorm, gradientNorm, updateNorm].map((value) => element('td', {}, precise(value))),
    element('td', {}, short(ratio), ' ', meter),
  );
}
