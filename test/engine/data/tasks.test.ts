// Sequence tasks: what they ask and that the answers are right, for every sample.
import assert from 'node:assert/strict';
import { data, type Tensor } from 'retrograd';

/** Source and answer of each sample, as text. */
function read(set: data.PairDataset): [source: string, answer: string][] {
  const { x, y } = set.all();
  const rows = (t: typeof x): number[][] => t.toArray() as number[][];
  const content = (row: number[]) => row.filter((number) => number > data.end);
  return rows(x).map((row, i) => [set.source.decode(content(row)), set.read(rows(y)[i])]);
}

describe('pairs', () => {
  it('are padded, and answers stand between marks', () => {
    const set = data.pairs(['ab', 'a'], ['xyz', 'z']);
    const { x, y } = set.all();
    assert.deepEqual(set.source.symbols, ['_', '<', '>', 'a', 'b']);
    assert.deepEqual(x.toArray(), [
      [3, 4],
      [3, 0],
    ]);
    assert.deepEqual(y.toArray(), [
      [1, 3, 4, 5, 2],
      [1, 5, 2, 0, 0],
    ]);
    assert.throws(() => data.pairs(['a'], []), /1 sources but 0 targets/);
    assert.throws(() => data.pairs(['<'], ['a']), /'<' is a mark of its own/);
  });

  it('copy, reverse and sort do what they say', () => {
    const rules = {
      copy: (letters: string[]) => letters,
      reverse: (letters: string[]) => letters.toReversed(),
      sort: (letters: string[]) => letters.toSorted(),
    };
    for (const [name, rule] of Object.entries(rules)) {
      const set = data[name as keyof typeof rules]({ count: 20, length: 5, seed: 1 });
      for (const [source, answer] of read(set)) {
        assert.equal(answer, rule(source.split('')).join(''), name);
        assert.equal(source.length, 5);
      }
    }
  });

  it('addition is written from the last digit on', () => {
    for (const [source, answer] of read(data.addition({ count: 50, digits: 3, seed: 2 }))) {
      const [a, b] = source.split('+').map(Number);
      assert.equal(Number(answer.split('').toReversed().join('')), a + b);
      assert.deepEqual([source.length, answer.length], [7, 4]);
    }
  });

  it('numbers are spelled in English', () => {
    const words = (value: number) => data.numberWords(value).join(' ');
    assert.equal(words(0), 'zero');
    assert.equal(words(40), 'forty');
    assert.equal(words(342), 'three hundred and forty two');
    assert.equal(words(12_005), 'twelve thousand and five');
    for (const [source, answer] of read(data.spelledNumbers({ count: 30, seed: 3 }))) {
      assert.equal(source, words(Number(answer)));
    }
  });

  it('dates name the same day', () => {
    for (const [source, answer] of read(data.dates({ count: 60, seed: 4 }))) {
      const day = new Date(`${answer}T00:00:00Z`);
      assert.equal(day.toISOString().slice(0, 10), answer);
      assert.ok(source.includes(String(day.getUTCFullYear())), source);
      assert.ok(source.includes(String(day.getUTCDate())), source);
    }
  });
});

describe('memory tasks', () => {
  it('parity is the number of ones, modulo two', () => {
    const { x, y } = data.parity({ count: 30, length: 8, seed: 1 }).all();
    const sums = (x.toArray() as number[][]).map((row) => row.reduce((a, b) => a + b) % 2);
    assert.deepEqual(y.toArray(), sums);
  });

  it('brackets are balanced in half of the rows', () => {
    const { x, y } = data.brackets({ count: 40, length: 10, seed: 1 }).all();
    assert.equal(y.sum().item(), 20);
    for (const [i, row] of (x.toArray() as number[][]).entries()) {
      let text = row.map((bit) => '()'[bit]).join('');
      while (text.includes('()')) text = text.replaceAll('()', '');
      assert.equal((y.toArray() as number[])[i], Number(text === ''));
    }
  });

  it('adding sums the two marked numbers, and answering 1 costs about 1/6', () => {
    const { x, y } = data.adding({ count: 2000, length: 12, seed: 1 }).all();
    const [value, mark] = [x.select(2, 0), x.select(2, 1)];
    assert.deepEqual([mark.sum(1).amin().item(), mark.sum(1).amax().item()], [2, 2]);
    assert.ok(value.mul(mark).sum(1).sub(y.squeeze(1)).abs().amax().item() < 1e-6);
    assert.ok(Math.abs(y.sub(1).pow(2).mean().item() - 1 / 6) < 0.01);
  });

  it('copyMemory asks for the ten symbols after the call', () => {
    const { x, y } = data.copyMemory({ count: 3, length: 7, seed: 1 }).all();
    assert.deepEqual(
      [x.shape, y.shape],
      [
        [3, 27],
        [3, 27],
      ],
    );
    assert.deepEqual(y.slice(1, 17).toArray(), x.slice(1, 0, 10).toArray());
    assert.deepEqual(x.select(1, 16).toArray(), [9, 9, 9]);
    assert.equal(y.slice(1, 0, 17).sum().item(), 0);
  });

  it('sine asks for the wave one step ahead', () => {
    const { x, y } = data.sine({ count: 5, length: 30, seed: 1 }).all();
    assert.deepEqual(
      [x.shape, y.shape],
      [
        [5, 30, 1],
        [5, 30, 1],
      ],
    );
    assert.ok(
      x
        .slice(1, 1)
        .sub(y.slice(1, 0, 29))
        .abs()
        .amax()
        .item() < 0.1,
    );
  });
});

describe('scenes', () => {
  it('are drawn as they are described', () => {
    const set = data.scenes({ count: 300, seed: 1 });
    const { x, y } = set.all();
    assert.deepEqual(x.shape, [300, 3, 16, 16]);
    let seen = 0;
    for (const [i, numbers] of (y.toArray() as number[][]).entries()) {
      const caption = set.read(numbers);
      const words = /^a (\w+) (\w+) (above|left of) a (\w+) (\w+)$/.exec(caption);
      assert.ok(words, caption);
      const [, color, , relation, other] = words;
      if (color !== 'red' || other !== 'blue') continue;
      seen++;
      const picture = x.select(0, i);
      assert.ok(lean(picture.select(0, 0), relation) > 0, caption);
      assert.ok(lean(picture.select(0, 2), relation) < 0, caption);
    }
    assert.ok(seen > 5, `${seen}`);
  });

  /** How much more light lies above than below, or left than right. */
  function lean(channel: Tensor, relation: string): number {
    const dim = relation === 'above' ? 0 : 1;
    const half = channel.size(dim) / 2;
    const [low, high] = [channel.slice(dim, 0, half), channel.slice(dim, half)];
    return low.sum().sub(high.sum()).item();
  }
});
