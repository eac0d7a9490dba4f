// Which symbols stand behind a sequence: the numbers that an embedding looked up, in words where a vocabulary is known.
import { symbolsOf } from '../data/vocabulary';
import type { AttentionPicture } from '../protocol';
import { elements, type Tensor } from '../tensor/tensor';
import type { StepView } from './held';

const mostSearched = 3000;

export interface Tokens {
  readonly labels: string[];
  readonly kind: AttentionPicture['tokens'];
}

const places = (count: number): Tokens => ({
  labels: Array.from({ length: count }, (_, i) => String(i)),
  kind: 'places',
});

/** Labels of the `count` positions of one sample; their numbers when nothing better is known. */
export function tokensBehind(
  view: StepView,
  tensor: Tensor | undefined,
  sample: number,
  count: number,
): Tokens {
  const found = tensor && idsBehind(view, tensor, (index) => numbersOf(index, sample, count));
  return found === undefined ? places(count) : named(found);
}

/** What each turn of a loop had looked up last, for one sample: one label for each tensor. */
export function tokensOfTurns(
  view: StepView,
  turns: readonly Tensor[],
  sample: number,
  batch: number,
): Tokens {
  const found = turns.map((tensor) =>
    idsBehind(view, tensor, (index) =>
      index.count === batch ? numbersIn(index)?.slice(sample, sample + 1) : undefined,
    ),
  );
  const all = found.flatMap((each) => (each ? [named(each)] : []));
  if (all.length < turns.length || all.length === 0) return places(turns.length);
  return { labels: all.flatMap(({ labels }) => labels), kind: all[0].kind };
}

interface Ids {
  readonly numbers: number[];
  /** What was taken off the numbers of the symbols before they were looked up. */
  readonly shift: number;
  /** How many symbols there are. */
  readonly size: number;
}

function named({ numbers, shift, size }: Ids): Tokens {
  const symbols = symbolsOf(size);
  return symbols
    ? { labels: numbers.map((number) => symbols[number + shift]), kind: 'symbols' }
    : { labels: numbers.map((number) => `#${number}`), kind: 'numbers' };
}

/** Walks back to the nearest look-up whose index fits. */
function idsBehind(
  view: StepView,
  tensor: Tensor,
  read: (index: Tensor) => number[] | undefined,
): Ids | undefined {
  const pending = [tensor];
  const seen = new Set<Tensor>(pending);
  for (let searched = 0; pending.length > 0 && searched < mostSearched; searched++) {
    const maker = view.graph.makerOf(pending.shift()!);
    if (maker < 0) continue;
    const { definition, inputs } = view.rows[maker];
    if (definition.name === 'indexSelect' || definition.name === 'gather') {
      const found = read(originOf(view, inputs[1]));
      if (found && !isCount(found)) {
        // The table that was looked up has a row for each symbol, from the first that is meant.
        const shift = shiftOf(view, inputs[1]);
        return { numbers: found, shift, size: inputs[0].shape[0] + shift };
      }
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

const looks = new Set(['reshape', 'to', 'slice', 'permute', 'expand', 'contiguous', 'clone']);

/** The constant that was taken off an index on its way to the look-up. */
function shiftOf(view: StepView, index: Tensor): number {
  const maker = view.graph.makerOf(index);
  if (maker < 0) return 0;
  const { definition, inputs } = view.rows[maker];
  const { name } = definition;
  if (looks.has(name)) return shiftOf(view, inputs[0]);
  const by = inputs[1] as Tensor | undefined;
  if ((name !== 'sub' && name !== 'add') || by?.count !== 1) return 0;
  const step = elements(by)[by.start];
  return shiftOf(view, inputs[0]) + (name === 'sub' ? step : -step);
}

/** One sample's numbers from [N, T] or [T]; batches come first. */
function numbersOf(index: Tensor, sample: number, count: number): number[] | undefined {
  if (index.rank > 2 || index.shape.at(-1) !== count) return undefined;
  const all = numbersIn(index);
  if (all === undefined) return undefined;
  const start = index.rank === 2 ? Math.min(sample, index.shape[0] - 1) * count : 0;
  return all.slice(start, start + count);
}

const numbersIn = (index: Tensor): number[] | undefined =>
  index.storage === null || index.storage.released ? undefined : [...index.toTypedArray()];

/** 0, 1, 2, …: positions, which are no tokens. */
const isCount = (numbers: readonly number[]): boolean =>
  numbers.length > 1 && numbers.every((number, i) => number === i);
