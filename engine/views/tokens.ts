// Which symbols stand behind a sequence: the numbers that an embedding looked up, in words where a vocabulary is known.
import { Vocabulary } from '../data/vocabulary';
import { Tensor } from '../tensor/tensor';
import { kindOf } from '../trace/events';
import { Known } from '../trace/recorder';
import { Snapshot } from '../trace/snapshot';
import type { StepView } from './held';

const mostSearched = 3000;

/** Labels of the `count` positions of one sample; their numbers when nothing better is known. */
export function tokensBehind(
  view: StepView,
  tensor: Tensor | undefined,
  sample: number,
  count: number,
): string[] {
  const numbers = tensor && idsBehind(view, tensor, sample, count);
  if (numbers === undefined) return Array.from({ length: count }, (_, i) => String(i));
  const most = Math.max(...numbers);
  const vocabulary = vocabulariesOf(view).find(({ size }) => size > most);
  return numbers.map((number) => vocabulary?.symbols[number] ?? `#${number}`);
}

/** Walks back to the nearest look-up whose index fits the sequence. */
function idsBehind(
  view: StepView,
  tensor: Tensor,
  sample: number,
  count: number,
): number[] | undefined {
  const pending = [tensor];
  const seen = new Set<Tensor>(pending);
  for (let searched = 0; pending.length > 0 && searched < mostSearched; searched++) {
    const maker = view.graph.makerOf(pending.shift()!);
    if (maker < 0) continue;
    const { definition, inputs } = view.rows[maker];
    if (definition.name === 'indexSelect' || definition.name === 'gather') {
      const index = originOf(view, inputs[1]);
      const found = numbersOf(index, sample, count);
      if (found && !isCount(found)) return found;
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

/** Every vocabulary that the program holds in a variable, or one level below. */
function vocabulariesOf(view: StepView): Vocabulary[] {
  return view.once('vocabularies', () => {
    const found = new Set<Vocabulary>();
    const look = (value: unknown, depth: number): void => {
      if (value instanceof Vocabulary) found.add(value);
      else if (value instanceof Snapshot) look(value.of, depth);
      else if (
        depth > 0 &&
        typeof value === 'object' &&
        value !== null &&
        !(value instanceof Tensor)
      )
        for (const { value: field } of Object.values(Object.getOwnPropertyDescriptors(value)))
          look(field, depth - 1);
    };
    const { events } = view.trace;
    for (let at = 0; at < events.count; at++) {
      if (events.kind[at] !== kindOf.binding && events.kind[at] !== kindOf.value) continue;
      const value = events.value(at);
      if (value instanceof Known) look(value.value, 1);
      else look(value, 0);
    }
    return [...found];
  });
}
