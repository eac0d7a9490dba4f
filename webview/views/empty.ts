// What the Training view says before the first run.
import { button } from '../controls';
import { element } from '../dom';
import type { Host } from '../host';

export function emptyState(host: Host): HTMLElement {
  return element(
    'section',
    { class: 'empty' },
    element('h1', {}, 'Nothing has trained here yet'),
    element(
      'p',
      {},
      'Open a model file and run “Retrograd: Train Model”, or press Train above its train function. ',
      'Its curves and what every layer puts out will appear here while it learns.',
    ),
    button('Train Model', 'play', () => void host.request.train(), { primary: true }),
  );
}
