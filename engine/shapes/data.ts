// Data sets for shape runs: as long as the real ones and of the same shapes, but made in no time. Knows no program.
import * as data from '../data/index';
import { TensorDataset } from '../data/dataset';
import { generator } from '../tensor/random';

/** Sets whose samples and vocabularies are the same however many there are. */
const counted = [
  'digits',
  'spiral',
  'circles',
  'xor',
  'gaussians',
  'linear',
  'parity',
  'brackets',
  'adding',
  'copyMemory',
  'sine',
  'scenes',
] as const;
/** Enough that every word of a vocabulary occurs. */
const enough = 400;
/** Sets whose vocabularies come from all their samples: made once, and kept while one types. */
const kept = ['copy', 'reverse', 'sort', 'addition', 'spelledNumbers', 'dates'] as const;

type Make = (options?: { count?: number }) => TensorDataset;

const made = new Map<string, TensorDataset>();
const mostMade = 64;

/** One that was made with the same name, options and seed, or a new one. */
function keep(name: string, options: object | undefined, make: () => TensorDataset): TensorDataset {
  const key = `${name} ${generator.seed} ${JSON.stringify(options)}`;
  let found = made.get(key);
  if (found === undefined) {
    if (made.size >= mostMade) made.clear();
    made.set(key, (found = make()));
  }
  return found;
}

/** The same samples, as if there were `count` of them; a shape run reads none of their values. */
function lengthened(few: TensorDataset, count: number): TensorDataset {
  const longer = Object.create(few) as TensorDataset & { length: number };
  Object.defineProperty(longer, 'length', { value: count, enumerable: true });
  return longer;
}

function standIn(name: string): Make {
  const real = (data as unknown as Record<string, Make>)[name];
  const isCounted = (counted as readonly string[]).includes(name);
  return (options) => {
    const count = options?.count ?? 0;
    // Whatever is wrong with the options, the real one tells.
    if (!isCounted || !Number.isInteger(count) || count <= enough)
      return keep(name, options, () => real(options));
    const few = keep(name, { ...options, count: enough }, () =>
      real({ ...options, count: enough }),
    );
    return lengthened(few, count);
  };
}

/** `data` as a program in a shape run sees it. */
export const shapeData: typeof data = Object.freeze({
  ...data,
  ...Object.fromEntries([...counted, ...kept].map((name) => [name, standIn(name)])),
});
