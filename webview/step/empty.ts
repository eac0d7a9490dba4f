// What a view says when the step has nothing for it: what is missing, and what would make it appear. Knows no view.
import { element } from '../dom';

export function emptyNote(what: string, how: string): HTMLElement {
  return element(
    'div',
    { class: 'nothing' },
    element('p', {}, element('b', {}, what)),
    element('p', {}, how),
  );
}
