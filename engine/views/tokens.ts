// Which symbols stand behind a sequence: the numbers that an embedding looked up, in words where a vocabulary is known.
import { latestVocabularies } from '../data/vocabulary';
import type { Tensor } from '../tensor/tensor';
import type { StepView } from './held';

const mostSearched = 3000;

/** Labels of the `count` positions of one sample; their numbers when nothing better is known. */
export function tokensBehind(
  view: StepView,
  tensor: Tensor | undefined,
  sample: number,
  count: number,
): string[] {
  const found = tensor && idsBehind(view, tensor, sample, count);
  if (found === undefined) return Array.from({ length: count }, (_, i) => String(i));
  const { numbers, table } = found;
  // The table that was looked up has a row for each symbol.
  const vocabulary = latestVocabularies.find(({ size }) => size === table);
  return numbers.map((number) => vocabulary?.symbols[number] ?? `#${number}`);
}

/** Walks back to the nearest look-up whose index fits the sequence. */
function idsBehind(
  view: StepView,
  tensor: Tensor,
  sample: number,
  count: number,
): { numbers: number[]; table: number } | undefined {
  const pending = [tensor];
  const seen = new Set<Tensor>(pending);
  for (let searched = 0; pending.length > 0 && searched < mostSearched; searched++) {
    const maker = view.graph.makerOf(pending.shift()!);
    if (maker < 0) continue;
    const { definition, inputs } = view.rows[maker];
    if (definition.name === 'indexSelect' || definition.name === 'gather') {
      const index = originOf(view, inputs[1]);
      const found = numbersOf(index, sample, count);
      if (found && !isCount(found)) return { numbers: found, table: inputs[0].shape[0] };
    }
    for (const input of inputs) {
      if (seen.has(input)) continue;
      seen.add(input);
      pending.push(input);
    }
  }
  return undefined;
}

/** An index as the user made it, before it was flattened for the look-up. */
function originOf(view: StepView, index: Tensor): Tensor {
  const maker = view.graph.makerOf(index);
  if (maker < 0) return index;
  const { definition, inputs } = view.rows[maker];
  return definition.name === 'reshape' || definition.name === 'to'
    ? originOf(view, inputs[0])
    : index;
}

/** One sample's numbers from [N, T] or [T]; batches come first. */
function numbersOf(index: Tensor, sample: number, count: number): number[] | undefined {
  if (index.storage === null || index.storage.released) return undefined;
  if (index.rank > 2 || index.shape.at(-1) !== count) return undefined;
  const all = [...index.toTypedArray()];
  const start = index.rank === 2 ? Math.min(sample, index.shape[0] - 1) * count : 0;
  return all.slice(start, start + count);
}

/** 0, 1, 2, …: positions, which are no tokens. */
const isCount = (numbers: readonly number[]): boolean =>
  numbers.length > 1 && numbers.every((number, i) => number === i);
