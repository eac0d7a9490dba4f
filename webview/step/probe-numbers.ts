// A field for each number of an input. Knows no model.
import type { ProbeInfo } from '../../engine/protocol';
import { element } from '../dom';
import { planesOf, type Asker, type ProbePad } from './probe-kind';

export function numbersPad({ shape }: ProbeInfo, values: Float64Array, asker: Asker): ProbePad {
  const { columns } = planesOf(shape);
  const fields = Array.from(values, (value, i) => {
    const field = element('input', {
      type: 'number',
      step: 'any',
      value: String(Number(value.toPrecision(4))),
      'aria-label':
        shape.length < 2 ? `input ${i}` : `input ${Math.floor(i / columns)}, ${i % columns}`,
    });
    field.addEventListener('input', () => {
      if (!Number.isFinite(field.valueAsNumber)) return;
      values[i] = field.valueAsNumber;
      asker.ask(values);
    });
    return field;
  });
  const root = element('div', { class: 'cells' }, ...fields);
  if (shape.length > 1 && columns <= 6) root.style.gridTemplateColumns = `repeat(${columns}, 84px)`;
  return { root, ask: () => asker.ask(values) };
}
