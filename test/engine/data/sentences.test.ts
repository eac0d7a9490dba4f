// Sentences from a grammar: the labels follow from the words, and the same seed gives the same.
import assert from 'node:assert/strict';
import { data } from 'retrograd';

describe('reviews', () => {
  const reviews = data.reviews({ count: 400, seed: 3 });
  const { x, y } = reviews.all();
  const texts = (x.toArray() as number[][]).map((row) => reviews.read(row));
  const labels = y.toArray() as number[];

  it('are good when their last clause is, after turning "not" around', () => {
    const good = new Set(['good', 'great', 'lovely', 'clever', 'funny', 'strong']);
    const verdict = (clause: string): boolean =>
      good.has(clause.split(' ').at(-1)!) !== / not /.test(clause);
    texts.forEach((text, i) => {
      const clauses = text.split(/ (?:and|but) /);
      assert.equal(verdict(clauses.at(-1)!), labels[i] === 1, text);
      if (clauses.length === 2)
        assert.equal(verdict(clauses[0]) !== verdict(clauses[1]), text.includes(' but '), text);
    });
  });

  it('are of both kinds, and of different lengths', () => {
    const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    assert.ok(share > 0.4 && share < 0.6, `${share}`);
    assert.ok(new Set(texts.map((text) => text.split(' ').length)).size > 3);
  });

  it('are the same for the same seed, however many', () => {
    const read = (set: ReturnType<typeof data.reviews>): string =>
      set.read(set.all().x.select(0, 7));
    assert.equal(read(data.reviews({ count: 20, seed: 3 })), texts[7]);
    assert.notEqual(read(data.reviews({ count: 20, seed: 4 })), texts[7]);
  });

  it('refuse what they do not know', () => {
    assert.throws(() => data.reviews({ count: 0 }), /reviews: count must be a whole number ≥ 1/);
    assert.throws(() => data.reviews({ length: 3 } as object), /length/);
  });
});

describe('sentences', () => {
  const set = data.sentences({ count: 600, seed: 1 });
  const { x, y } = set.all();
  const rows = (x.toArray() as number[][]).map((row, i) => ({
    words: set.read(row).split(' '),
    tags: set.readTags((y.toArray() as number[][])[i]).split(' '),
  }));

  it('have a tag for each word, and padding where there is none', () => {
    for (const { words, tags } of rows) assert.equal(words.length, tags.length);
    assert.deepEqual(x.eq(data.pad).toArray(), y.eq(data.pad).toArray());
  });

  it('follow the grammar', () => {
    const phrase = 'DET (ADJ )?NOUN';
    const grammar = new RegExp(
      `^((${phrase} VERB( ${phrase})?( ADV)?)|(PRON (ADV )?VERB ${phrase}))$`,
    );
    for (const { tags } of rows) assert.match(tags.join(' '), grammar);
  });

  it('use words that only their neighbours tell apart', () => {
    const uses = new Map<string, Set<string>>();
    for (const { words, tags } of rows)
      words.forEach((word, i) => uses.set(word, (uses.get(word) ?? new Set()).add(tags[i])));
    assert.deepEqual([...uses.get('light')!].sort(), ['ADJ', 'NOUN', 'VERB']);
    assert.ok([...uses.values()].filter((tags) => tags.size > 1).length >= 8);
    // What stands around a word always decides: no sentence has two readings.
    const readings = new Map(rows.map(({ words, tags }) => [words.join(' '), tags.join(' ')]));
    for (const { words, tags } of rows)
      assert.equal(readings.get(words.join(' ')), tags.join(' '), words.join(' '));
  });
});
