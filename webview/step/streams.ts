// What surrounds attention: the waves of positions and the residual stream. Knows no head.
import type { Streams } from '../../engine/protocol';
import { element } from '../dom';
import { Matrix } from '../draw/matrix';
import { drawWaves } from '../draw/waves';
import { precise } from '../text';
import type { StepContext } from './view';

export function streamsSection(
  { positions, residual }: Streams,
  context: StepContext,
): HTMLElement[] {
  const sections = positions.map(({ name, waves, similarity }) => {
    const [wave, alike] = [new Matrix(), new Matrix()];
    wave.show(waves, { title: `${name}: positions down, features across`, most: 320, cell: 44 });
    alike.show(similarity, { title: 'product of every two positions', most: 240, cell: 30 });
    const curves = element('canvas', {
      class: 'bars curves',
      role: 'img',
      'aria-label': 'not drawn yet',
    });
    requestAnimationFrame(() => drawWaves(curves, waves));
    return element(
      'section',
      { class: 'waves' },
      element('h3', {}, 'Positions'),
      curves,
      element('div', { class: 'planes' }, wave.root, alike.root),
    );
  });
  if (residual.length > 0) {
    const largest = Math.max(...residual.map(({ norm }) => norm));
    const rows = residual.map(({ name, norm, branchNorm, tensor }) => {
      const open = element('button', { class: 'link' }, name || 'sum');
      open.addEventListener('click', () => context.inspect(tensor, name));
      const meter = element('meter', {
        min: '0',
        max: String(largest),
        value: String(norm),
        'aria-label': `norm of the stream after ${name || 'sum'}`,
      });
      return element(
        'tr',
        {},
        element('td', {}, open),
        element('td', {}, precise(norm), ' ', meter),
        element('td', {}, precise(branchNorm)),
      );
    });
    const head = ['sum x + f(x)', '‖stream‖ per position', '‖what is added‖'];
    sections.push(
      element(
        'section',
        {},
        element('h3', {}, 'Residual stream'),
        element(
          'table',
          { class: 'numbers' },
          element(
            'thead',
            {},
            element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text))),
          ),
          element('tbody', {}, ...rows),
        ),
      ),
    );
  }
  return sections;
}
