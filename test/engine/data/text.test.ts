// Texts: vocabulary, and chunks whose rows carry on from one to the next.
import assert from 'node:assert/strict';
import { data } from 'retrograd';

describe('text', () => {
  it('numbers its characters in alphabetical order, there and back', () => {
    const text = data.text('hello');
    assert.deepEqual(text.vocabulary.symbols, ['e', 'h', 'l', 'o']);
    assert.deepEqual(text.encode('hole'), [1, 3, 2, 0]);
    assert.equal(text.decode([1, 3, 2, 0]), 'hole');
    assert.throws(() => text.encode('help'), /"p" is not among the 4 symbols/);
    assert.throws(() => text.decode([4]), /4 is not the number of a symbol/);
  });

  it('walks rows of the text in chunks that follow each other', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const text = data.text(letters);
    const chunks = text.chunks(4, { batchSize: 2 });
    assert.equal(chunks.length, 3); // two rows of 12 letters
    const rows = ['', ''];
    for (const { x, y, first } of chunks) {
      assert.equal(first, rows[0] === '');
      assert.deepEqual(
        [x.shape, y.shape],
        [
          [2, 4],
          [2, 4],
        ],
      );
      for (const row of [0, 1]) {
        rows[row] += text.decode(x.select(0, row));
        const next = letters[letters.indexOf(rows[row].at(-1)!) + 1];
        assert.equal(text.decode(y.select(0, row)).at(-1), next);
      }
    }
    assert.deepEqual(rows, ['abcdefghijkl', 'mnopqrstuvwx']);
    assert.equal(chunks.epochs(5).length, 15);
    assert.equal(chunks.epochs(5).at(4).epoch, 1);
    assert.deepEqual(chunks.at(4).x.toArray(), chunks.at(1).x.toArray());
  });

  it('splits into a beginning and an end over one vocabulary', () => {
    const [train, test] = data.text('aaaaaaaabc').split(0.8);
    assert.deepEqual([train.characters, test.characters], ['aaaaaaaa', 'bc']);
    assert.equal(train.vocabulary.size, 3);
  });

  it('offers every window with what follows each character', () => {
    const text = data.text('abcde');
    const windows = text.windows(3);
    assert.equal(windows.length, 2);
    const { x, y } = windows.batch([1]);
    assert.deepEqual([text.decode(x), text.decode(y)], ['bcd', 'cde']);
  });

  it('says when the text is too short', () => {
    assert.throws(
      () => data.text('abc').chunks(4),
      /the text has 3 characters, but at least 5 are needed/,
    );
    assert.throws(() => data.text(''), /the text is empty/);
  });
});
