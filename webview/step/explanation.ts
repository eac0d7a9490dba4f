// How a cell came about, in words and numbers, with links to its operands. Knows no tensor's picture.
import type { Explanation } from '../../engine/protocol';
import { element } from '../dom';
import { precise } from '../text';
import type { StepContext } from './view';

/** The rule, the arithmetic in numbers, and a button for each operand. */
export function explanation(found: Explanation, context: StepContext): HTMLElement[] {
  const { cell, value, rule, text, terms, left, module, range } = found;
  const where = [module, range ? `line ${range.line}` : ''].filter(Boolean).join(', ');
  const links = terms.slice(0, 12).map((term) =>
    element(
      'li',
      {},
      ...term.flatMap((operand, i) => {
        const label = `${operand.name}${operand.cell ? `[${operand.cell.join(', ')}]` : ''} = ${precise(operand.value)}`;
        const { tensor } = operand;
        const shown = tensor
          ? element('button', { class: 'link' }, label)
          : element('span', {}, label);
        if (tensor)
          shown.addEventListener('click', () =>
            context.inspect(tensor, operand.name, {
              ...(operand.position !== undefined && { position: operand.position }),
              ...(operand.cell && { cell: operand.cell }),
            }),
          );
        return i === 0 ? [shown] : [' · ', shown];
      }),
    ),
  );
  const more = terms.length + left - links.length;
  return [
    element('p', { class: 'value' }, `[${cell.join(', ')}] = ${precise(value)}`),
    element('p', { class: 'rule' }, rule),
    element('p', { class: 'sum' }, text),
    ...(links.length > 0
      ? [element('ul', {}, ...links, ...(more > 0 ? [element('li', {}, `… ${more} more`)] : []))]
      : []),
    ...(where === '' ? [] : [madeIn(where, range, context)]),
  ];
}

/** Where a value was made; its place can be opened. */
function madeIn(where: string, range: Explanation['range'], { host }: StepContext): HTMLElement {
  const link = element('button', { class: 'link', title: 'Show in the source' }, where);
  if (range) link.addEventListener('click', () => void host.request.showPlace(range));
  return element('p', { class: 'hint' }, 'made in ', range ? link : where);
}
