// A fingerprint for each row of a recorded step: equal rows with equal results have equal ones. Knows no other run.
import type { RowSides } from '../protocol';
import type { Row } from '../tape/tape';
import { formatType } from '../tensor/format';
import { elements, Tensor } from '../tensor/tensor';
import { numbers, type Graph } from '../trace/graph';
import { statementOf } from '../trace/changes';
import { valueAt } from '../trace/values';
import { Fingerprint } from './fingerprint';

/** Of an operand or a result no more elements than these are compared one by one. */
const mostElements = 1 << 18;

/** Two words for each of the rows from `start` on. */
export function rowMarks(graph: Graph, start: number, count: number): Int32Array {
  const { rows } = graph.trace;
  const end = Math.min(rows.length, start + count);
  const marks = new Int32Array(2 * Math.max(0, end - start));
  for (let row = start; row < end; row++) {
    const hash = new Fingerprint();
    hash.addText(headOf(rows[row]));
    hash.addText(attributesOf(rows[row]));
    for (const result of resultsOf(graph, row)) addElements(hash, result);
    marks.set(hash.pair, 2 * (row - start));
  }
  return marks;
}

/** All that can be different about a row. */
export function rowSides(graph: Graph, row: number): RowSides {
  const { trace } = graph;
  const { definition, inputs, attributes, phase } = trace.rows[row];
  const names = definition.inputNames?.(attributes as never) ?? [];
  const before = trace.eventOfRow[row];
  const place = phase === 'update' ? statementOf(trace, row) : trace.rangeOf(row);
  return {
    row,
    op: definition.name,
    ...(place && { place }),
    head: headOf(trace.rows[row]),
    attributes: attributesOf(trace.rows[row]),
    sides: [
      ...inputs.map((input, i) => ({
        name: trace.paths.parameter(input) ?? names[i] ?? `operand ${i + 1}`,
        elements: firstElements(valueAt(trace, input, before)),
      })),
      ...resultsOf(graph, row).map((result) => ({
        name: 'the result',
        elements: firstElements(result),
      })),
    ],
  };
}

/** What a row made; of an update, what it left. */
function resultsOf(graph: Graph, row: number): Tensor[] {
  const { changes, outputs } = graph.trace.rows[row];
  if (changes) return changes.map(({ after }) => after);
  return outputs.map((output) => graph.made(row, output));
}

/** `forward matmul f32 [64, 2], f32 [2, 32] → f32 [64, 32]`. */
function headOf({ phase, definition, inputs, outputs, changes }: Row): string {
  const made = changes?.map(({ tensor }) => tensor) ?? outputs;
  const [from, to] = [inputs, made].map((list) => list.map(formatType).join(', '));
  return `${phase} ${definition.name} ${from} → ${to}`;
}

/** Numbers and lists of them; tensors among the attributes count by their types, and operands say the rest. */
function attributesOf({ attributes }: Row): string {
  return JSON.stringify(attributes, (_, value: unknown) => {
    if (value instanceof Tensor) return formatType(value);
    if (typeof value === 'bigint' || typeof value === 'function') return String(value);
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
}

function addElements(hash: Fingerprint, tensor: Tensor): void {
  if (tensor.storage === null) return;
  if (!tensor.isContiguous) {
    for (const value of numbers(tensor)) hash.addNumber(value);
    return;
  }
  const all = elements(tensor);
  for (let at = tensor.start, end = at + tensor.count; at < end; at++) hash.addNumber(all[at]);
}

function firstElements(tensor: Tensor): Float64Array {
  if (tensor.storage === null) return new Float64Array(0);
  return Float64Array.from(numbers(tensor).slice(0, mostElements));
}
