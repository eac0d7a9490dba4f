// How a single cell came about: the rule of its op, the operands that went in, the arithmetic in numbers. Knows no page.
import type { Explanation, Operand, TensorRef } from '../protocol';
import { ArgumentError } from '../tensor/errors';
import { valueAt } from '../trace/values';
import type { StepView } from './held';
import type { Part, Rule } from './rule';
import { ruleOf } from './rules';
import { elementAt } from './slice';

/** A sum is written out up to so many terms. */
const mostTerms = 64;
const mostWritten = 12;

export function explain(
  view: StepView,
  { tensor: ref, cell, position }: { tensor: TensorRef; cell: number[]; position: number },
): Explanation {
  const tensor = view.shown(ref, position);
  if (tensor === undefined) throw new ArgumentError('the gradient has not arrived yet');
  const inside =
    cell.length === tensor.rank &&
    cell.every((i, dim) => Number.isInteger(i) && i >= 0 && i < tensor.shape[dim]);
  if (!inside)
    throw new ArgumentError(
      `there is no cell [${cell.join(', ')}] in a tensor of shape [${tensor.shape.join(', ')}]`,
    );
  const value = elementAt(tensor, cell);
  const changed = changeOf(view, ref, position);
  const named = ref.gradient === true ? tensor : view.named(ref);
  const row = changed ?? view.makerOf(named);
  if (row < 0) return given(view, ref, cell, value);
  const { inputs, outputs } = view.rows[row];
  const output = outputs.indexOf(named);
  // A view shows what its operand has become; everything else what the row saw.
  const isView = inputs[0]?.storage === outputs[output]?.storage;
  const sees = isView ? position : view.positionAfter(view.trace.eventOfRow[row]) - 1;
  const rule = ruleOf(view.rows[row], output, cell, (side, index, at) =>
    side === 'in'
      ? elementAt(valueAt(view.trace, inputs[index], view.eventAt(sees)), at)
      : elementAt(outputs[index], at),
  );
  const left = (rule.count ?? rule.parts.length) - Math.min(rule.parts.length, mostTerms);
  const kept = rule.parts.slice(0, mostTerms);
  const terms = kept.map((part) => part.map((factor) => operandOf(view, row, sees, factor)));
  const range = view.rangeOf(row);
  return {
    cell,
    value,
    op: view.rows[row].definition.name,
    rule: rule.text,
    terms,
    left,
    text: sentence(rule, terms, left, value),
    module: view.moduleOf(row),
    ...(range && { range }),
  };
}

function given(view: StepView, ref: TensorRef, cell: number[], value: number): Explanation {
  const name = view.nameOf(view.named(ref));
  const text = `${name}[${cell.join(', ')}] = ${numberText(value)}: it was there before this step`;
  return { cell, value, op: '', rule: 'given', terms: [], left: 0, text };
}

/** The update row that last changed what a reference shows, when one has. */
function changeOf(view: StepView, ref: TensorRef, position: number): number | undefined {
  if (ref.gradient === true) return undefined;
  const tensor = view.named(ref);
  const event = view.eventAt(position);
  const row = view.rows.findLastIndex(
    ({ changes }, i) =>
      view.trace.eventOfRow[i] < event && changes?.some((change) => change.tensor === tensor),
  );
  return row < 0 ? undefined : row;
}

function operandOf(
  view: StepView,
  row: number,
  position: number,
  { source, cell, value, label }: Part,
): Operand {
  if (source === undefined) return { value, name: label ?? '' };
  const { side, index } = source;
  const tensor = view.rows[row][side === 'in' ? 'inputs' : 'outputs'][index];
  const ref = side === 'in' ? view.refOf(tensor, row) : { row, side, index };
  return { value, name: label ?? view.nameOf(tensor), tensor: ref, cell: [...cell!], position };
}

/** The arithmetic in numbers, such as `1·0 + 2·0.5 + … = 1`. */
function sentence(rule: Rule, terms: Operand[][], left: number, value: number): string {
  const texts = terms
    .slice(0, mostWritten)
    .map((term) => term.map((factor) => signed(factor.value, term.length > 1)).join(' · '));
  const more = terms.length + left - texts.length;
  const rest = more > 0 ? [`… ${more} more`] : [];
  return `${rule.write([...texts, ...rest])} = ${numberText(value)}`;
}

/** A negative factor stands in brackets. */
const signed = (value: number, factor: boolean): string =>
  factor && value < 0 ? `(${numberText(value)})` : numberText(value);

/** Six significant digits, as the hand-checkable models need. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return String(Number(value.toPrecision(6))).replaceAll('-', '−');
}
