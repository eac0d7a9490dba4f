// Sentences that a grammar makes: reviews to judge, and sentences to tag word by word. Knows no model.
import type { Tensor } from '../tensor/tensor';
import { checkOptions } from '../tensor/errors';
import { checkCount } from './batches';
import { TensorDataset, type Column } from './dataset';
import { pad, padded } from './pairs';
import { Random, seedOf, type Seeded } from './random';
import { Vocabulary } from './vocabulary';

export interface SentenceOptions extends Seeded {
  /** How many sentences. Default 1000. */
  count?: number;
}

/** Sentences with something said about each. In a sample, x [T] is the words, then padding. */
export class SentenceDataset extends TensorDataset {
  readonly vocabulary: Vocabulary;

  constructor(sentences: readonly (readonly string[])[], targets: Column) {
    const vocabulary = symbolsOf(sentences);
    super(padded(sentences.map((words) => vocabulary.encode(words))), targets);
    this.vocabulary = vocabulary;
  }

  /** The words of these numbers, without padding. */
  read(numbers: Tensor | ArrayLike<number>): string {
    return readReal(this.vocabulary, numbers);
  }
}

/** Sentences with a tag for each word; y [T] is the tags, then padding. */
export class TaggedDataset extends SentenceDataset {
  readonly tags: Vocabulary;

  constructor(sentences: readonly (readonly Tagged[])[]) {
    const rows = sentences.map((words) => words.map(({ tag }) => tag));
    const tags = symbolsOf(rows);
    super(
      sentences.map((words) => words.map(({ word }) => word)),
      padded(rows.map((row) => tags.encode(row))),
    );
    this.tags = tags;
  }

  /** The tags of these numbers, without padding. */
  readTags(numbers: Tensor | ArrayLike<number>): string {
    return readReal(this.tags, numbers);
  }
}

function symbolsOf(rows: readonly (readonly string[])[]): Vocabulary {
  return new Vocabulary(['_', ...[...new Set(rows.flat())].sort()], ' ');
}

function readReal(vocabulary: Vocabulary, numbers: Tensor | ArrayLike<number>): string {
  const list = 'toTypedArray' in numbers ? numbers.toTypedArray() : numbers;
  return vocabulary.decode(Array.from(list).filter((number) => number !== pad));
}

function draw<Sentence>(
  name: string,
  options: SentenceOptions,
  make: (random: Random) => Sentence,
): Sentence[] {
  checkOptions(name, options, ['count', 'seed']);
  const { count = 1000 } = options;
  checkCount(name, 'count', count);
  const seed = seedOf(options);
  return Array.from({ length: count }, (_, i) => make(new Random(seed, name, i)));
}

const words = (list: string): string[] => list.split(' ');

const things = words('film story music ending acting hero');
const judgements = [
  words('bad boring slow weak dull awful'),
  words('good great lovely clever funny strong'),
];

/**
 * Reviews in one or two clauses, such as "the film was not boring but the ending was weak". A "not"
 * turns the judgement that follows around; after "but" comes the opposite, and the last clause counts.
 * Samples: x [T] words, then padding; y 1 for a good review, 0 for a bad one.
 */
export function reviews(options: SentenceOptions = {}): SentenceDataset {
  const drawn = draw('reviews', options, (random) => {
    const verdict = random.whole(0, 2);
    const last = clause(random, verdict);
    const link = random.choose(['', 'and', 'but']);
    const first = clause(random, link === 'but' ? 1 - verdict : verdict);
    return { verdict, sentence: link === '' ? last : [...first, link, ...last] };
  });
  return new SentenceDataset(
    drawn.map(({ sentence }) => sentence),
    { values: Int32Array.from(drawn, ({ verdict }) => verdict), shape: [] },
  );
}

function clause(random: Random, verdict: number): string[] {
  const emphasis = random.choose([[], [], ['very'], ['really'], ['not'], ['not']]);
  const turned = emphasis[0] === 'not';
  const judgement = random.choose(judgements[turned ? 1 - verdict : verdict]);
  return ['the', random.choose(things), random.choose(['is', 'was']), ...emphasis, judgement];
}

interface Tagged {
  readonly word: string;
  readonly tag: 'ADJ' | 'ADV' | 'DET' | 'NOUN' | 'PRON' | 'VERB';
}

const tagged =
  (tag: Tagged['tag'], list: string) =>
  (random: Random): Tagged => ({ word: random.choose(words(list)), tag });

// Many words stand in more than one list: light, paint, fish, water, cook, warm, clean, dry, calm.
const determiner = tagged('DET', 'the a this');
const adjective = tagged('ADJ', 'old small light warm clean dry calm');
const noun = tagged('NOUN', 'lamp boat sea light paint fish water cook calm');
const pronoun = tagged('PRON', 'they we you');
const acts = tagged('VERB', 'sees paints cleans likes warms');
const act = tagged('VERB', 'see light paint fish water cook warm clean dry calm');
const rests = tagged('VERB', 'burns sleeps waits sings');
const adverb = tagged('ADV', 'slowly often today again');

/**
 * Sentences whose words need their neighbours to be told apart, such as "they light the light lamp".
 * Samples: x [T] words, y [T] parts of speech, both padded.
 */
export function sentences(options: SentenceOptions = {}): TaggedDataset {
  return new TaggedDataset(
    draw('sentences', options, (random) => {
      const maybe = (make: (random: Random) => Tagged): Tagged[] =>
        random.uniform() < 0.5 ? [make(random)] : [];
      const phrase = (): Tagged[] => [determiner(random), ...maybe(adjective), noun(random)];
      const kind = random.whole(0, 3);
      if (kind === 0) return [...phrase(), rests(random), ...maybe(adverb)];
      if (kind === 1) return [...phrase(), acts(random), ...phrase(), ...maybe(adverb)];
      return [pronoun(random), ...maybe(adverb), act(random), ...phrase()];
    }),
  );
}
